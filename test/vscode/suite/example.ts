/** The example of the README, from its findings to none and back. */
import { strictEqual } from 'node:assert';
import { readFileSync, renameSync } from 'node:fs';
import { applyPreferredFix, diagnostics, eventually, open, pathOf, type Shown, seeFindings, undoIn } from './editor.ts';
import type { SuiteTest } from './index.ts';

export const virtualService = 'egress/virtualservice.yaml';
export const serviceEntry = 'egress/serviceentry.yaml';
const gateway = 'istio-system/gateway.yaml';

const gatewayNotFound: Shown = {
  file: virtualService,
  code: 'gateway-not-found',
  severity: 'Error',
  at: [12, 4],
  text: 'istio-egressgateway',
};

const serviceEntryHidden: Shown = {
  file: serviceEntry,
  code: 'service-entry-hidden-from-gateway',
  severity: 'Error',
  at: [9, 4],
  text: '"."',
};

/** What the example shows as it comes. */
export const bothFindings: readonly Shown[] = [serviceEntryHidden, gatewayNotFound];

export const exampleTests: readonly SuiteTest[] = [
  {
    name: 'shows two errors on their tokens, one of them in a file that is not open',
    async run() {
      await open(virtualService);
      await seeFindings(bothFindings);
    },
  },
  {
    name: 'fixes a gateway name in both places, with one undo',
    async run() {
      const { document } = await open(virtualService);
      const before = document.getText();
      await applyPreferredFix(virtualService, 'gateway-not-found');
      strictEqual(document.getText(), before.replaceAll('- istio-egressgateway', '- istio-system/istio-egressgateway'));
      await seeFindings([serviceEntryHidden]);
      await undoIn(virtualService);
      strictEqual(document.getText(), before);
      await seeFindings(bothFindings);
    },
  },
  {
    name: 'shows nothing after both fixes, and both findings again after undo',
    async run() {
      const { document } = await open(serviceEntry);
      const before = document.getText();
      await applyPreferredFix(serviceEntry, 'service-entry-hidden-from-gateway');
      strictEqual(document.getText(), before.replace('  - "."\n', '  - "."\n  - "istio-system"\n'));
      await seeFindings([gatewayNotFound]);
      await applyPreferredFix(virtualService, 'gateway-not-found');
      await seeFindings([]);
      await undoIn(virtualService);
      await undoIn(serviceEntry);
      strictEqual(document.getText(), before);
      await seeFindings(bothFindings);
    },
  },
  {
    name: 'leaves the files on disk alone until they are saved',
    async run() {
      strictEqual(readFileSync(pathOf(serviceEntry), 'utf8').includes('istio-system'), false);
    },
  },
  {
    name: 'follows a Gateway whose file is renamed on disk',
    async run() {
      const renamed = 'istio-system/egress.yaml';
      await seeGatewayIn(gateway);
      renameSync(pathOf(gateway), pathOf(renamed));
      await seeGatewayIn(renamed);
      renameSync(pathOf(renamed), pathOf(gateway));
      await seeGatewayIn(gateway);
      await seeFindings(bothFindings);
    },
  },
  {
    name: 'no longer knows a Gateway whose file is no YAML any more',
    async run() {
      const away = 'istio-system/gateway.txt';
      renameSync(pathOf(gateway), pathOf(away));
      await seeFindings([]);
      renameSync(pathOf(away), pathOf(gateway));
      await seeFindings(bothFindings);
    },
  },
];

/** Waits until the finding about the gateway name points at the Gateway in this file. */
async function seeGatewayIn(file: string): Promise<void> {
  await eventually(async () => {
    const found = diagnostics().find((shown) => shown.file === virtualService);
    const places = found?.diagnostic.relatedInformation?.map(({ location }) => location.uri.fsPath) ?? [];
    strictEqual(places.includes(pathOf(file)), true, `It points at ${places.join(', ')}`);
  });
}
