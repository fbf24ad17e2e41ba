/** Measured cases with a fix applied, and how grave what becomes of them is. */
import { endingsOf, VERDICT_RANKS, worst } from '../../server/src/calls/endings.ts';
import { analysisOf, type OracleCase } from '../../server/src/cli/oracle-answers.ts';
import type { Finding, Fix } from '../../server/src/rules/finding.ts';
import type { Hop } from '../../server/src/trace/types.ts';
import { applyTextEdits } from '../../server/src/yaml/apply-edits.ts';
import { resolveEdits } from '../../server/src/yaml/resolve-edits.ts';

/** The case after a fix; undefined where it cannot be applied. */
export function withFix<C extends OracleCase>(each: C, fix: Fix): C | undefined {
  const files = each.files.map(({ path, text }) => {
    const edits = fix.edits.filter((edit) => edit.path.endsWith(`/${path}`)).map(({ edit }) => edit);
    const resolved = resolveEdits(text, edits);
    return resolved && { path, text: applyTextEdits(text, resolved) };
  });
  const known = files.flatMap((file) => file ?? []);
  return known.length === files.length ? { ...each, files: known } : undefined;
}

/** How calls end: 0 for what gets outside through a gateway, more for what is worse. */
export function ranksOf(hops: readonly Hop[]): readonly number[] {
  return hops.map((hop) => {
    const end = worst(endingsOf(hop));
    return end ? VERDICT_RANKS[end.verdict] : 0;
  });
}

export function findingsIn(each: OracleCase): readonly Finding[] {
  const analysis = analysisOf(each);
  return analysis.paths().flatMap((path) => [...analysis.findings(path)]);
}

export function count(findings: readonly Finding[], code: string): number {
  return findings.filter((each) => each.code === code).length;
}
