/** From a keystroke to its findings, with a large workspace in memory. */
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import type { Analysis } from '../../server/src/analysis/types.ts';
import { readParsed, type ReadText } from '../../server/src/manifest/read-contents.ts';
import { type GeneratedFile, RESOURCES_PER_ROUTE } from './generate.ts';
import { percentile } from './statistics.ts';

export interface KeystrokeResult {
  readonly resources: number;
  readonly count: number;
  /** Milliseconds, as the others. */
  readonly p50: number;
  readonly p99: number;
  readonly worst: number;
}

/** What is typed, one character after the other, after the first occurrence of some text. Every other file is typed into once. */
const SCRIPTS = [
  { after: 'kind: VirtualService', until: 'hosts:\n    - ', typed: 'x.y' },
  { after: 'kind: VirtualService', until: '    - mesh\n', typed: '    - team/other\n' },
  { after: 'kind: VirtualService', until: 'host: ', typed: 'a.b' },
  { after: 'kind: VirtualService', until: 'port: 80\n', typed: '          uri: {prefix: "/a"}\n' },
  { after: 'kind: ServiceEntry', until: 'hosts:\n    - ', typed: 'q' },
  { after: 'kind: ServiceEntry', until: 'spec:\n', typed: '  exportTo: ["."]\n' },
  { after: 'kind: ServiceEntry', until: 'number: ', typed: '4' },
  { after: 'kind: VirtualService', until: 'namespace: ', typed: 'te' },
  { after: 'kind: Gateway', until: 'name: ', typed: 'n-' },
  { after: 'kind: Gateway', until: 'hosts:\n        - ', typed: 'team/' },
  { after: 'kind: DestinationRule', until: 'host: ', typed: '"' },
  { after: 'kind: DestinationRule', until: 'spec:\n', typed: '\tbroken: [' },
] as const;

/** How often all scripts are gone through, each time in other files. What was typed is then taken back, character by character. */
const ROUNDS = 3;

/** Types into files of a workspace, and measures each keystroke until the findings of every file that it touches are there. */
export function keystrokes(files: readonly GeneratedFile[]): KeystrokeResult {
  const root = '/bench';
  const analysis = createAnalysis({ root });
  analysis.update(
    files.map(({ path, text }) => ({
      path: `${root}/${path}`,
      contents: readParsed(`${root}/${path}`, text).contents,
    })),
  );
  for (const path of analysis.paths()) analysis.findings(path);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    SCRIPTS.forEach((script, index) => {
      const file = files[(round * SCRIPTS.length + index) * 37];
      if (!file) throw new Error('There are too few files to type into.');
      times.push(...type(analysis, `${root}/${file.path}`, file.text, script));
    });
  }
  return {
    resources: files.length * RESOURCES_PER_ROUTE,
    count: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    worst: Math.max(...times),
  };
}

function type(
  analysis: Analysis,
  path: string,
  text: string,
  { after, until, typed }: (typeof SCRIPTS)[number],
): readonly number[] {
  const at = text.indexOf(until, text.indexOf(after)) + until.length;
  const states = Array.from({ length: typed.length }, (_, index) => typed.slice(0, index + 1));
  const undone = [...states.slice(0, -1).reverse(), ''];
  let previous: ReadText | undefined = readParsed(path, text).read;
  return [...states, ...undone].map((state) => {
    const now = `${text.slice(0, at)}${state}${text.slice(at)}`;
    const started = performance.now();
    const read = readParsed(path, now, previous ? { previous } : {});
    const changed = analysis.update([{ path, contents: read.contents }]);
    analysis.findings(path);
    for (const each of changed) analysis.findings(each);
    const time = performance.now() - started;
    previous = read.read;
    return time;
  });
}
