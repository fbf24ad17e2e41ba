/** Routes that are created in an editor: planned as data, written as one edit, taken back to the last byte. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { CancellationTokenSource, LSPErrorCodes, type WorkspaceEdit } from 'vscode-languageserver/node';
import {
  ADDRESS_AT,
  type AddressAtResult,
  CHECK_WORKSPACE,
  PLAN_ROUTE,
  type PlannedRoute,
  type PlanRouteResult,
  ROUTE_EDIT,
  type RouteEditResult,
  type RouteQuestion,
} from '../../server/src/protocol.ts';
import { generate } from '../bench/generate.ts';
import { build, Editor, exampleCopy, folderWith } from './editor.ts';

beforeAll(build, 120_000);

const ADDRESS = 'https://api.example.com';

async function asked(editor: Editor, question: RouteQuestion): Promise<PlanRouteResult> {
  return editor.connection.sendRequest<PlanRouteResult>(PLAN_ROUTE, question);
}

async function planned(editor: Editor, question: RouteQuestion): Promise<PlannedRoute> {
  const answer = await asked(editor, question);
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}

async function edited(editor: Editor, { question, key }: PlannedRoute) {
  const result = await editor.connection.sendRequest<RouteEditResult>(ROUTE_EDIT, { question, key });
  if (!('edit' in result)) throw new Error(JSON.stringify(result));
  return result;
}

const rows = ({ choices }: PlannedRoute) => choices.map(({ title, value }) => `${title}: ${value}`);

/** All files of a folder with their texts. */
function textsIn(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  const paths = files.map((each) => join(each.parentPath, each.name)).sort();
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path, 'utf8')]));
}

/** Applies an edit to files on disk, as an editor does that saves at once. */
function applyOnDisk(edit: WorkspaceEdit): void {
  for (const change of edit.documentChanges ?? []) {
    if ('kind' in change) {
      if (change.kind !== 'create') throw new Error(change.kind);
      const path = fileURLToPath(change.uri);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '', { flag: 'wx' });
      continue;
    }
    const path = fileURLToPath(change.textDocument.uri);
    const text = readFileSync(path, 'utf8');
    const marked = text.startsWith('\ufeff') ? '\ufeff' : '';
    const document = TextDocument.create('', 'yaml', 0, text.slice(marked.length));
    const edits = change.edits.filter((each) => 'newText' in each);
    writeFileSync(path, marked + TextDocument.applyEdits(document, edits));
  }
}

const FOLDER = {
  'team-a/route.yaml': `# Ours
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [ api.example.com ]   # theirs
  tls:
  - match:
    - port: 443
      sniHosts: [api.example.com]
    route:
    - destination: {host: api.example.com, port: {number: 443}}
`,
  'team-a/kustomization.yaml': '\ufeffresources:\r\n- route.yaml\r\n',
};

describe('a plan', () => {
  it('of an empty folder has everything chosen, and a proof', async () => {
    const editor = await Editor.start({ folders: [folderWith({})] });
    const plan = await planned(editor, { address: ADDRESS });
    expect({
      ...plan,
      choices: rows(plan),
      files: plan.files.map(({ uri, before }) => [uri, before]),
      key: '',
    }).toEqual({
      question: { address: ADDRESS, folder: editor.uri('').replace(/\/$/, ''), changes: {} },
      state: 'ready',
      created: 4,
      changed: 0,
      traced: [{ from: 'any namespace', text: 'through istio-system/istio-egressgateway to api.example.com:443' }],
      target: 'api.example.com:443',
      choices: [
        'Gateway: istio-system/istio-egressgateway',
        "TLS: the application's own",
        'Used by: every namespace',
        'Sidecar to gateway: as the application sends it',
        'Namespace: istio-system',
        'Written as: Istio API',
        'Files: api-example-com.yaml',
      ],
      conflicts: [],
      notes: [
        'The gateway’s Service is not in the workspace: the standard install istio-system/istio-egressgateway is assumed.',
      ],
      files: [[editor.uri('api-example-com.yaml'), null]],
      key: '',
    });
  });

  it('is given up when the request is taken back, and is the same when it is asked for again', async () => {
    const files = Object.fromEntries(generate(400).map(({ path, text }) => [path, text]));
    const editor = await Editor.start({ folders: [folderWith(files)] });
    await editor.connection.sendRequest(CHECK_WORKSPACE, {});
    const source = new CancellationTokenSource();
    const taken = editor.connection.sendRequest(PLAN_ROUTE, { address: ADDRESS }, source.token);
    const other = planned(editor, { address: ADDRESS });
    source.cancel();
    await expect(taken).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    const plan = await other;
    expect(plan.state).toBe('ready');
    expect(plan.conflicts).toEqual([]);
    const fresh = await Editor.start({ folders: [folderWith(files)] });
    const again = await planned(fresh, { address: ADDRESS });
    expect(again.files.map(({ after }) => after)).toEqual(plan.files.map(({ after }) => after));
    expect(again.traced).toEqual(plan.traced);
  });

  it('puts what has no place yet into the folder that is asked for, or beside the file', async () => {
    const editor = await Editor.start({ folders: [folderWith({ 'deploy/notes.yaml': 'a: b\n' })] });
    const pathsIn = async (folder: string) =>
      (await planned(editor, { address: ADDRESS, folder })).files.map(({ uri }) => uri);
    expect(await pathsIn(editor.uri('deploy'))).toEqual([editor.uri('deploy/api-example-com.yaml')]);
    expect(await pathsIn(editor.uri('deploy/notes.yaml'))).toEqual([editor.uri('deploy/api-example-com.yaml')]);
    const { question } = await planned(editor, { address: ADDRESS, folder: editor.uri('deploy') });
    expect(question.folder).toBe(editor.uri('deploy'));
  });

  it('says what is no address, and what no answer', async () => {
    const editor = await Editor.start({ folders: [folderWith({})] });
    const problems = await Promise.all(
      [
        'api.example.com',
        'tcp://db.example.com',
        'ftp://a.example.com',
        'https://10.0.0.1',
        'http://',
        'http://localhost',
      ].map((address) => asked(editor, { address })),
    );
    const typed = await asked(editor, { address: ADDRESS, typed: { field: 'audience', text: 'Team A' } });
    expect([...problems, typed].map((each) => ('problem' in each ? each.problem : 'none'))).toEqual([
      'Add http://, https:// or tcp://: what the application sends decides the pattern',
      'Name the port: tcp://db.example.com:5432',
      'Write http://, https:// or tcp:// instead of ftp://',
      '10.0.0.1 is an address: give the host a name, and its address with it.',
      'Name a host, such as http://api.example.com',
      "'localhost' is no host outside the cluster: it has no dot.",
      "'Team' is no name of a namespace.",
    ]);
  });

  it('takes other answers, picked and typed, and drops those that no longer fit', async () => {
    const editor = await Editor.start({ folders: [folderWith({})] });
    const first = await planned(editor, { address: 'http://api.example.com' });
    const tls = first.choices.find(({ id }) => id === 'tls');
    expect(tls?.alternatives.map(({ title }) => title)).toEqual([
      'added by the gateway',
      'added by the gateway, with a certificate of its own',
      'added by the sidecar',
    ]);
    const [gateway, , sidecar] = tls?.alternatives ?? [];
    const second = await planned(editor, {
      ...first.question,
      ...(gateway?.changes ? { changes: gateway.changes } : {}),
    });
    const third = await planned(editor, { ...second.question, typed: { field: 'credential', text: 'api-ca' } });
    const fourth = await planned(editor, { ...third.question, typed: { field: 'audience', text: 'team-a, team-b' } });
    expect(rows(fourth).slice(1, 4)).toEqual([
      'TLS: added by the gateway',
      'Secret: api-ca',
      'Used by: team-a, team-b',
    ]);
    expect(fourth.target).toBe('api.example.com:443');
    const fifth = await planned(editor, {
      ...fourth.question,
      changes: { ...fourth.question.changes, ...sidecar?.changes },
    });
    expect(fifth.state).toBe('ready');
    expect(rows(fifth).slice(0, 2)).toEqual(['TLS: added by the sidecar', 'Used by: team-a, team-b']);
  });

  it('is written with Gateway API where that row is changed, and back', async () => {
    const editor = await Editor.start({ folders: [folderWith({})] });
    const first = await planned(editor, { address: ADDRESS });
    const changed = async ({ question, choices }: PlannedRoute) => {
      const [other] = choices.find(({ id }) => id === 'form')?.alternatives ?? [];
      return planned(editor, { ...question, ...(other?.changes ? { changes: other.changes } : {}) });
    };
    const second = await changed(first);
    expect([second.state, rows(second), second.traced]).toEqual([
      'ready',
      [
        'Gateway: default/egress-gateway-istio',
        "TLS: the application's own",
        'Used by: every namespace',
        'Namespace: default',
        'Written as: Gateway API',
        'Files: api-example-com.yaml',
      ],
      [
        { from: 'default', text: 'through default/egress-gateway-istio to api.example.com:443' },
        { from: 'any namespace', text: 'through default/egress-gateway-istio to api.example.com:443' },
      ],
    ]);
    const third = await changed(second);
    expect([third.state, rows(third)]).toEqual(['ready', rows(first)]);
  });

  it('tells what is in the way with its place, and the ways out', async () => {
    const editor = await Editor.start({ folders: [folderWith(FOLDER)] });
    const blocked = await planned(editor, { address: ADDRESS });
    const place = {
      uri: editor.uri('team-a/route.yaml'),
      range: { start: { line: 4, character: 8 }, end: { line: 4, character: 11 } },
    };
    expect([blocked.state, blocked.files, blocked.conflicts]).toEqual([
      'blocked',
      [],
      [
        {
          text: 'api.example.com is already routed by VirtualService team-a/api.',
          place,
          waysOut: [
            { title: 'Extend it', changes: { extend: ['VirtualService team-a/api'] } },
            { title: 'Open it', open: place },
          ],
        },
      ],
    ]);
  });
});

describe('an edit', () => {
  it('writes new and changed files at once, and its undo restores every byte', async () => {
    const folder = folderWith(FOLDER);
    const editor = await Editor.start({ folders: [folder] });
    const changes = { extend: ['VirtualService team-a/api'] };
    const plan = await planned(editor, { address: ADDRESS, changes });
    const { edit, undo } = await edited(editor, plan);
    applyOnDisk(edit as WorkspaceEdit);
    const written = textsIn(folder);
    expect(Object.keys(written)).toEqual([
      'team-a/api-example-com.yaml',
      'team-a/kustomization.yaml',
      'team-a/route.yaml',
    ]);
    expect(written['team-a/kustomization.yaml']).toBe('\ufeffresources:\r\n- route.yaml\r\n- api-example-com.yaml\r\n');
    expect(written['team-a/route.yaml']?.startsWith('# Ours\n')).toBe(true);
    for (const { uri, expected, text } of undo) {
      const path = fileURLToPath(uri);
      expect(readFileSync(path, 'utf8')).toBe(expected);
      if (text === null) rmSync(path);
      else writeFileSync(path, text);
    }
    expect(textsIn(folder)).toEqual(FOLDER);
  });

  it('is of the text in the editor, and is there again once it is written', async () => {
    const editor = await Editor.start({ folders: [folderWith(FOLDER)] });
    await editor.open('team-a/route.yaml');
    await editor.type('team-a/route.yaml', '# Ours', '# Ours alone');
    const changes = { extend: ['VirtualService team-a/api'] };
    const plan = await planned(editor, { address: ADDRESS, changes });
    const { edit, undo } = await edited(editor, plan);
    const [{ text } = { text: null }] = undo.filter(({ uri }) => uri.endsWith('route.yaml'));
    expect(text).toBe(editor.text('team-a/route.yaml'));
    for (const change of (edit as WorkspaceEdit).documentChanges ?? []) {
      if (!('textDocument' in change)) continue;
      if (change.textDocument.uri === editor.uri('team-a/route.yaml')) continue;
      const [first] = change.edits;
      if (first && 'newText' in first) await editor.open(change.textDocument.uri, first.newText);
    }
    await editor.apply({
      documentChanges:
        (edit as WorkspaceEdit).documentChanges?.filter(
          (each) => 'textDocument' in each && each.textDocument.uri === editor.uri('team-a/route.yaml'),
        ) ?? [],
    });
    expect((await planned(editor, { address: ADDRESS })).state).toBe('unchanged');
  });

  it('is the plan instead where files have changed since', async () => {
    const editor = await Editor.start({ folders: [folderWith({})] });
    const { question, key } = await planned(editor, { address: ADDRESS });
    await editor.open('other.yaml', FOLDER['team-a/route.yaml']);
    const result = await editor.connection.sendRequest<RouteEditResult>(ROUTE_EDIT, { question, key });
    expect('plan' in result && result.plan.state).toBe('blocked');
  });
});

it('an address is found in the line, without its path, or in the ServiceEntry', async () => {
  const editor = await Editor.start({ folders: [exampleCopy()] });
  const at = (text: string, line: number, character: number) =>
    editor.connection.sendRequest<AddressAtResult | null>(ADDRESS_AT, {
      uri: editor.uri('egress/serviceentry.yaml'),
      position: { line, character },
      text,
    });
  const line = 'url: "https://api.example.com:8443/v1?q=1" # or tcp://db.example.com:5432';
  expect([await at(line, 0, 8), await at(line, 0, 60), await at('metadata:', 2, 0)]).toEqual([
    { address: 'https://api.example.com:8443' },
    { address: 'tcp://db.example.com:5432' },
    { address: 'http://httpbin.com' },
  ]);
  expect(
    await editor.connection.sendRequest<AddressAtResult | null>(ADDRESS_AT, {
      uri: editor.uri('egress/virtualservice.yaml'),
      position: { line: 0, character: 0 },
      text: 'api.example.com',
    }),
  ).toBeNull();
});
