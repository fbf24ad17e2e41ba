import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resource } from '../../../test/support/workspace.ts';
import { createFilter } from '../workspace/filter.ts';
import { relativeTo } from '../workspace/paths.ts';
import { type LoadOptions, loadFolder } from './load.ts';
import { normalised, toWorkspacePath } from './paths.ts';
import { readOne } from './read-one.ts';
import { walk } from './walk.ts';

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(texts: Readonly<Record<string, string>>): string {
  const folder = toWorkspacePath(realpathSync(mkdtempSync(join(tmpdir(), 'load test '))));
  folders.push(folder);
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function walked(root: string, exclude: readonly string[] = []): Promise<readonly string[]> {
  const { files } = await walk(createFilter({ root, exclude, ignoreFiles: [] }));
  return files.map((path) => relativeTo(root, path));
}

async function loaded(root: string, options: Partial<LoadOptions> = {}) {
  const { changes } = await loadFolder({ root, ...options });
  return changes.map(({ path, contents }) => {
    const names = contents?.resources.map((each) => `${each.kind} ${each.name.value}`).join(', ');
    return `${relativeTo(root, path)}: ${names === '' ? contents?.class : names}`;
  });
}

describe('walk', () => {
  it('lists what can hold manifests, in a stable order, as far as the filter goes', async () => {
    const root = folderWith({
      'b.yml': '',
      'a.yaml': '',
      'c.json': '',
      'notes.md': '',
      'x/template.yaml.tpl': '',
      'x/kustomization.yaml': '',
      'x/node_modules/a.yaml': '',
      'x/.gitignore': 'ignored.yaml\n/out\n',
      'x/ignored.yaml': '',
      'x/out/a.yaml': '',
      'x/y/ignored.yaml': '',
      'x/y/kept.yaml': '',
    });
    expect(await walked(root, ['**/node_modules/**'])).toEqual([
      'a.yaml',
      'b.yml',
      'c.json',
      'x/kustomization.yaml',
      'x/template.yaml.tpl',
      'x/y/kept.yaml',
    ]);
  });

  it('ends in loops of links, and reaches every file once', async () => {
    const root = folderWith({ 'real/a.yaml': '', 'real/deep/b.yaml': '' });
    const outside = folderWith({ 'far/c.yaml': '', 'd.yaml': '' });
    const links = [
      ['real/deep', 'again'],
      ['.', 'real/deep/loop'],
      ['real/a.yaml', 'copy.yaml'],
      ['nowhere', 'dangling.yaml'],
    ] as const;
    for (const [target, link] of links) symlinkSync(join(root, target), join(root, link));
    symlinkSync(join(outside, 'far'), join(root, 'far'));
    symlinkSync(join(outside, 'd.yaml'), join(root, 'd.yaml'));
    expect(await walked(root)).toEqual(['real/a.yaml', 'real/deep/b.yaml', 'd.yaml', 'far/c.yaml']);
  });

  it('stops when told to', async () => {
    const root = folderWith({ 'a.yaml': '' });
    const filter = createFilter({ root, exclude: [], ignoreFiles: [] });
    await expect(walk(filter, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: {name: gw, namespace: a}\nspec: {ports: [{port: 80}]}\n';

describe('loadFolder', () => {
  it('reads Istio files, and beside them what supports them', async () => {
    const root = folderWith({
      'gateway.yaml': resource('Gateway', 'a/egress'),
      'service.yaml': SERVICE,
      'values.yaml': 'replicas: 1\n',
      'third_party/gateway.yaml': resource('Gateway', 'a/vendored'),
    });
    expect(await loaded(root)).toEqual(['gateway.yaml: Gateway egress', 'service.yaml: Service gw']);
  });

  it('reads nothing where nothing is of Istio', async () => {
    expect(await loaded(folderWith({ 'service.yaml': SERVICE }))).toEqual([]);
  });

  it('follows the settings of the folder, over those that it is given', async () => {
    const root = folderWith({
      'app/.istio-egress.yaml': 'exclude: [old]\ncontext: [../platform, dump.yaml]\nclients: [b]\n',
      'app/.gitignore': 'dump.yaml\n',
      'app/dump.yaml': resource('Gateway', 'a/dumped'),
      'app/route.yaml': resource('VirtualService', 'a/api'),
      'app/old/route.yaml': resource('VirtualService', 'a/old'),
      'platform/gateway.yaml': resource('Gateway', 'istio-system/shared'),
    });
    const app = `${root}/app`;
    const all = [
      'route.yaml: VirtualService api',
      `${root}/platform/gateway.yaml: Gateway shared`,
      'dump.yaml: Gateway dumped',
    ];
    expect(await loaded(app)).toEqual(all);
    expect(await loaded(app, { reach: 'folder' })).toEqual(all.filter((line) => !line.startsWith('/')));
    const { settings, settingsFile } = await loadFolder({ root: app, settings: { clients: ['a'], complete: ['a'] } });
    expect(settings).toMatchObject({ clients: ['b'], complete: ['a'] });
    expect(settingsFile?.path).toBe(`${app}/.istio-egress.yaml`);
  });

  it('says of files over the limit that they are, where they are of Istio', async () => {
    const padding = `# ${'x'.repeat(78)}\n`.repeat(70_000);
    const root = folderWith({
      'large.yaml': padding + resource('Gateway', 'a/egress'),
      'data.yaml': padding,
    });
    expect(await loaded(root)).toEqual(['large.yaml: too-large']);
  });

  it('tells its progress, up to all', async () => {
    const root = folderWith({ 'a.yaml': resource('Gateway', 'a/egress'), 'b.yaml': SERVICE, 'c.yaml': 'x: 1\n' });
    const told: { readonly done: number; readonly total: number }[] = [];
    await loadFolder({ root, onProgress: (progress) => told.push(progress) });
    expect(told.every(({ done, total }, index) => total === 3 && done >= (told[index - 1]?.done ?? 0))).toBe(true);
    expect(told.at(-1)).toEqual({ done: 3, total: 3 });
  });

  it('stops when told to, half-way', async () => {
    const root = folderWith({ 'a.yaml': resource('Gateway', 'a/egress'), 'b.yaml': SERVICE });
    const abort = new AbortController();
    const run = loadFolder({ root, signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) });
    await expect(run).rejects.toThrow('enough');
  });
});

describe('worker threads', () => {
  let worker = '';
  const many = Object.fromEntries(
    [1, 60, 1500, 1600, 1700].map((size, i) => [
      `routes/${i}.yaml`,
      Array.from({ length: size }, (_, j) => resource('VirtualService', `a/r${i}-${j}`)).join('---\n'),
    ]),
  );

  beforeAll(async () => {
    worker = join(folderWith({}), 'worker.js');
    await build({
      entryPoints: [join(import.meta.dirname, 'reader-worker.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
      outfile: worker,
    });
  });

  it('read the same as this thread', async () => {
    const root = folderWith({ ...many, 'service.yaml': SERVICE });
    const here = await loadFolder({ root });
    const there = await loadFolder({ root, worker });
    expect(there.changes.length).toBe(6);
    expect(there.changes).toEqual(here.changes);
  });

  it('that cannot start lose nothing', async () => {
    const root = folderWith(many);
    const { changes } = await loadFolder({ root, worker: join(root, 'missing.js') });
    expect(changes).toEqual((await loadFolder({ root })).changes);
  });
});

describe('readOne', () => {
  it('reads a file again where it counts', async () => {
    const root = folderWith({ 'a.yaml': resource('Gateway', 'a/egress'), 'old/a.yaml': resource('Gateway', 'a/old') });
    const filter = createFilter({ root, exclude: ['old'], ignoreFiles: [] });
    const change = await readOne(`${root}/a.yaml`, filter);
    expect(change?.contents?.resources.map((each) => each.name.value)).toEqual(['egress']);
    expect(await readOne(`${root}/old/a.yaml`, filter)).toBeUndefined();
    expect(await readOne(`${root}/notes.md`, filter)).toBeUndefined();
    expect(await readOne(`${root}/gone.yaml`, filter)).toEqual({ path: `${root}/gone.yaml`, contents: undefined });
  });
});

describe('paths', () => {
  it.each([
    ['C:\\repo\\app', '\\', 'c:/repo/app'],
    ['/repo/app/', '/', '/repo/app'],
    ['/', '/', '/'],
    ['/odd\\name', '/', '/odd\\name'],
  ])('%s', (path, separator, expected) => {
    expect(normalised(path, separator)).toBe(expected);
  });
});
