/** Which apply set a file is completed in: its first one, as for everything that shows one answer. */
import type { Snapshot } from '../../workspace/types.ts';
import type { Namespaces } from './scene.ts';

/**
 * @param sets in the order of the analysis
 * @returns the set, and the namespaces that it gives; the first set of all where the file is in none, and undefined where there is none
 */
export function setOf<T extends { readonly id: string }>(
  snapshot: Snapshot,
  sets: readonly T[],
  path: string,
): { readonly set: T; readonly namespaces: Namespaces } | undefined {
  for (const { id, members } of snapshot.setsOf(path)) {
    const set = sets.find((each) => each.id === id);
    if (set) return { set, namespaces: members.get(path) ?? {} };
  }
  const [first] = sets;
  return first && { set: first, namespaces: {} };
}
