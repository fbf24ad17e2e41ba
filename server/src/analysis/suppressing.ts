/** Findings of a file without those that it silences, and with those about its silencing. */
import type { FileContents, Suppression } from '../manifest/contents.ts';
import type { Finding } from '../rules/finding.ts';
import type { Rule, SuppressionRule } from '../rules/rule.ts';
import type { Range } from '../yaml/nodes.ts';
import { toFinding } from './set-checker.ts';

/** Istio's own way to silence messages about a resource (`pkg/config/analysis/local/analyze.go`). */
const ANNOTATION = 'galley.istio.io/analyze-suppress';

export interface SuppressingOptions {
  readonly rules: readonly Rule[];
  /** Whether a rule is on for the file. */
  isOn(code: string): boolean;
}

/**
 * Takes out what comments and annotations of the file silence.
 *
 * @param findings of the file, from rules that are on for it
 */
export function withoutSuppressed(
  path: string,
  { suppressions, resources }: FileContents,
  findings: readonly Finding[],
  { rules, isOn }: SuppressingOptions,
): readonly Finding[] {
  const silenced = new Map<Suppression, Set<string>>(suppressions.map((each) => [each, new Set()]));
  const annotated = resources.flatMap(({ annotations, range }) => {
    const codes = annotations[ANNOTATION];
    return codes === undefined ? [] : [{ range, codes: codes.split(',').map((code) => code.trim()) }];
  });
  if (suppressions.length === 0 && annotated.length === 0) return findings;
  const left = findings.filter((finding) => {
    const by = suppressions.filter(
      ({ scope, codes }) => isIn(scope, finding.range) && codes.some(({ code }) => code === finding.code),
    );
    for (const each of by) silenced.get(each)?.add(finding.code);
    if (by.length > 0) return false;
    const rule = rules.find(({ code }) => code === finding.code);
    return !annotated.some(({ range, codes }) => isIn(range, finding.range) && rule && isWholly(rule, codes));
  });
  const known = rules.map(({ code }) => code);
  const about = [...silenced].flatMap(([suppression, codes]) =>
    rules
      .filter((rule): rule is SuppressionRule => rule.subject === 'suppression')
      .flatMap((rule) =>
        Array.from(rule.check(path, suppression, { silenced: codes, known, isOn }), (report) =>
          toFinding(rule, path, report),
        ),
      ),
  );
  return [...left, ...about];
}

/** Whether all that a rule finds is what istioctl has these codes for; `*` are all of its codes. Kiali's do not count: it knows no annotation. */
function isWholly({ covers }: Rule, codes: readonly string[]): boolean {
  const own = covers.filter((code) => code.startsWith('IST'));
  return own.length > 0 && (codes.includes('*') || own.every((code) => codes.includes(code)));
}

function isIn({ start, end }: Range, place: Range): boolean {
  return start <= place.start && place.start <= end;
}
