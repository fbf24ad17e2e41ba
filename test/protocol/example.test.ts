/** The example of the README in an editor that asks for diagnostics. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { WorkspaceDiagnosticRequest } from 'vscode-languageserver/node';
import { build, Editor, exampleCopy, shown } from './editor.ts';

beforeAll(build, 120_000);

const ROUTE = 'egress/virtualservice.yaml';
const ENTRY = 'egress/serviceentry.yaml';
const GATEWAY = 'istio-system/gateway.yaml';

async function opened(): Promise<Editor> {
  const editor = await Editor.start({ folders: [exampleCopy()] });
  for (const path of [ROUTE, ENTRY, GATEWAY]) await editor.open(path);
  return editor;
}

async function shownIn(editor: Editor, path: string): Promise<readonly string[]> {
  return shown(editor.text(path), await editor.pull(path));
}

describe('the example', () => {
  it('has one error on the gateway name and one on exportTo', async () => {
    const editor = await opened();
    expect(await shownIn(editor, ROUTE)).toEqual(['error gateway-not-found 13:5 istio-egressgateway']);
    expect(await shownIn(editor, ENTRY)).toEqual(['error service-entry-hidden-from-gateway 10:5 "."']);
    expect(await shownIn(editor, GATEWAY)).toEqual([]);
  });

  it('says where each diagnostic is from, and what else has to do with it', async () => {
    const editor = await opened();
    const [diagnostic] = await editor.pull(ROUTE);
    expect(diagnostic?.source).toBe('Istio Egress');
    expect(diagnostic?.codeDescription).toBeUndefined();
    const related = diagnostic?.relatedInformation?.map(({ location }) => [location.uri, location.range.start.line]);
    expect(related).toEqual([
      [editor.uri(GATEWAY), expect.any(Number)],
      [editor.uri(ROUTE), 24],
    ]);
  });

  it('links codes to pages where the client says where they are', async () => {
    const editor = await Editor.start({
      folders: [exampleCopy()],
      initializationOptions: { rulePageBase: 'https://rules.example/' },
    });
    await editor.open(ROUTE);
    const [diagnostic] = await editor.pull(ROUTE);
    expect(diagnostic?.codeDescription).toEqual({ href: 'https://rules.example/gateway-not-found' });
  });

  it('is clean after both preferred fixes', async () => {
    const editor = await opened();
    for (const path of [ROUTE, ENTRY]) {
      const [diagnostic] = await editor.pull(path);
      if (!diagnostic) throw new Error(`${path} has no finding.`);
      const fixes = await editor.fixes(path, diagnostic);
      const preferred = fixes.filter((fix) => fix.isPreferred === true);
      expect(preferred.map(({ kind, diagnostics }) => ({ kind, diagnostics }))).toEqual([
        { kind: 'quickfix', diagnostics: [diagnostic] },
      ]);
      await editor.apply(preferred[0]?.edit ?? {});
    }
    const before = readFileSync(join(editor.folders[0] ?? '', ROUTE), 'utf8');
    expect(editor.text(ROUTE)).toBe(
      before.replaceAll('- istio-egressgateway\n', '- istio-system/istio-egressgateway\n'),
    );
    expect(await editor.pull(ROUTE)).toEqual([]);
    expect(await editor.pull(ENTRY)).toEqual([]);
  });

  it('shows findings of files that are not open, and each change as one more part of the answer', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    await editor.open(ROUTE);
    const parts: string[][] = [];
    let wake: () => void = () => undefined;
    editor.connection.onProgress(WorkspaceDiagnosticRequest.partialResult, 'parts', ({ items }) => {
      parts.push(
        items.map(
          (item) => `${item.uri === editor.uri(ROUTE) ? ROUTE : ENTRY}: ${'items' in item ? item.items.length : '='}`,
        ),
      );
      wake();
    });
    const part = async () => {
      if (parts.length === 0)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      return parts.shift();
    };
    void editor.connection
      .sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [], partialResultToken: 'parts' })
      .catch(() => undefined);
    expect((await part())?.sort()).toEqual([`${ENTRY}: 1`, `${ROUTE}: 1`]);
    await editor.type(ROUTE, '- istio-egressgateway', '- istio-system/istio-egressgateway');
    await editor.type(ROUTE, '      - istio-egressgateway', '      - istio-system/istio-egressgateway');
    // The file being typed is told of at every key.
    while ((await part())?.join() !== `${ROUTE}: 0`);
  });

  it('answers all at once where the client takes no parts', async () => {
    const editor = await Editor.start({ folders: [exampleCopy()] });
    const ask = (previousResultIds: { uri: string; value: string }[]) =>
      editor.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds });
    const { items } = await ask([]);
    expect(items.map(({ uri }) => uri).sort()).toEqual([editor.uri(ENTRY), editor.uri(ROUTE)].sort());
    const known = items.map(({ uri, resultId }) => ({ uri, value: resultId ?? '' }));
    expect(await ask(known)).toEqual({ items: [] });
    expect((await ask([{ uri: editor.uri('gone.yaml'), value: 'old' }, ...known])).items).toEqual([
      { kind: 'full', uri: editor.uri('gone.yaml'), version: null, resultId: 'none', items: [] },
    ]);
  });
});
