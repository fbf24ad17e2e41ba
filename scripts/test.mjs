/**
 * `npm test`: types, lint, unit and protocol tests, then the whole product in a real VS Code. Installs and builds what is missing.
 * The last line is `N passed, N failed` over all of it; types and lint count as one each. Exit code 1 where anything failed.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { inProject, root, say } from './lib/place.mjs';
import { runNode } from './lib/processes.mjs';

const reports = mkdtempSync(join(tmpdir(), 'istio-egress-test-'));
const steps = [
  ['Packages', ensureInstalled],
  ['Build', ensureBuilt],
  ['Types', () => node('node_modules/typescript/bin/tsc', '--noEmit')],
  ['Lint', () => node('node_modules/@biomejs/biome/bin/biome', 'check', '.')],
  ['Unit, protocol and command line', vitest],
  ['In VS Code', inVsCode],
];

let passed = 0;
let failed = 0;
for (const [title, step] of steps) {
  process.stdout.write(`\n── ${title}\n`);
  const counts = await countsOf(step);
  passed += counts.passed;
  failed += counts.failed;
  if (counts.failed > 0) say(`${title}: failed`);
  // Without packages nothing else can run.
  if (step === ensureInstalled && counts.failed > 0) break;
}
rmSync(reports, { recursive: true, force: true });
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed > 0 ? 1 : 0;

/** Runs a step. A throw is one failure, told; a step without counts of its own is not counted where it went well. */
async function countsOf(step) {
  try {
    return (await step()) ?? { passed: 0, failed: 0 };
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1 };
  }
}

/** A program that is one test: it passes where its exit code is 0. */
async function node(...args) {
  const code = await runNode(args, { cwd: root });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function vitest() {
  const report = join(reports, 'vitest.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await runNode(['node_modules/vitest/vitest.mjs', ...args], { cwd: root });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that cannot be loaded has no tests to fail, so it counts itself.
  const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return atLeastOneWhere(code !== 0, { passed: numPassedTests, failed: numFailedTests + unloaded });
}

async function inVsCode() {
  const report = join(reports, 'vscode.json');
  const code = await runNode([inProject('test/vscode/run.mjs'), report], { cwd: root });
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const results = JSON.parse(readFileSync(report, 'utf8'));
  const broken = results.filter((result) => result.error !== undefined).length;
  return atLeastOneWhere(code !== 0, { passed: results.length - broken, failed: broken });
}

/** Counts that show a failure wherever the exit code does. */
function atLeastOneWhere(isFailure, counts) {
  return isFailure && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
