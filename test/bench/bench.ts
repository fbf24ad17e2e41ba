/**
 * The benchmark: a cold check of folders of several sizes, a keystroke's way to its findings, traces, and the server's memory.
 *
 * Called with the folder of the built programs; `--json` prints data instead of a table, `--traces` only what traces cost, `--plans` what plans of routes do.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ColdResult, coldCheck } from './cold.ts';
import { generate, ROUTES_PER_FAULT } from './generate.ts';
import { type KeystrokeResult, keystrokes } from './keystrokes.ts';
import { type PlanResult, plans } from './plans.ts';
import { type ServerMemory, serverMemory } from './server-memory.ts';
import { table } from './table.ts';
import { type TraceResult, traces } from './traces.ts';

export interface Results {
  readonly machine: string;
  readonly cold: readonly ColdResult[];
  readonly keystrokes: KeystrokeResult;
  readonly traces: readonly TraceResult[];
  readonly plans: readonly PlanResult[];
  readonly server: ServerMemory & { readonly resources: number };
}

const COLD_SIZES = [1_000, 10_000, 50_000];
const OPEN_SIZE = 10_000;
const TRACED_SIZES = [OPEN_SIZE, 40_000];
const PLANNED_SIZES = [1_000, OPEN_SIZE];

const [programs = 'dist', ...flags] = process.argv.slice(2);
if (flags.includes('--traces')) {
  for (const resources of TRACED_SIZES)
    process.stdout.write(`${JSON.stringify(traces(generate(resources)), null, 2)}\n`);
  process.exit();
}
if (flags.includes('--plans')) {
  for (const resources of PLANNED_SIZES) process.stdout.write(`${JSON.stringify(plans(generate(resources)))}\n`);
  process.exit();
}
const results = await measure(programs);
process.stdout.write(flags.includes('--json') ? `${JSON.stringify(results, null, 2)}\n` : table(results));

async function measure(dist: string): Promise<Results> {
  const istioctl = hasIstioctl();
  const cold: ColdResult[] = [];
  for (const resources of COLD_SIZES) {
    progress(`cold check of ${resources} resources`);
    cold.push(await inFolder(resources, (folder) => coldCheck(join(dist, 'cli.js'), folder, resources, istioctl)));
  }
  progress(`keystrokes with ${OPEN_SIZE} resources`);
  const typed = keystrokes(generate(OPEN_SIZE));
  const followed = TRACED_SIZES.map((resources) => {
    progress(`traces with ${resources} resources`);
    return traces(generate(resources));
  });
  const planned = PLANNED_SIZES.map((resources) => {
    progress(`a route created with ${resources} resources`);
    return plans(generate(resources));
  });
  progress(`server with ${OPEN_SIZE} resources`);
  const faulty = generate(OPEN_SIZE)[ROUTES_PER_FAULT - 1]?.path ?? '';
  const server = await inFolder(OPEN_SIZE, (folder) =>
    serverMemory(join(dist, 'server.js'), folder, join(folder, faulty)),
  );
  return {
    machine: machine(),
    cold,
    keystrokes: typed,
    traces: followed,
    plans: planned,
    server: { ...server, resources: OPEN_SIZE },
  };
}

async function inFolder<T>(resources: number, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-folder-'));
  try {
    for (const { path, text } of generate(resources)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasIstioctl(): boolean {
  try {
    execFileSync('istioctl', ['version', '--remote=false'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function machine(): string {
  const cores = cpus();
  return `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores, Node ${process.versions.node}, ${process.platform}`;
}

function progress(text: string): void {
  process.stderr.write(`${text} …\n`);
}
