/** Findings of one file over all apply sets that it is in: which of them the user sees, and once each. */
import type { Finding, Related } from '../rules/finding.ts';
import type { ApplySet } from '../workspace/types.ts';

/** What one set says of a file. */
export interface SetFindings {
  readonly set: ApplySet;
  readonly findings: readonly Finding[];
}

/**
 * Merges what the sets of a file say of it.
 *
 * Where sets are known, a finding is shown when it holds in any of them, and names one of those where it does not hold in all. Where the sets are inferred, it must hold in all: which of the alternatives is applied is not known.
 */
export function mergeFindings(sets: readonly SetFindings[]): readonly Finding[] {
  const known = sets.filter((each) => each.set.certainty === 'known');
  const asked = known.length > 0 ? known : sets;
  const needed = known.length > 0 ? 1 : sets.length;
  const groups = new Map<string, { readonly findings: Finding[]; readonly sets: Set<ApplySet> }>();
  for (const { set, findings } of asked) {
    for (const finding of findings) {
      const key = `${finding.code}|${finding.range.start}|${finding.range.end}`;
      const group = groups.get(key);
      if (group) {
        group.findings.push(finding);
        group.sets.add(set);
      } else groups.set(key, { findings: [finding], sets: new Set([set]) });
    }
  }
  const result: Finding[] = [];
  for (const group of groups.values()) {
    const [first] = group.findings;
    if (!first || group.sets.size < needed) continue;
    const merged = { ...first, related: mergeRelated(group.findings), fixes: first.fixes };
    const [example] = group.sets;
    const partial = known.length > 0 && group.sets.size < known.length && example?.name !== undefined;
    result.push(
      partial
        ? { ...merged, message: `${merged.message} (in ${example.name}, ${group.sets.size} of ${known.length})` }
        : merged,
    );
  }
  return withoutLesser(result).sort(
    (a, b) => a.range.start - b.range.start || a.range.end - b.range.end || (a.code < b.code ? -1 : 1),
  );
}

const RANKS: Readonly<Record<Finding['severity'], number>> = { error: 0, warning: 1, information: 2, hint: 3 };

/** Of several findings on the same token the gravest: the others are about what it tells already, or can wait. */
function withoutLesser(findings: readonly Finding[]): Finding[] {
  const gravest = new Map<string, number>();
  const place = ({ range }: Finding) => `${range.start}|${range.end}`;
  for (const each of findings) {
    const rank = RANKS[each.severity];
    gravest.set(place(each), Math.min(rank, gravest.get(place(each)) ?? rank));
  }
  return findings.filter((each) => RANKS[each.severity] === gravest.get(place(each)));
}

function mergeRelated(findings: readonly Finding[]): readonly Related[] {
  const seen = new Map<string, Related>();
  for (const each of findings.flatMap((finding) => finding.related)) {
    seen.set(`${each.path}|${each.range.start}|${each.range.end}|${each.message}`, each);
  }
  return [...seen.values()];
}
