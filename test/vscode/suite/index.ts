/** The whole-product tests as VS Code runs them: it calls `run` inside its extension host. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { completionTests } from './completion.ts';
import { createTests } from './create.ts';
import { exampleTests } from './example.ts';
import { fixTests } from './fixes.ts';
import { menuTests } from './menus.ts';
import { afterRestart, beforeRestart } from './restart.ts';
import { serverTests } from './server.ts';
import { traceTests } from './trace.ts';

/** A test: throws where it fails. Tests run one after the other and leave the workspace as they found it. */
export interface SuiteTest {
  readonly name: string;
  readonly run: () => Promise<void>;
}

interface Result {
  readonly name: string;
  readonly milliseconds: number;
  readonly error?: string;
}

/** Runs all tests and writes their results, as JSON, to the file that the launcher names. */
export async function run(): Promise<void> {
  const report = process.env.ISTIO_EGRESS_TEST_REPORT;
  if (report === undefined) throw new Error('ISTIO_EGRESS_TEST_REPORT must name the file for the results.');
  const before = `${report}.before-restart`;
  const isBack = existsSync(before);
  const results: Result[] = isBack ? JSON.parse(readFileSync(before, 'utf8')) : [];
  for (const test of testsHere(isBack)) results.push(await resultOf(test));
  if (folderName() === 'restart' && !isBack) {
    writeFileSync(before, JSON.stringify(results));
    // The window comes back with the suite in it.
    await vscode.commands.executeCommand('workbench.action.reloadWindow');
    return new Promise(() => undefined);
  }
  // The launcher waits for the file, so it must appear whole.
  writeFileSync(`${report}.tmp`, JSON.stringify(results));
  renameSync(`${report}.tmp`, report);
}

/** The launcher opens the example, an empty folder, and one whose window is restarted between two parts. */
function testsHere(isBack: boolean): readonly SuiteTest[] {
  if (folderName() === 'empty') return [...menuTests, ...createTests];
  if (folderName() === 'restart') return isBack ? afterRestart : beforeRestart;
  return [...exampleTests, ...completionTests, ...traceTests, ...fixTests, ...serverTests];
}

function folderName(): string | undefined {
  return vscode.workspace.workspaceFolders?.[0]?.name;
}

async function resultOf({ name, run }: SuiteTest): Promise<Result> {
  const start = Date.now();
  try {
    await run();
    return { name, milliseconds: Date.now() - start };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { name, milliseconds: Date.now() - start, error: text };
  }
}
