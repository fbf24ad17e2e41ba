/** What happens to findings while files are typed, saved elsewhere, renamed and deleted. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { FileChangeType } from 'vscode-languageserver/node';
import { build, Editor, type EditorOptions, exampleCopy, folderWith, shown } from './editor.ts';

beforeAll(build, 120_000);

const ROUTE = 'egress/virtualservice.yaml';
const ENTRY = 'egress/serviceentry.yaml';
const GATEWAY = 'istio-system/gateway.yaml';

/** The example, pushed: what is shown follows without being asked for. */
async function watched(options: Partial<EditorOptions> = {}): Promise<Editor> {
  const editor = await Editor.start({ folders: [exampleCopy()], mode: 'push', ...options });
  await seen(editor, { [ROUTE]: ['gateway-not-found'], [ENTRY]: ['service-entry-hidden-from-gateway'] });
  return editor;
}

/** Waits until exactly these files show exactly these codes. */
async function seen(editor: Editor, expected: Readonly<Record<string, readonly string[]>>): Promise<void> {
  const wanted = Object.entries(expected)
    .map(([path, codes]) => `${editor.uri(path)} ${codes.join(' ')}`)
    .sort();
  const now = () =>
    [...editor.pushed]
      .filter(([, diagnostics]) => diagnostics.length > 0)
      .map(([uri, diagnostics]) => `${uri} ${diagnostics.map(({ code }) => code).join(' ')}`)
      .sort();
  await editor.until(() => JSON.stringify(now()) === JSON.stringify(wanted));
}

describe('a client that does not ask', () => {
  it('is sent findings of all files, open or not, and none once they are gone', async () => {
    const editor = await watched();
    await editor.open(ROUTE);
    await editor.type(ROUTE, '- istio-egressgateway', '- istio-system/istio-egressgateway');
    await editor.type(ROUTE, '      - istio-egressgateway', '      - istio-system/istio-egressgateway');
    await seen(editor, { [ENTRY]: ['service-entry-hidden-from-gateway'] });
    await editor.close(ROUTE);
    await seen(editor, { [ROUTE]: ['gateway-not-found'], [ENTRY]: ['service-entry-hidden-from-gateway'] });
  });

  it('is sent findings of open files alone where the settings say so', async () => {
    const editor = await Editor.start({
      folders: [exampleCopy()],
      mode: 'push',
      settings: { diagnostics: { scope: 'openFiles' } },
    });
    await editor.open(ENTRY);
    await seen(editor, { [ENTRY]: ['service-entry-hidden-from-gateway'] });
    await editor.close(ENTRY);
    await seen(editor, {});
  });
});

describe('typing', () => {
  it('half a line says nothing new of other files', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    for (const path of [ROUTE, ENTRY, GATEWAY]) await editor.open(path);
    const before = shown(editor.text(ROUTE), await editor.pull(ROUTE));
    await editor.type(GATEWAY, 'spec:\n selector:', 'spec:\n selector: "half a\n key: [');
    await editor.pull(GATEWAY);
    expect(shown(editor.text(ROUTE), await editor.pull(ROUTE))).toEqual(before);
    expect(shown(editor.text(ENTRY), await editor.pull(ENTRY))).toHaveLength(1);
  });

  it('counts in UTF-16, with CRLF as with LF', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    const text = [
      '# 🚪 names',
      'apiVersion: networking.istio.io/v1',
      'kind: VirtualService',
      'metadata: {name: a, namespace: egress}',
      'spec:',
      '  hosts: [httpbin.com]',
      '  http: [{name: "🚪", match: [{gateways: [istio-egressgateway]}], route: [{destination: {host: httpbin.com}}]}]',
      '  gateways: [ # 🚪',
      '    "mesh", "istio-egressgateway"]',
      '',
    ].join('\r\n');
    await editor.open('egress/new.yaml', text);
    const [diagnostic, ...others] = await editor.pull('egress/new.yaml');
    expect(others).toEqual([]);
    expect(diagnostic?.range).toEqual({ start: { line: 8, character: 12 }, end: { line: 8, character: 33 } });
    const places = diagnostic?.relatedInformation?.map(({ location }) => location) ?? [];
    expect(places.filter(({ uri }) => uri === editor.uri('egress/new.yaml')).map(({ range }) => range)).toEqual([
      { start: { line: 6, character: 42 }, end: { line: 6, character: 61 } },
    ]);
  });

  it('a fix answers to the text that it was asked for', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    await editor.open(ROUTE);
    const [diagnostic] = await editor.pull(ROUTE);
    if (!diagnostic) throw new Error('A finding was expected.');
    const [fix] = await editor.fixes(ROUTE, diagnostic);
    const versions = (fix?.edit?.documentChanges ?? []).map(
      (each) => 'textDocument' in each && each.textDocument.version,
    );
    expect(versions).toEqual([1]);
  });
});

describe('the disk', () => {
  it('is followed when a file changes', async () => {
    const editor = await watched();
    const folder = editor.folders[0] ?? '';
    writeFileSync(join(folder, GATEWAY), '# nothing here any more\n');
    await editor.changedOnDisk([[GATEWAY, FileChangeType.Changed]]);
    await seen(editor, {});
  });

  it('is followed when a file is renamed', async () => {
    const editor = await watched();
    const folder = editor.folders[0] ?? '';
    renameSync(join(folder, ROUTE), join(folder, 'egress/route.yaml'));
    await editor.changedOnDisk([
      [ROUTE, FileChangeType.Deleted],
      ['egress/route.yaml', FileChangeType.Created],
    ]);
    await seen(editor, {
      'egress/route.yaml': ['gateway-not-found'],
      [ENTRY]: ['service-entry-hidden-from-gateway'],
    });
  });

  it('is followed when a folder goes and comes back, told of as one event', async () => {
    const editor = await watched();
    const folder = editor.folders[0] ?? '';
    renameSync(join(folder, 'egress'), join(folder, '.away'));
    await editor.changedOnDisk([['egress', FileChangeType.Deleted]]);
    await seen(editor, {});
    renameSync(join(folder, '.away'), join(folder, 'egress'));
    await editor.changedOnDisk([['egress', FileChangeType.Created]]);
    await seen(editor, { [ROUTE]: ['gateway-not-found'], [ENTRY]: ['service-entry-hidden-from-gateway'] });
  });

  it('does not count what .gitignore or the settings leave out', async () => {
    const editor = await watched();
    const folder = editor.folders[0] ?? '';
    writeFileSync(join(folder, '.gitignore'), 'egress/virtualservice.yaml\n');
    await editor.changedOnDisk([['.gitignore', FileChangeType.Created]]);
    await editor.until(() => editor.pushed.get(editor.uri(ROUTE))?.length === 0);
    rmSync(join(folder, '.gitignore'));
    await editor.changedOnDisk([['.gitignore', FileChangeType.Deleted]]);
    await editor.until(() => editor.pushed.get(editor.uri(ROUTE))?.length === 1);
    editor.settings = { exclude: ['egress'] };
    await editor.configurationChanged();
    await seen(editor, {});
  });

  it('has the first Istio file of a folder, with what is beside it', async () => {
    const editor = await Editor.start({ folders: [folderWith({})], mode: 'push' });
    const folder = editor.folders[0] ?? '';
    const example = exampleCopy();
    for (const path of [ROUTE, ENTRY, GATEWAY]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      renameSync(join(example, path), join(folder, path));
    }
    await editor.changedOnDisk([ROUTE, ENTRY, GATEWAY].map((path) => [path, FileChangeType.Created] as const));
    await seen(editor, { [ROUTE]: ['gateway-not-found'], [ENTRY]: ['service-entry-hidden-from-gateway'] });
  });
});

describe('settings', () => {
  it('of the repository are read, and mistakes in them shown on their token', async () => {
    const editor = await watched();
    await editor.open('.istio-egress.yaml', 'external: [Gateway egress/istio-egressgateway]\nclient: [a]\n');
    await editor.until(() => (editor.pushed.get(editor.uri('.istio-egress.yaml')) ?? []).length > 0);
    const [problem] = editor.pushed.get(editor.uri('.istio-egress.yaml')) ?? [];
    expect(problem?.range.start).toEqual({ line: 1, character: 0 });
    await editor.until(() => editor.pushed.get(editor.uri(ROUTE))?.length === 0);
  });
});
