/** A trace, from 404 at the gateway to the outside, in a document that follows. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import * as vscode from 'vscode';
import { applyPreferredFix, eventually, open, undoIn, uriOf } from './editor.ts';
import { serviceEntry, virtualService } from './example.ts';
import type { SuiteTest } from './index.ts';

const SCHEME = 'istio-egress-trace';
const CALL = 'http://httpbin.com from app';

/** Documents outlive their tabs for a while: those that are seen count. */
const traces = () =>
  vscode.window.visibleTextEditors.map(({ document }) => document).filter(({ uri }) => uri.scheme === SCHEME);

async function seeVerdict(expected: string): Promise<void> {
  await eventually(async () =>
    deepStrictEqual(
      traces().map((each) => each.lineAt(0).text),
      [`${CALL}: ${expected}`],
    ),
  );
}

async function closeTraces(): Promise<void> {
  const tabs = vscode.window.tabGroups.all
    .flatMap(({ tabs: all }) => all)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.scheme === SCHEME);
  await vscode.window.tabGroups.close(tabs);
}

export const traceTests: readonly SuiteTest[] = [
  {
    name: 'traces a call beside the editor, and follows every fix to the outside and back',
    async run() {
      await open(serviceEntry);
      await open(virtualService);
      await vscode.commands.executeCommand('istioEgress.trace', { text: CALL });
      await seeVerdict('FAILS, 404 at the egress gateway');
      strictEqual(vscode.window.activeTextEditor?.document.uri.toString(), uriOf(virtualService).toString());
      const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.scheme === SCHEME);
      ok(editor && editor.viewColumn !== vscode.window.activeTextEditor?.viewColumn, 'beside');
      await applyPreferredFix(virtualService, 'gateway-not-found');
      await seeVerdict('FAILS, 503 NC at the egress gateway');
      await applyPreferredFix(serviceEntry, 'service-entry-hidden-from-gateway');
      await seeVerdict('routed to the outside, through istio-system/istio-egressgateway');
      await undoIn(serviceEntry);
      await undoIn(virtualService);
      await seeVerdict('FAILS, 404 at the egress gateway');
      await closeTraces();
    },
  },
  {
    name: 'leads from a finding to its trace, whose resources are links, and copies istioctl commands',
    async run() {
      await open(virtualService);
      const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uriOf(virtualService),
        new vscode.Range(12, 4, 12, 4),
      );
      const command = actions.find(({ title }) => title === 'Trace this call')?.command;
      ok(command, 'offered');
      await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
      await eventually(async () => strictEqual(traces().length, 1));
      const [document] = traces();
      ok(document);
      strictEqual(document.lineAt(0).text, 'http://httpbin.com from egress: FAILS, 404 at the egress gateway');
      const links = await vscode.commands.executeCommand<readonly vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        document.uri,
      );
      const shown = links.map(({ range, target }) => [document.getText(range), target?.fragment]);
      // The editor makes links of addresses by itself.
      const ours = shown.filter(([, fragment]) => fragment);
      deepStrictEqual(ours.slice(0, 2), [
        ['egress/virtualservice.yaml:13', 'L13,5'],
        ['VirtualService egress/gateway-routing, rule 1 (egress/virtualservice.yaml:16)', 'L16,7'],
      ]);
      await vscode.commands.executeCommand('istioEgress.trace.copyIstioctl');
      ok((await vscode.env.clipboard.readText()).includes('deploy/istio-egressgateway --port 8080'));
      await closeTraces();
    },
  },
];
