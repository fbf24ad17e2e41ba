import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

it('the package holds what runs and what users read, and nothing else', () => {
  const optional = ['package.nls.json', ...filesIn('snippets')].filter((path) => isThere(path));
  expect(packaged()).toEqual(
    [
      'CHANGELOG.md',
      'LICENSE',
      'NOTICE',
      'README.md',
      'package.json',
      'dist/cli.js',
      'dist/extension.js',
      'dist/programs.js',
      'dist/reader-worker.js',
      'dist/server.js',
      'docs/settings.md',
      ...filesUnder('examples/httpbin'),
      ...filesIn('docs/rules'),
      ...filesIn('images'),
      ...filesIn('schemas'),
      ...optional,
    ].sort(),
  );
});

it('the walkthrough leads to commands that are there, and shows pictures that are there', () => {
  const { contributes } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as Manifest;
  const words = JSON.parse(readFileSync(resolve(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
  const commands = new Set(contributes.commands.map(({ command }) => command));
  const steps = contributes.walkthroughs.flatMap((each) => each.steps);
  expect(steps.map(({ id }) => id)).toEqual(['example', 'fix', 'trace', 'create']);
  for (const { description, media, completionEvents } of steps) {
    const text = words[description.slice(1, -1)] ?? '';
    const linked = [...text.matchAll(/\(command:([^)]+)\)/g)].map(([, command]) => command ?? '');
    const ending = completionEvents.map((each) => each.replace('onCommand:', ''));
    expect(linked.length).toBe(1);
    expect([...linked, ...ending].filter((each) => !commands.has(each))).toEqual([]);
    expect(isThere(media.image)).toBe(true);
  }
});

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly media: { readonly image: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}

/** The files that `vsce` would put into the package. */
function packaged(): readonly string[] {
  const vsce = resolve(root, 'node_modules/@vscode/vsce/vsce');
  const output = execFileSync(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: root, encoding: 'utf8' });
  return output.trim().split('\n').sort();
}

/** The files right in a folder, from the root; none where there is no such folder. */
function filesIn(folder: string): readonly string[] {
  return isThere(folder) ? readdirSync(resolve(root, folder)).map((name) => `${folder}/${name}`) : [];
}

/** The files in a folder and in those in it, from the root. */
function filesUnder(folder: string): readonly string[] {
  const entries = readdirSync(resolve(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((each) => each.isFile())
    .map((each) => relative(root, join(each.parentPath, each.name)).split(sep).join('/'));
}

function isThere(path: string): boolean {
  return existsSync(resolve(root, path));
}
