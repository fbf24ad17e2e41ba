import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');

it('what `npm run generate` writes is what the repository holds', () => {
  expect(staleFiles()).toEqual([]);
});

function staleFiles(): readonly string[] {
  try {
    execFileSync(process.execPath, ['scripts/generate.mjs', '--check'], { cwd: root, encoding: 'utf8' });
    return [];
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && 'status' in error && error.status === 1) {
      return String(error.stdout).trim().split('\n');
    }
    throw error;
  }
}
