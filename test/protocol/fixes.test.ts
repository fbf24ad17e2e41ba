/** Ways out of findings: fixes, all at once, and silencing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ClientCapabilities,
  type CodeAction,
  CodeActionRequest,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { FIX_ALL, type FixAllResult } from '../../server/src/protocol.ts';
import { build, Editor, exampleCopy, folderWith } from './editor.ts';

beforeAll(build, 120_000);

const ROUTE = 'egress/virtualservice.yaml';
const ENTRY = 'egress/serviceentry.yaml';

const RESOLVES: ClientCapabilities = {
  workspace: { configuration: true, workspaceEdit: { documentChanges: true, resourceOperations: ['create'] } },
  textDocument: { diagnostic: {}, codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } } },
};

async function codesIn(editor: Editor, path: string): Promise<readonly unknown[]> {
  return (await editor.pull(path)).map(({ code }) => code);
}

/** The actions at the first finding of a file. */
async function actionsIn(editor: Editor, path: string): Promise<readonly CodeAction[]> {
  const [diagnostic] = await editor.pull(path);
  if (!diagnostic) throw new Error(`${path} has no finding.`);
  return editor.fixes(path, diagnostic);
}

async function choose(editor: Editor, path: string, title: string): Promise<void> {
  const action = (await actionsIn(editor, path)).find((each) => each.title === title);
  if (!action) throw new Error(`no action ${title}`);
  const { edit } = action.edit ? action : await editor.resolve(action);
  await editor.apply(edit ?? {});
}

async function opened(): Promise<Editor> {
  const editor = await Editor.start({ folders: [exampleCopy()] });
  for (const path of [ROUTE, ENTRY]) await editor.open(path);
  return editor;
}

describe('a finding that is not wanted', () => {
  it('is ignored on its line, as far in as that is', async () => {
    const editor = await opened();
    await choose(editor, ROUTE, 'Ignore gateway-not-found on this line');
    expect(editor.text(ROUTE)).toContain(
      '  - mesh\n  # istio-egress: ignore gateway-not-found\n  - istio-egressgateway\n',
    );
    expect(await codesIn(editor, ROUTE)).toEqual([]);
  });

  it('is ignored in its resource', async () => {
    const editor = await opened();
    await choose(editor, ROUTE, 'Ignore gateway-not-found in this VirtualService');
    expect(editor.text(ROUTE)).toMatch(/^# istio-egress: ignore gateway-not-found\napiVersion:/m);
    expect(await codesIn(editor, ROUTE)).toEqual([]);
  });

  it('has its rule turned off in the settings', async () => {
    const editor = await opened();
    await editor.open('.istio-egress.yaml', '# ours\n');
    await choose(editor, ROUTE, 'Turn off gateway-not-found in .istio-egress.yaml');
    expect(editor.text('.istio-egress.yaml')).toBe('# ours\nrules:\n  gateway-not-found: "off"\n');
    expect(await codesIn(editor, ROUTE)).toEqual([]);
    expect(await codesIn(editor, ENTRY)).toEqual(['service-entry-hidden-from-gateway']);
  });

  it('makes the settings where there are none', async () => {
    const editor = await opened();
    const off = (await actionsIn(editor, ROUTE)).find(({ title }) => title.startsWith('Turn off'));
    expect(off?.edit?.documentChanges?.map((each) => ('kind' in each ? each.kind : each.textDocument.uri))).toEqual([
      'create',
      editor.uri('.istio-egress.yaml'),
    ]);
    expect(existsSync(join(editor.folders[0] ?? '', '.istio-egress.yaml'))).toBe(false);
  });

  it('is turned off alone where no comment can stand', async () => {
    const route = `{"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": {"name": "a"},
 "spec": {"hosts": ["a.example.com"], "gateways": ["a/mesh"], "http": [{"route": [{"destination": {"host": "a.example.com"}}]}]}}`;
    const editor = await Editor.start({ folders: [folderWith({ 'a.json': route })] });
    await editor.open('a.json');
    const titles = (await actionsIn(editor, 'a.json')).map(({ title }) => title);
    expect(titles.filter((title) => /Ignore|Turn/.test(title))).toEqual([
      expect.stringMatching(/^Turn off [a-z-]+ in \.istio-egress\.yaml$/),
    ]);
  });
});

const SERVICE = 'istio-egressgateway.istio-system.svc.cluster.local';

/** Two routes with the same slip, in one file. */
const TWO = ['one', 'two']
  .map(
    (name) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: app}
spec:
  hosts: [${name}.example.com]
  gateways: [mesh, egress]
  http:
    - match: [{gateways: [mesh], port: 80}]
      route: [{destination: {host: ${SERVICE}, port: {number: 80}}}]
    - match: [{gateways: [egress], port: 80}]
      route: [{destination: {host: ${name}.example.com}}]
`,
  )
  .join('---\n');

const GATEWAY = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [one.example.com, two.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
`;

describe('all safe fixes', () => {
  it('of a file are offered beside one of several', async () => {
    const folder = folderWith({ 'two.yaml': TWO, 'gateway.yaml': GATEWAY });
    const editor = await Editor.start({ folders: [folder], capabilities: RESOLVES });
    await editor.open('two.yaml');
    expect((await actionsIn(editor, 'two.yaml')).map(({ title }) => title).slice(0, 2)).toEqual([
      'Use istio-system/egress (2 places)',
      'Fix all safe problems in this file',
    ]);
    await choose(editor, 'two.yaml', 'Fix all safe problems in this file');
    expect(editor.text('two.yaml')).toBe(TWO.replaceAll('egress]', 'istio-system/egress]'));
    expect(await codesIn(editor, 'two.yaml')).toEqual([]);
  });

  it('are not offered beside the only one, and never when files are saved', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()], capabilities: RESOLVES });
    await editor.open(ROUTE);
    expect((await actionsIn(editor, ROUTE)).map(({ title }) => title)).not.toContain(
      'Fix all safe problems in this file',
    );
    const all = await editor.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: editor.uri(ROUTE) },
      range: { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } },
      context: { diagnostics: [], only: ['source.fixAll'] },
    });
    expect(all).toEqual([]);
  });

  it('of the workspace are one edit, each part with the title of its fix', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    await editor.open(ROUTE);
    const { fixes, edit } = await editor.connection.sendRequest<FixAllResult>(FIX_ALL, {});
    expect(fixes.map(({ uri, code, title, range }) => [uri, code, title, range.start.line])).toEqual([
      [editor.uri(ENTRY), 'service-entry-hidden-from-gateway', 'Add istio-system to exportTo', 9],
      [editor.uri(ROUTE), 'gateway-not-found', 'Use istio-system/istio-egressgateway (2 places)', 12],
    ]);
    const { documentChanges, changeAnnotations } = edit as WorkspaceEdit;
    expect(
      documentChanges?.map(
        (each) =>
          'edits' in each && [
            each.textDocument.uri,
            each.edits.map((one) => 'annotationId' in one && one.annotationId),
          ],
      ),
    ).toEqual([
      [editor.uri(ENTRY), ['Add istio-system to exportTo']],
      [editor.uri(ROUTE), Array(2).fill('Use istio-system/istio-egressgateway (2 places)')],
    ]);
    expect(Object.values(changeAnnotations ?? {}).map(({ label }) => label)).toEqual(fixes.map(({ title }) => title));
    // Asking changes nothing.
    expect(await codesIn(editor, ROUTE)).toEqual(['gateway-not-found']);
    await editor.apply(edit as WorkspaceEdit);
    expect(await codesIn(editor, ROUTE)).toEqual([]);
    expect(readFileSync(join(editor.folders[0] ?? '', ENTRY), 'utf8')).toContain('- "istio-system"');
  });

  it('of a file leave others alone, and are none where there is nothing to fix', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    const ask = (path: string) => editor.connection.sendRequest<FixAllResult>(FIX_ALL, { uri: editor.uri(path) });
    expect((await ask(ROUTE)).fixes.map(({ uri }) => uri)).toEqual([editor.uri(ROUTE)]);
    expect(await ask('istio-system/gateway.yaml')).toEqual({
      fixes: [],
      edit: { documentChanges: [], changeAnnotations: {} },
    });
  });
});
