/** Completion as an editor asks for it. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ClientCapabilities,
  type CompletionList,
  CompletionRequest,
  CompletionResolveRequest,
  type CompletionItem,
  CompletionTriggerKind,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { snippets } from '../../server/src/scaffold/snippets.ts';
import { build, Editor, folderWith } from './editor.ts';

beforeAll(build, 120_000);

const GATEWAY = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: gateways
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
`;

const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team}
spec:
  hosts: [api.example.com]
  gateways: [mesh, |]
`;

const MARKDOWN: ClientCapabilities = {
  workspace: { configuration: true },
  textDocument: {
    diagnostic: {},
    completion: { completionItem: { documentationFormat: ['markdown', 'plaintext'], labelDetailsSupport: true } },
  },
};

interface Asked {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
  readonly trigger?: string;
}

/** Opens `route.yaml` with this text, `|` in it the cursor, and asks there. */
async function ask(marked: string, { trigger, ...options }: Asked = {}) {
  const editor = await Editor.start({ folders: [folderWith({ 'base/gateway.yaml': GATEWAY })], ...options });
  const offset = marked.indexOf('|');
  await editor.open('route.yaml', marked.replace('|', ''));
  const answer = await editor.connection.sendRequest(CompletionRequest.type, {
    textDocument: { uri: editor.uri('route.yaml') },
    position: TextDocument.create('', 'yaml', 1, marked).positionAt(offset),
    ...(trigger === undefined
      ? {}
      : { context: { triggerKind: CompletionTriggerKind.TriggerCharacter, triggerCharacter: trigger } }),
  });
  const list = listOf(answer);
  return { editor, list, labels: list.items.map(({ label }) => label) };
}

function listOf(answer: CompletionList | readonly CompletionItem[] | null): CompletionList {
  if (!answer || !('items' in answer)) throw new Error('no list');
  return answer;
}

function chosen(editor: Editor, item: CompletionItem | undefined): string {
  const edit = item?.textEdit;
  if (!edit || !('range' in edit)) throw new Error('no edit');
  return TextDocument.applyEdits(TextDocument.create('', 'yaml', 1, editor.text('route.yaml')), [edit]);
}

describe('completion', () => {
  it('is offered, with details on demand', async () => {
    const { editor } = await ask(ROUTE);
    expect(editor.result.capabilities.completionProvider).toEqual({
      triggerCharacters: [' ', '/', '.', '"', "'", '['],
      resolveProvider: true,
    });
  });

  it('replaces the token, in the order of what would work', async () => {
    const { editor, list, labels } = await ask(ROUTE.replace('[mesh, |]', '["gate|way"]'));
    expect(labels).toEqual(['gateways/egress', 'mesh']);
    expect(list.isIncomplete).toBe(false);
    expect(list.items.map(({ sortText, filterText, detail }) => [sortText, filterText, detail])).toEqual([
      ['0000', '"gateways/egress', '80 HTTP: api.example.com'],
      ['0001', '"mesh', 'the sidecars of the mesh'],
    ]);
    expect(chosen(editor, list.items[0])).toContain('gateways: ["gateways/egress"]\n');
    expect(editor.log).toEqual([]);
  });

  it('tells of a resource when it is looked at', async () => {
    const { editor, list } = await ask(ROUTE, { capabilities: MARKDOWN });
    const [item] = list.items;
    if (!item) throw new Error('no item');
    expect(item.documentation).toBeUndefined();
    expect(item.labelDetails).toEqual({ description: '80 HTTP: api.example.com' });
    const { documentation } = await editor.connection.sendRequest(CompletionResolveRequest.type, item);
    expect(documentation).toEqual({
      kind: 'markdown',
      value: `**Gateway** \`gateways/egress\`
- selector: \`istio=egressgateway\`
- servers: \`80 HTTP: api.example.com\`

[base/gateway.yaml:4](${editor.uri('base/gateway.yaml')}#L4)`,
    });
  });

  it('tells it without Markdown where the editor shows none', async () => {
    const { editor, list } = await ask(ROUTE);
    const [item] = list.items;
    if (!item) throw new Error('no item');
    const { documentation } = await editor.connection.sendRequest(CompletionResolveRequest.type, item);
    expect(documentation).toEqual({
      kind: 'plaintext',
      value: `Gateway gateways/egress
- selector: istio=egressgateway
- servers: 80 HTTP: api.example.com

base/gateway.yaml:4`,
    });
  });

  it('gives an item back as it is where there is no more to tell', async () => {
    const { editor } = await ask(ROUTE);
    for (const data of [undefined, 'nonsense', { folder: 1, set: null, names: {} }]) {
      const item = { label: 'mesh', ...(data === undefined ? {} : { data }) };
      expect(await editor.connection.sendRequest(CompletionResolveRequest.type, item)).toEqual(item);
    }
    expect(editor.log).toEqual([]);
  });

  it('sees what was typed just before', async () => {
    const { editor } = await ask(ROUTE);
    await editor.open('base/gateway.yaml');
    const before = ROUTE.replace('|', '');
    await editor.type('base/gateway.yaml', 'name: egress', 'name: renamed');
    await editor.type('route.yaml', '[mesh, ]', '[mesh, g]');
    const answer = await editor.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri: editor.uri('route.yaml') },
      position: TextDocument.create('', 'yaml', 1, before).positionAt(before.indexOf('[mesh, ]') + '[mesh, '.length),
    });
    expect(listOf(answer).items.map(({ label }) => label)).toEqual(['gateways/renamed']);
  });

  it('does not come up by itself at the beginning of a line', async () => {
    const text = ROUTE.replace(' [mesh, |]', '\n    |');
    expect((await ask(text, { trigger: ' ' })).labels).toEqual([]);
    expect((await ask(text)).labels).toEqual(['gateways/egress', 'mesh']);
  });

  it('leaves fields and constants to what checks schemas', async () => {
    const fields = ROUTE.replace('  gateways: [mesh, |]', '  |');
    expect((await ask(fields)).labels).toEqual(['exportTo', 'gateways', 'http', 'tcp', 'tls']);
    const elsewhere = { initializationOptions: { schemaChecksElsewhere: true } };
    expect((await ask(fields, elsewhere)).labels).toEqual([]);
    expect((await ask(ROUTE, elsewhere)).labels).toEqual(['gateways/egress']);
  });

  it('has nothing to say of other files', async () => {
    expect((await ask('name: |\n')).labels).toEqual([]);
  });
});

const SNIPPETS: ClientCapabilities = {
  workspace: { configuration: true },
  textDocument: {
    diagnostic: {},
    completion: { completionItem: { documentationFormat: ['markdown'], snippetSupport: true } },
  },
};

describe('snippets', () => {
  const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: egress, namespace: gateways}
spec:
  selector: {istio: egress}
  ports: [{name: http2, port: 80}, {name: https, port: 443}]
`;

  async function offered(marked: string, options: Asked & { readonly path?: string } = {}) {
    const { path = 'new.yaml', trigger, ...rest } = options;
    const folder = folderWith({ 'base/gateway.yaml': GATEWAY, 'base/service.yaml': SERVICE });
    const editor = await Editor.start({ folders: [folder], capabilities: SNIPPETS, ...rest });
    await editor.open(path, marked.replace('|', ''));
    const answer = await editor.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri: editor.uri(path) },
      position: TextDocument.create('', 'yaml', 1, marked).positionAt(marked.indexOf('|')),
      ...(trigger === undefined
        ? {}
        : { context: { triggerKind: CompletionTriggerKind.TriggerCharacter, triggerCharacter: trigger } }),
    });
    const { items } = listOf(answer);
    return { editor, items, labels: items.map(({ label }) => label) };
  }

  it('are filled in with the gateway of the workspace, and beside those of the extension have a name of their own', async () => {
    const { items, labels, editor } = await offered('# mine\n---\negress-h|\n', {
      initializationOptions: { snippets: true },
    });
    expect(labels.slice(0, 3)).toEqual([
      'egress-http-here',
      'egress-http-mtls-hop-here',
      'egress-tls-passthrough-here',
    ]);
    expect(labels.every((each) => each.endsWith('-here'))).toBe(true);
    const [http] = items;
    const { textEdit, insertTextFormat, documentation, sortText, filterText } = http ?? {};
    expect({ insertTextFormat, documentation, sortText, filterText }).toEqual({
      insertTextFormat: 2,
      documentation: undefined,
      sortText: ' 0000',
      filterText: 'egress-http-here',
    });
    if (!http || !textEdit || !('range' in textEdit)) throw new Error('no edit');
    expect(textEdit.range).toEqual({ start: { line: 2, character: 0 }, end: { line: 2, character: 8 } });
    expect(textEdit.newText).toContain('host: egress.gateways.svc.cluster.local');
    expect(textEdit.newText).toContain('name: ${2:api-example-com}');
    const resolved = await editor.connection.sendRequest(CompletionResolveRequest.type, http);
    expect(JSON.stringify(resolved.documentation)).toContain('host: egress.gateways.svc.cluster.local');
    expect(JSON.stringify(resolved.documentation)).not.toContain('${');
    expect(editor.log).toEqual([]);
  });

  it('bring no finding when they are taken as they are', async () => {
    const { items, editor } = await offered('|', { capabilities: { textDocument: { diagnostic: {} } } });
    expect(items.map(({ insertTextFormat }) => insertTextFormat)).not.toContain(2);
    const http = items.find(({ label }) => label === 'egress-http');
    if (!http?.textEdit || !('range' in http.textEdit)) throw new Error('no edit');
    expect(http.textEdit.newText).toContain('host: egress.gateways.svc.cluster.local');
    await editor.close('new.yaml');
    await editor.open('new.yaml', `${http.textEdit.newText}\n`);
    expect(await editor.pull('new.yaml')).toEqual([]);
  });

  it('have every prefix once, whether the client has those of the extension or not', async () => {
    const without = await offered('|');
    const all = snippets().length;
    expect(new Set(without.labels).size).toBe(all);
    expect(without.labels).toHaveLength(all);
    const empty = await Editor.start({
      folders: [folderWith({})],
      capabilities: SNIPPETS,
      initializationOptions: { snippets: true },
    });
    await empty.open('new.yaml', '');
    const answer = await empty.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri: empty.uri('new.yaml') },
      position: { line: 0, character: 0 },
    });
    expect(listOf(answer).items).toEqual([]);
  });

  it('are offered nowhere else', async () => {
    expect((await offered('kind: A\n|')).labels).toEqual([]);
    expect((await offered('resources: []\n---\n|', { path: 'kustomization.yaml' })).labels).toEqual([]);
    expect((await offered(' |', { trigger: ' ' })).labels).toEqual([]);
  });
});
