/**
 * Runs the suite in a real VS Code, on a fresh copy of the example, in an empty folder, and in one whose window is restarted, and prints what came of it.
 * `node test/vscode/run.mjs [REPORT]` writes the results as JSON to REPORT as well.
 * `ISTIO_EGRESS_TEST_HOST` says in which VS Code: `electron` (the desktop one, downloaded) or `served` (from npm packages, in a
 * headless browser). Unset, it is the one that needs no download wherever npm has a browser: on Linux x64.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from '../../scripts/lib/build.mjs';
import { bundle, importTypeScript } from '../../scripts/lib/bundle.mjs';
import { inProject, root } from '../../scripts/lib/place.mjs';
import { script } from '../../scripts/lib/processes.mjs';
import { runServed } from './run-served.mjs';

const suite = inProject('out/vscode/suite.js');

await script(async () => {
  await ensureBuilt();
  await bundle({
    entryPoints: [inProject('test/vscode/suite/index.ts')],
    outfile: suite,
    format: 'cjs',
    external: ['vscode'],
    sourcemap: 'inline',
  });
  const results = [];
  // The suite knows by the name of the folder which of its tests to run.
  for (const name of ['httpbin', 'empty', 'restart']) {
    const own = await resultsIn(name);
    print(own);
    if (own.length === 0) return 1;
    results.push(...own);
  }
  if (process.argv[2] !== undefined) writeFileSync(process.argv[2], JSON.stringify(results));
  return results.every(({ error }) => error === undefined) ? 0 : 1;
});

async function resultsIn(name) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'istio-egress-vscode-')));
  try {
    return await runIn(folder, name);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runIn(folder, name) {
  const run = {
    suite,
    extension: root,
    folder,
    workspace: join(folder, name),
    report: join(folder, 'report.json'),
  };
  mkdirSync(run.workspace);
  if (name === 'httpbin') cpSync(inProject(`examples/${name}`), run.workspace, { recursive: true });
  await (await launcher())(run);
  if (!existsSync(run.report)) throw new Error('VS Code ended before the suite did.');
  return JSON.parse(readFileSync(run.report, 'utf8'));
}

async function launcher() {
  const hasBrowser = process.platform === 'linux' && process.arch === 'x64';
  const host = process.env.ISTIO_EGRESS_TEST_HOST ?? (hasBrowser ? 'served' : 'electron');
  if (host === 'served') return runServed;
  const source = { entryPoints: [inProject('test/vscode/run-electron.ts')], packages: 'external' };
  return (await importTypeScript(source, 'run-electron')).runElectron;
}

function print(results) {
  for (const { name, error, milliseconds } of results) {
    process.stdout.write(error === undefined ? ` ✓ ${name} (${milliseconds} ms)\n` : ` ✗ ${name}\n${indent(error)}\n`);
  }
}

function indent(text) {
  return text.replaceAll(/^/gm, '     ');
}
