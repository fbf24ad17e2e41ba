/** Proves fixes: what each does is looked at as a user would, by the findings and the calls after it. */
import { expect } from 'vitest';
import type { Analysis } from '../../server/src/analysis/types.ts';
import { endingsOf, type Verdict, VERDICT_RANKS, worst } from '../../server/src/calls/endings.ts';
import { callTargets, callTo } from '../../server/src/calls/targets.ts';
import type { Finding } from '../../server/src/rules/finding.ts';
import { analyze, applyFixes, type Files, filesOf } from './annotated.ts';

/** Applies every fix of a fixture alone: its finding is gone, no other one is new, and no call of the workspace ends worse. @returns the titles of the fixes */
export function provenFixes(fixture: string): readonly string[] {
  const files = filesOf(fixture);
  const before = lookAt(files);
  return before.findings.flatMap((finding) =>
    finding.fixes.map((fix) => {
      const after = lookAt(applyFixes(files, [fix]));
      const left = after.findings.map((each) => each.code);
      expect(count(left, finding.code), `${fix.title}: findings`).toBeLessThan(count(codes(before), finding.code));
      expect(
        left.filter((code) => !codes(before).includes(code)),
        `${fix.title}: new findings`,
      ).toEqual([]);
      for (const [call, verdict] of before.verdicts)
        expect(VERDICT_RANKS[after.verdicts.get(call) ?? 'outside'], `${fix.title}: ${call}`).toBeLessThanOrEqual(
          VERDICT_RANKS[verdict],
        );
      return fix.title;
    }),
  );
}

interface Look {
  readonly findings: readonly Finding[];
  /** By call. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
}

function lookAt(files: Files): Look {
  const analysis = analyze(files);
  return { findings: analysis.paths().flatMap((path) => [...analysis.findings(path)]), verdicts: verdictsOf(analysis) };
}

function verdictsOf(analysis: Analysis): Look['verdicts'] {
  const result = new Map<string, Verdict>();
  for (const { tracer } of analysis.traceables()) {
    for (const target of callTargets(tracer.plane().reader)) {
      const end = worst(endingsOf(tracer.trace(callTo(target, target.home))));
      if (end) result.set(`${target.protocol}://${target.host}:${target.port} from ${target.home}`, end.verdict);
    }
  }
  return result;
}

function codes({ findings }: Look): readonly string[] {
  return findings.map((each) => each.code);
}

function count(list: readonly string[], code: string): number {
  return list.filter((each) => each === code).length;
}
