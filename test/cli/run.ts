/** Runs the built command line program as a shell would, on folders made for one test. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';

const project = resolve(import.meta.dirname, '../..');
/** The bundle. */
export const program = join(project, 'dist/cli.js');

/** Builds the program where it is missing or stale. */
export function build(): void {
  execFileSync(process.execPath, [join(project, 'scripts/build.mjs')], { stdio: 'inherit' });
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly folder?: string;
  readonly input?: string;
  readonly variables?: NodeJS.ProcessEnv;
}

/** Runs the program to its end. Standard input is empty unless given; colours are as in a pipe unless asked for. */
export function run(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((done, reject) => {
    const { FORCE_COLOR: _forced, NO_COLOR: _none, ...inherited } = process.env;
    const child = spawn(process.execPath, [program, ...args], {
      cwd: options.folder ?? project,
      env: { ...inherited, ...options.variables },
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output.stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output.stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => done({ code, ...output }));
    child.stdin.end(options.input ?? '');
  });
}

/** A folder with these files, away when the test ends. Its path has a space in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'istio egress '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** A copy of the example that this project comes from. */
export function exampleCopy(): string {
  const folder = folderWith({});
  cpSync(join(project, 'examples/httpbin'), folder, { recursive: true });
  return folder;
}

/** Every file of a folder with its text, by relative path. */
export function contentsOf(folder: string): Readonly<Record<string, string>> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Object.fromEntries(
    entries
      .map((each) => join(each.parentPath, each.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1).replaceAll('\\', '/'), readFileSync(path, 'utf8')]),
  );
}
