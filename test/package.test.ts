import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
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
      ...filesIn('docs/rules'),
      ...filesIn('images'),
      ...filesIn('schemas'),
      ...optional,
    ].sort(),
  );
});

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

function isThere(path: string): boolean {
  return existsSync(resolve(root, path));
}
