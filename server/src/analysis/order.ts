/** The order in which findings are told: always the same for the same files. */
import type { Finding } from '../rules/finding.ts';

/** By path, place, code and message. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      byText(a.path, b.path) ||
      a.range.start - b.range.start ||
      a.range.end - b.range.end ||
      byText(a.code, b.code) ||
      byText(a.message, b.message),
  );
}

/** By code units, whatever the language of the machine is. */
function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
