/** The borders of the house, held by reading import lines. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

/** Rooms of the server, each with the rooms that it may import from beside itself. */
const left: Readonly<Record<string, readonly string[]>> = {
  yaml: [],
  schema: ['yaml'],
  manifest: ['yaml', 'schema'],
  workspace: ['yaml', 'schema', 'manifest'],
  mesh: ['yaml', 'schema', 'manifest', 'workspace'],
  validate: ['yaml', 'schema', 'manifest', 'workspace', 'mesh'],
  trace: ['yaml', 'schema', 'manifest', 'workspace', 'mesh', 'validate'],
  calls: ['yaml', 'schema', 'manifest', 'workspace', 'mesh', 'validate', 'trace'],
  rules: ['yaml', 'schema', 'manifest', 'workspace', 'mesh', 'validate', 'trace', 'calls'],
  features: ['yaml', 'schema', 'manifest', 'workspace', 'mesh', 'validate', 'trace', 'calls', 'rules'],
  scaffold: ['yaml', 'schema', 'manifest', 'workspace', 'mesh', 'validate', 'trace', 'calls', 'rules'],
  analysis: [
    'yaml',
    'schema',
    'manifest',
    'workspace',
    'mesh',
    'validate',
    'trace',
    'calls',
    'rules',
    'features',
    'scaffold',
  ],
  node: [
    'yaml',
    'schema',
    'manifest',
    'workspace',
    'mesh',
    'validate',
    'trace',
    'calls',
    'rules',
    'features',
    'scaffold',
    'analysis',
  ],
  lsp: [
    'yaml',
    'schema',
    'manifest',
    'workspace',
    'mesh',
    'validate',
    'trace',
    'calls',
    'rules',
    'features',
    'scaffold',
    'analysis',
    'node',
  ],
  cli: [
    'yaml',
    'schema',
    'manifest',
    'workspace',
    'mesh',
    'validate',
    'trace',
    'calls',
    'rules',
    'features',
    'scaffold',
    'analysis',
    'node',
  ],
};

/** Rooms that know neither files, processes, time nor chance, and so run anywhere. */
const pureRooms = Object.keys(left).filter((room) => !['node', 'lsp', 'cli'].includes(room));

/** Packages that a pure room may import: they are pure themselves. */
const purePackages = new Set(['yaml', 'picomatch/posix', 'ignore', 'vscode-uri', 'vscode-languageserver-textdocument']);

/** What tells the time, rolls dice or asks the process. */
const impureWords =
  /\bprocess\.|\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bMath\.random\b|\bcrypto\.|\bsetTimeout\b|\bsetInterval\b|\bsetImmediate\b|\bconsole\.|\bglobalThis\.|\b__dirname\b|\bimport\.meta\b/;

interface Source {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const sources = ['server/src', 'client/src'].flatMap(sourcesIn);

describe('the house', () => {
  it('has only rooms with a place in it', () => {
    const rooms = new Set(sources.map(roomOf).filter((room) => room !== undefined));
    expect([...rooms].filter((room) => !(room in left))).toEqual([]);
  });

  it('imports only to the left', () => {
    const wrong = edges().filter(([from, to]) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      return room !== undefined && other !== undefined && room !== other && !left[room]?.includes(other);
    });
    expect(wrong.map(written)).toEqual([]);
  });

  it('shares between client and server only the protocol', () => {
    const sides = edges().filter(([from, to]) => sideOf(from) !== sideOf(to));
    expect(sides.filter(([, to]) => to.path !== 'server/src/protocol.ts').map(written)).toEqual([]);
  });

  it('keeps the protocol to types and names', () => {
    const protocol = sources.find(({ path }) => path === 'server/src/protocol.ts');
    expect(protocol?.imports.filter((name) => name.startsWith('.')) ?? []).toEqual([]);
  });

  it('has no cycles between files', () => {
    expect(cyclesIn(edges())).toEqual([]);
  });
});

describe('pure rooms', () => {
  const pure = sources.filter((source) => pureRooms.includes(roomOf(source) ?? ''));

  it('import no package that is not pure', () => {
    const packages = pure.flatMap(({ path, imports }) =>
      imports.filter((name) => !name.startsWith('.') && !purePackages.has(name)).map((name) => `${path} -> ${name}`),
    );
    expect(packages).toEqual([]);
  });

  it('ask neither the clock, chance nor the process', () => {
    const impure = pure.flatMap(({ path, text }) => {
      const found = impureWords.exec(withoutComments(text));
      return found === null ? [] : [`${path}: ${found[0]}`];
    });
    expect(impure).toEqual([]);
  });
});

describe('files', () => {
  it('stay under 400 lines', () => {
    const long = sources.filter(({ text }) => text.split('\n').length > 401);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('that answer a request are all in the table', () => {
    const folder = 'server/src/lsp/requests/';
    const names = sources.filter(({ path }) => path.startsWith(folder)).map(({ path }) => path.slice(folder.length));
    const table = sources.find(({ path }) => path === `${folder}all.ts`)?.imports ?? [];
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => name !== 'all.ts' && !table.includes(`./${name}`))).toEqual([]);
  });

  it('keep no state of their own', () => {
    const stateful = sources.filter(({ text }) => /^(export )?let /m.test(text));
    expect(stateful.map(({ path }) => path)).toEqual([]);
  });
});

describe('the readers of this test', () => {
  it('find a cycle', () => {
    const [a, b, c] = ['a.ts', 'b.ts', 'c.ts'].map((path): Source => ({ path, text: '', imports: [] }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('Three files expected.');
    expect(
      cyclesIn([
        [a, b],
        [b, c],
        [c, b],
      ]),
    ).toEqual(['b.ts -> c.ts -> b.ts']);
  });

  it('read import lines in all their forms', () => {
    const text = [
      "import './a.ts';",
      "import type { B } from './b.ts';",
      'import {',
      '  c,',
      "} from './c.ts';",
      "export * from './d.ts';",
      "const e = await import('./e.ts');",
      "const f = require('./f.ts');",
      "// import './not.ts';",
    ].join('\n');
    expect(importsOf(text)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts']);
  });
});

/** The sources in a folder, without tests. */
function sourcesIn(folder: string): readonly Source[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(root, folder, name), 'utf8');
      return { path: `${folder}/${name.split(sep).join('/')}`, text, imports: importsOf(text) };
    });
}

function importsOf(text: string): readonly string[] {
  const forms = /\b(?:from|import|require)\s*\(?\s*'([^'\n]+)'/g;
  return [...withoutComments(text).matchAll(forms)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** Comments on lines of their own are left out: they may speak of whatever they like. */
function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\*[\s\S]*?\*\//gm, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

/** The room of a server's file; files beside the rooms have none. */
function roomOf({ path }: Source): string | undefined {
  return /^server\/src\/([^/]+)\//.exec(path)?.[1];
}

function sideOf({ path }: Source): string | undefined {
  return path.split('/')[0];
}

/** All pairs of a file and one that it imports. */
function edges(): readonly (readonly [Source, Source])[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  return sources.flatMap((source) =>
    source.imports.flatMap((name) => {
      const path = relative(root, resolve(root, dirname(source.path), name));
      const target = byPath.get(path.split(sep).join('/'));
      return name.startsWith('.') && target !== undefined ? [[source, target] as const] : [];
    }),
  );
}

function written([from, to]: readonly [Source, Source]): string {
  return `${from.path} -> ${to.path}`;
}

/** Each file that imports itself by way of others, with the way. */
function cyclesIn(all: readonly (readonly [Source, Source])[]): readonly string[] {
  const targets = new Map<Source, Source[]>();
  for (const [from, to] of all) targets.set(from, [...(targets.get(from) ?? []), to]);
  const done = new Set<Source>();
  const found: string[] = [];
  const visit = (source: Source, way: readonly Source[]): void => {
    const start = way.indexOf(source);
    if (start >= 0) found.push([...way.slice(start), source].map(({ path }) => path).join(' -> '));
    if (start >= 0 || done.has(source)) return;
    for (const target of targets.get(source) ?? []) visit(target, [...way, source]);
    done.add(source);
  };
  for (const source of targets.keys()) visit(source, []);
  return found;
}
