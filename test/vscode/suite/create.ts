/** From an empty folder to a traced route, by keyboard; what is in the way, and the way back. */
import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { diagnostics, eventually, open, pathOf, undoIn } from './editor.ts';
import type { SuiteTest } from './index.ts';
import {
  accept,
  acceptUntil,
  closeAll,
  create,
  next,
  onDisk,
  saveAll,
  seeTrace,
  seeUnsaved,
  tabsLike,
  undo,
  write,
} from './wizard.ts';

const ADDRESS = 'https://api.example.com';
const ROUTE = 'api-example-com.yaml';

const THROUGH = 'routed to the outside, through istio-system/istio-egressgateway';

export const createTests: readonly SuiteTest[] = [
  {
    name: 'creates a traced route in an empty folder by keyboard, from the URL at the cursor, and leaves it unsaved',
    async run() {
      const note = await vscode.workspace.openTextDocument({ content: `call ${ADDRESS}/v1 from team-a\n` });
      const editor = await vscode.window.showTextDocument(note);
      editor.selection = new vscode.Selection(0, 10, 0, 10);
      await create();
      await acceptUntil(async () => ok(existsSync(pathOf(ROUTE))));
      const document = await seeUnsaved(ROUTE);
      ok(document.getText().includes('kind: ServiceEntry'));
      strictEqual(readFileSync(pathOf(ROUTE), 'utf8'), '');
      await eventually(async () => strictEqual(vscode.window.activeTextEditor?.document, document));
      await seeTrace(`${ADDRESS} from team-a`, THROUGH);
      deepStrictEqual(diagnostics(), []);
      await undo();
      deepStrictEqual(onDisk(), {});
      await closeAll();
    },
  },
  {
    name: 'starts a bare YAML file with a snippet, whose names are linked',
    async run() {
      const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: '' });
      await vscode.window.showTextDocument(document);
      const snippet = { langId: 'yaml', name: 'Istio Egress: HTTPS, the TLS of the application' };
      await vscode.commands.executeCommand('editor.action.insertSnippet', snippet);
      await eventually(async () => ok(document.getText().includes('kind: VirtualService')));
      // The host is the first place, and every other one follows it.
      await vscode.commands.executeCommand('type', { text: 'my.example.org' });
      strictEqual(document.getText().split('my.example.org').length, 7);
      strictEqual(document.getText().includes('api.example.com'), false);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    },
  },
  {
    name: 'previews new files, changes an answer, and goes back to the address',
    async run() {
      await create({ address: 'https://wrong.example.com' });
      await next();
      await accept();
      await eventually(async () => {
        const shown = vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === 'istio-egress-planned');
        const texts = shown.map((each) => each.getText());
        ok(texts.includes(''), 'nothing on the left');
        ok(
          texts.some((each) => each.includes('- wrong.example.com')),
          'the new file on the right',
        );
      });
      strictEqual(tabsLike(/Create egress route/).length, 1);
      await closeAll();
      // The list is still there: answers are kept when focus is lost.
      await vscode.commands.executeCommand('workbench.action.quickInputBack');
      await acceptUntil(async () => ok(existsSync(pathOf('wrong-example-com.yaml'))));
      await seeUnsaved('wrong-example-com.yaml');
      await undo();
      deepStrictEqual(onDisk(), {});
      await closeAll();
    },
  },
  {
    name: 'gives the hop mutual TLS when its row is changed',
    async run() {
      await create({ address: ADDRESS });
      // Create, Preview, Address, Gateway, TLS, Used by, Sidecar to gateway.
      for (let row = 0; row < 6; row++) await next();
      // The row, its other answer, Create.
      await acceptUntil(async () => ok(existsSync(pathOf(ROUTE))));
      const document = await seeUnsaved(ROUTE);
      ok(document.getText().includes('mode: ISTIO_MUTUAL'));
      await undo();
      await closeAll();
    },
  },
  {
    name: 'writes the route in Gateway API when its row is changed',
    async run() {
      await create({ address: ADDRESS });
      // Create, Preview, Address, Gateway, TLS, Used by, Sidecar to gateway, Namespace, Written as.
      for (let row = 0; row < 8; row++) await next();
      // The row, its other answer, Create.
      await acceptUntil(async () => ok(existsSync(pathOf(ROUTE))));
      const document = await seeUnsaved(ROUTE);
      ok(document.getText().includes('kind: TLSRoute'));
      ok(document.getText().includes('gatewayClassName: istio'));
      deepStrictEqual(diagnostics(), []);
      await undo();
      deepStrictEqual(onDisk(), {});
      await closeAll();
    },
  },
  {
    name: 'tells what is in the way, takes the way out, and undoes it to the last byte after saving and closing',
    async run() {
      const route = [
        '# Ours\r',
        'apiVersion: networking.istio.io/v1\r',
        'kind: VirtualService\r',
        'metadata:\r',
        '  name: api\r',
        '  namespace: team-a\r',
        'spec:\r',
        '  hosts: [ api.example.com ]   # theirs\r',
        '  tls:\r',
        '  - match:\r',
        '    - port: 443\r',
        '      sniHosts: [api.example.com]\r',
        '    route:\r',
        '    - destination: {host: api.example.com, port: {number: 443}}\r',
        '',
      ].join('\n');
      write('team-a/route.yaml', route);
      write('team-a/kustomization.yaml', '\ufeff# all of team-a\nresources:\n- route.yaml\n');
      const before = onDisk();
      for (const file of ['team-a/kustomization.yaml', 'team-a/route.yaml']) await open(file);
      await closeAll();
      await create({ address: ADDRESS });
      // The first row opens the place; the second is the way out.
      await acceptUntil(async () => strictEqual(tabsLike(/route\.yaml/).length, 1));
      await next();
      await acceptUntil(async () => ok(onDisk()['team-a/api-example-com.yaml'] !== undefined));
      const document = await seeUnsaved('team-a/route.yaml');
      ok(document.getText().includes('  hosts: [ api.example.com ]   # theirs\r\n'));
      await seeTrace(`${ADDRESS} from team-a`, THROUGH);
      await saveAll();
      await closeAll();
      const saved = onDisk();
      ok(saved['team-a/kustomization.yaml']?.includes('- api-example-com.yaml'));
      ok(saved['team-a/route.yaml']?.includes('istio-egressgateway.istio-system.svc.cluster.local'));
      await undo();
      deepStrictEqual(onDisk(), before);
    },
  },
  {
    name: 'does not lose what was changed since: shows it first, and undoes when it is as it was',
    async run() {
      const before = onDisk();
      await create({ address: 'http://www.example.org' });
      await acceptUntil(async () => ok(onDisk()['team-a/www-example-org.yaml'] !== undefined));
      const document = await seeUnsaved('team-a/www-example-org.yaml');
      await saveAll();
      const created = document.getText();
      const editor = await open('team-a/www-example-org.yaml');
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '# mine\n'));
      let isShown = false;
      undo().then(() => {
        isShown = true;
      });
      await acceptUntil(async () => ok(isShown));
      strictEqual(tabsLike(/as created/).length, 1);
      strictEqual(document.getText(), `# mine\n${created}`);
      await eventually(async () => {
        if (document.getText() !== created) await undoIn('team-a/www-example-org.yaml');
        strictEqual(document.getText(), created);
      });
      await undo();
      deepStrictEqual(onDisk(), before);
      await closeAll();
    },
  },
];
