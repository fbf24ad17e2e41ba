/** What running a program costs. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Cost {
  readonly seconds: number;
  /** Of all threads, user and system. Undefined for programs that cannot tell. */
  readonly cpuSeconds: number | undefined;
  /** The most memory that was resident at once. */
  readonly megabytes: number | undefined;
  readonly output: string;
}

/** Put before a Node program, it writes what the process used when it ends. */
const REPORTER = `process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  require('node:fs').writeFileSync(process.env.BENCH_COST_FILE, JSON.stringify({ maxRSS, userCPUTime, systemCPUTime }));
});
`;

/** Runs a Node program to its end and measures it from outside: start-up counts. */
export async function costOfNode(args: readonly string[]): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-cost-'));
  try {
    const reporter = join(folder, 'reporter.cjs');
    const file = join(folder, 'cost.json');
    writeFileSync(reporter, REPORTER);
    const run = await costOf(process.execPath, ['--require', reporter, ...args], { BENCH_COST_FILE: file });
    const used = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly maxRSS: number;
      readonly userCPUTime: number;
      readonly systemCPUTime: number;
    };
    return {
      ...run,
      cpuSeconds: (used.userCPUTime + used.systemCPUTime) / 1e6,
      megabytes: used.maxRSS / 1024,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a program to its end; exit codes other than 0 are fine, for they tell of findings.
 *
 * @throws where the program cannot be started or is killed
 */
export function costOf(command: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<Cost> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, {
      env: { ...process.env, ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.resume();
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === null) reject(new Error(`${command} was ended by ${signal}`));
      else {
        const seconds = (performance.now() - started) / 1000;
        resolve({
          seconds,
          cpuSeconds: undefined,
          megabytes: undefined,
          output: Buffer.concat(output).toString('utf8'),
        });
      }
    });
  });
}
