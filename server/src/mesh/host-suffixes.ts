/** Hosts by their ends, so that what a wildcard covers, and the wildcards over a host, are found without going through all. */
import { isWildcard } from './hosts.ts';

/** Under which end a wildcard is kept: what follows its first dot (`b.c` for `*.b.c`), nothing for `*`. Lower case. */
export function wildcardSuffix(wildcard: string): string {
  return afterDot(wildcard.slice(1).toLowerCase()) ?? '';
}

/** The ends at which wildcards over a host are kept, the longest first: `b.c`, `c` and the empty one for `a.b.c`, for `*.b.c` as well. Lower case. */
export function suffixesOver(host: string): readonly string[] {
  const result: string[] = [];
  let rest = afterDot(host.toLowerCase());
  while (rest !== undefined) {
    result.push(rest);
    rest = afterDot(rest);
  }
  return [...result, ''];
}

/** Whether something under the wildcard can be asked for by its end; `*` alone covers everything. */
export function hasSuffix(wildcard: string): boolean {
  return isWildcard(wildcard) && wildcardSuffix(wildcard) !== '';
}

function afterDot(text: string): string | undefined {
  const dot = text.indexOf('.');
  return dot < 0 ? undefined : text.slice(dot + 1);
}
