/** A route that is created in a large workspace: for the first time, and again while somebody chooses. */
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import { siteFindings } from '../../server/src/analysis/site-findings.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import type { Site } from '../../server/src/scaffold/types.ts';
import { worldOf } from '../../server/src/scaffold/world.ts';
import { DEFAULT_SETTINGS } from '../../server/src/workspace/settings.ts';
import { type GeneratedFile, RESOURCES_PER_ROUTE } from './generate.ts';
import { median } from './statistics.ts';

export interface PlanResult {
  readonly resources: number;
  /** Milliseconds, as the other: for the first plan, with the findings of the workspace at hand. */
  readonly first: number;
  /** For further plans, each with another answer. */
  readonly again: number;
}

const AGAIN = 5;

export function plans(files: readonly GeneratedFile[]): PlanResult {
  const root = '/bench';
  const texts = new Map(files.map(({ path, text }) => [`${root}/${path}`, text]));
  const analysis = createAnalysis({ root });
  analysis.update([...texts].map(([path, text]) => ({ path, contents: readContents(path, text) })));
  for (const path of analysis.paths()) analysis.findings(path);
  const known = new Map(analysis.snapshot.files);
  const plain: Site = { root, settings: DEFAULT_SETTINGS, files: known, text: (path) => texts.get(path) };
  let world: ReturnType<typeof worldOf> | undefined;
  const site: Site = {
    ...plain,
    findings: siteFindings(analysis, known),
    world: () => {
      world ??= worldOf(plain);
      return world;
    },
  };
  const timed = (number: number) => {
    const started = performance.now();
    const plan = planRoute(site, { host: `new-${number}.example.com`, pattern: 'tls-passthrough' });
    if (plan.status !== 'ready') throw new Error(`No plan: ${plan.conflicts.map(({ text }) => text).join(' ')}`);
    return performance.now() - started;
  };
  const first = timed(0);
  const again = Array.from({ length: AGAIN }, (_, index) => timed(index + 1));
  return { resources: files.length * RESOURCES_PER_ROUTE, first, again: median(again) };
}
