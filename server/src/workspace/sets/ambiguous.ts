/** Names of which a set holds several definitions. */
import { isSeveral } from '../definitions.ts';
import type { Membership } from '../types.ts';
import type { Conflicts } from './planned.ts';

/** What each file says of names that files define differently. */
export type ConflictsByPath = ReadonlyMap<string, readonly { readonly name: string; readonly said: string }[]>;

export function conflictsByPath(conflicts: Conflicts): ConflictsByPath {
  const result = new Map<string, { readonly name: string; readonly said: string }[]>();
  for (const [name, byPath] of conflicts) {
    for (const [path, said] of byPath) {
      const list = result.get(path);
      if (list) list.push({ name, said });
      else result.set(path, [{ name, said }]);
    }
  }
  return result;
}

/**
 * The names that members of a set define differently, or one of them twice: which definition is applied is not known.
 *
 * @returns `Kind namespace/name` as in the set: with the namespace that the set gives
 */
export function ambiguousNames(
  conflicts: ConflictsByPath,
  members: ReadonlyMap<string, Membership>,
): ReadonlySet<string> {
  const result = new Set<string>();
  if (conflicts.size === 0) return result;
  const first = new Map<string, string>();
  for (const [path, membership] of members) {
    for (const { name, said } of conflicts.get(path) ?? []) {
      const before = first.get(name);
      if (before === undefined) first.set(name, said);
      if (isSeveral(said) || (before !== undefined && before !== said)) result.add(asIn(membership, name));
    }
  }
  return result;
}

function asIn({ namespace, defaultNamespace }: Membership, name: string): string {
  const space = name.indexOf(' ');
  const slash = name.indexOf('/', space);
  const written = name.slice(space + 1, slash);
  const given = namespace ?? (written === '' ? (defaultNamespace ?? '') : written);
  return `${name.slice(0, space)} ${given}${name.slice(slash)}`;
}
