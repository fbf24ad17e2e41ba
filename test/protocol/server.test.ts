/** The server's life: several folders, documents that are in none, requests taken back, and nonsense. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  DidChangeTextDocumentNotification,
  DidChangeWorkspaceFoldersNotification,
  FileChangeType,
  LSPErrorCodes,
  WorkspaceDiagnosticRequest,
} from 'vscode-languageserver/node';
import { build, Editor, exampleCopy, folderWith, writeIn } from './editor.ts';

beforeAll(build, 120_000);

const ROUTE = 'egress/virtualservice.yaml';
const CHECK = 'istioEgress/checkWorkspace';

/** What can be said of a Gateway name within one file: it is written in a form that nothing can have. */
const ALONE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, a/b/c]
  http:
    - route:
        - destination: {host: api.example.com}
`;

describe('folders', () => {
  it('are each a world of their own', async () => {
    const [first, second] = [exampleCopy(), folderWith({ 'a.yaml': ALONE })];
    const editor = await Editor.start({ folders: [first, second] });
    const { items } = await editor.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
    const folderOf = (uri: string) => (uri.startsWith(editor.uri('')) ? 'first' : 'second');
    expect(items.map(({ uri }) => folderOf(uri)).sort()).toEqual(['first', 'first', 'second']);
  });

  it('come and go', async () => {
    const [first, second] = [exampleCopy(), exampleCopy()];
    const editor = await Editor.start({ folders: [first] });
    const folder = (path: string) => ({ uri: new URL(`file://${encodeURI(path)}`).href, name: path });
    const change = (event: { added: string[]; removed: string[] }) =>
      editor.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
        event: { added: event.added.map(folder), removed: event.removed.map(folder) },
      });
    const files = async () => (await editor.connection.sendRequest<{ files: number }>(CHECK, {})).files;
    expect(await files()).toBe(3);
    await change({ added: [second], removed: [] });
    await editor.until(() => editor.configurations > 1);
    await expect.poll(files).toBe(6);
    await change({ added: [], removed: [first] });
    await expect.poll(files).toBe(3);
  });
});

describe('documents in no folder', () => {
  it('are checked by themselves, new ones too', async () => {
    const editor = await Editor.start({ folders: [] });
    await editor.open('untitled:Untitled-1', ALONE);
    expect((await editor.pull('untitled:Untitled-1')).map(({ code }) => code)).toEqual(['gateway-name-invalid']);
    const elsewhere = `file://${encodeURI(join(folderWith({ 'a.yaml': ALONE }), 'a.yaml'))}`;
    await editor.open(elsewhere);
    expect((await editor.pull(elsewhere)).map(({ code }) => code)).toEqual(['gateway-name-invalid']);
  });

  it('count only where they are files or new: not one side of a comparison', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    await editor.open('git:/old.yaml', ALONE);
    expect(await editor.pull('git:/old.yaml')).toEqual([]);
  });
});

describe('requests', () => {
  it('that are taken back are answered as such, and others live on', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    const source = new CancellationTokenSource();
    const held = editor.connection.sendRequest(
      WorkspaceDiagnosticRequest.type,
      { previousResultIds: [], partialResultToken: 'parts' },
      source.token,
    );
    await editor.open(ROUTE);
    expect(await editor.pull(ROUTE)).toHaveLength(1);
    source.cancel();
    await expect(held).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    expect(await editor.pull(ROUTE)).toHaveLength(1);
  });

  it('tell what was checked, and why a file is where it is', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    expect(await editor.connection.sendRequest(CHECK, {})).toEqual({
      state: 'ready',
      files: 3,
      resources: 3,
      routes: 1,
      failing: 1,
      warned: 0,
      unchecked: [],
      findings: { error: 2, warning: 0, information: 0, hint: 0 },
    });
    expect(await editor.connection.sendRequest('istioEgress/routes', {})).toEqual({
      routes: [
        {
          uri: editor.uri(ROUTE),
          range: { start: { line: 3, character: 8 }, end: { line: 3, character: 23 } },
          name: 'egress/gateway-routing',
          state: 'fail',
        },
      ],
    });
    const { markdown } = await editor.connection.sendRequest<{ markdown: string }>('istioEgress/explainFile', {
      uri: editor.uri(ROUTE),
    });
    expect(markdown).toContain('the whole folder');
  });
});

describe('a client that can more', () => {
  it('gets the edit of a fix when it was chosen', async () => {
    const editor = await Editor.start({
      folders: [exampleCopy()],
      capabilities: {
        workspace: { workspaceEdit: { documentChanges: true } },
        textDocument: {
          diagnostic: {},
          codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } },
        },
      },
    });
    await editor.open(ROUTE);
    const [diagnostic] = await editor.pull(ROUTE);
    if (!diagnostic) throw new Error('A finding was expected.');
    const [fix] = await editor.fixes(ROUTE, diagnostic);
    if (!fix) throw new Error('A fix was expected.');
    expect(fix.edit).toBeUndefined();
    const { edit } = await editor.resolve(fix);
    await editor.apply(edit ?? {});
    expect(await editor.pull(ROUTE)).toEqual([]);
    await expect(editor.resolve(fix)).rejects.toMatchObject({ code: LSPErrorCodes.ContentModified });
  });

  it('is asked to ask again when the disk changes what an open file shows', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    await editor.open(ROUTE);
    expect(await editor.pull(ROUTE)).toHaveLength(1);
    const before = editor.refreshes;
    writeIn(editor.folders[0] ?? '', 'istio-system/gateway.yaml', '# away\n');
    await editor.changedOnDisk([['istio-system/gateway.yaml', FileChangeType.Changed]]);
    await editor.until(() => editor.refreshes > before);
    expect(await editor.pull(ROUTE)).toEqual([]);
  });

  it('is told what goes on where it has a place to show it', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()], initializationOptions: { status: 'own' } });
    await editor.until(() => editor.status.at(-1)?.state === 'ready');
    expect(editor.status[0]?.state).toBe('reading');
    expect(editor.status.at(-1)).toMatchObject({ files: 3, routes: 1, failing: 1, unchecked: [] });
  });

  it('reads files for the server in a folder that is not on disk', async () => {
    const root = 'vscode-vfs://github/team/mesh';
    const example = exampleCopy();
    const editor = await Editor.start({ folders: [], initializationOptions: { files: true } });
    const paths = [ROUTE, 'egress/serviceentry.yaml', 'istio-system/gateway.yaml', 'README.md'];
    editor.connection.onRequest('istioEgress/listFiles', () => paths.map((path) => `${root}/${path}`));
    editor.connection.onRequest('istioEgress/readFile', ({ uri }: { uri: string }) =>
      readFileSync(join(example, uri.slice(root.length)), 'utf8'),
    );
    await editor.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, {
      event: { added: [{ uri: root, name: 'mesh' }], removed: [] },
    });
    const reported = async () => {
      const { items } = await editor.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
      return items.map(({ uri }) => uri).sort();
    };
    await expect.poll(reported).toEqual([`${root}/egress/serviceentry.yaml`, `${root}/${ROUTE}`]);
  });
});

describe('nonsense', () => {
  it('is refused or left aside, and the server lives on', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    const { connection } = editor;
    await connection.sendNotification('textDocument/didOpen', { textDocument: null });
    await connection.sendNotification('textDocument/didOpen', {});
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: editor.uri('never-opened.yaml'), version: 3 },
      contentChanges: [{ text: 'a: b' }],
    });
    await connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: '%%%', type: 99 }] });
    await connection.sendNotification('istioEgress/unknown', { some: 'thing' });
    await expect(connection.sendRequest('istioEgress/unknown', {})).rejects.toThrow();
    await expect(connection.sendRequest('textDocument/diagnostic', { textDocument: null })).rejects.toThrow();
    await editor.open(ROUTE, `${readFileSync(new URL(editor.uri(ROUTE)), 'utf8')}\0\ud800`);
    expect(await editor.pull(ROUTE)).toHaveLength(1);
  });

  it('between messages ends nothing', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    editor.write('Content-Length: 12\r\n\r\n{"jsonrpc": ');
    await editor.open(ROUTE);
    expect(await editor.pull(ROUTE)).toHaveLength(1);
  });

  it('an orderly end is one', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    await editor.stop();
    expect(await editor.ended).toBe(0);
  });
});
