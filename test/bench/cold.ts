/** A check of a whole folder from nothing, as in CI. */
import { costOf, costOfNode } from './cost.ts';
import { median } from './statistics.ts';

export interface ColdResult {
  readonly resources: number;
  /** All from the start of the program to its end; the median of several runs. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The most that was resident. */
  readonly megabytes: number;
  readonly findings: number;
  /** The same folder under `istioctl analyze`, where that is on PATH. */
  readonly istioctlSeconds: number | undefined;
}

const RUNS = 3;

/** Checks a folder several times. @param program the bundle of the CLI */
export async function coldCheck(
  program: string,
  folder: string,
  resources: number,
  istioctl: boolean,
): Promise<ColdResult> {
  const runs = [];
  for (let run = 0; run < RUNS; run++) runs.push(await costOfNode([program, 'check', folder, '--format', 'json']));
  const report = JSON.parse(runs[0]?.output ?? '') as {
    readonly findings: readonly unknown[];
    readonly resources: number;
  };
  if (report.resources !== resources) throw new Error(`${report.resources} of ${resources} resources were read`);
  return {
    resources,
    seconds: median(runs.map((each) => each.seconds)),
    cpuSeconds: median(runs.map((each) => each.cpuSeconds ?? Number.NaN)),
    megabytes: median(runs.map((each) => each.megabytes ?? Number.NaN)),
    findings: report.findings.length,
    istioctlSeconds: istioctl ? await analyzeSeconds(folder) : undefined,
  };
}

async function analyzeSeconds(folder: string): Promise<number> {
  const { seconds } = await costOf('istioctl', ['analyze', '--use-kube=false', '-A', '-R', '-o', 'json', folder]);
  return seconds;
}
