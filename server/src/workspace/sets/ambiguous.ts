/** Names of which a set holds several definitions. */
import type { Membership } from '../types.ts';

/**
 * The names that members of a set define differently: which of them is applied is not known.
 *
 * @param conflicts names by the namespace written, with what each file says
 * @returns `Kind namespace/name` as in the set: with the namespace that the set gives
 */
export function ambiguousNames(
  conflicts: ReadonlyMap<string, ReadonlyMap<string, string>>,
  members: ReadonlyMap<string, Membership>,
): ReadonlySet<string> {
  const result = new Set<string>();
  for (const [name, byPath] of conflicts) {
    let first: string | undefined;
    let by: Membership | undefined;
    for (const [path, said] of small(byPath, members)) {
      const membership = members.get(path);
      if (!membership) continue;
      if (said.includes('+') || (first !== undefined && first !== said)) {
        result.add(renamed(name, by ?? membership));
        break;
      }
      first = said;
      by = membership;
    }
  }
  return result;
}

/** Of files with a name and members of a set, those to look at: the shorter list decides what it costs. */
function* small(
  byPath: ReadonlyMap<string, string>,
  members: ReadonlyMap<string, Membership>,
): Generator<readonly [string, string]> {
  if (byPath.size <= members.size) yield* byPath;
  else {
    for (const path of members.keys()) {
      const said = byPath.get(path);
      if (said !== undefined) yield [path, said];
    }
  }
}

function renamed(name: string, { namespace, defaultNamespace }: Membership): string {
  const space = name.indexOf(' ');
  const slash = name.indexOf('/', space);
  const written = name.slice(space + 1, slash);
  const given = namespace ?? (written === '' ? (defaultNamespace ?? '') : written);
  return `${name.slice(0, space)} ${given}${name.slice(slash)}`;
}
