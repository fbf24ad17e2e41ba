/** Which files are applied together. */
import type { Membership } from '../types.ts';
import { assembledSets } from './assemblies.ts';
import { inferredSets } from './inferred.ts';
import type { PlanInput, PlannedSet } from './planned.ts';

/**
 * Plans the apply sets of a workspace: those that are told (settings, Argo CD, Flux, Kustomize, charts), then the files that none of them
 * has, as one set or as alternatives.
 *
 * What is in no known set may be applied beside one, with changes that are not followed here: so where known sets exist, absence cannot
 * be known in the rest, and that is open. Charts do not open it: their templates are looked up in, and say what kinds they may hold.
 * A known set does not see the rest.
 */
export function planSets(input: PlanInput): readonly PlannedSet[] {
  const { sets, patches } = assembledSets(input);
  const placed = new Set<string>();
  const seen = new Map<string, Membership>();
  for (const set of sets) {
    for (const path of set.members.keys()) {
      placed.add(path);
      if (set.origin === 'chart')
        seen.set(path, { role: 'seen', because: `${set.name} may be applied beside this folder` });
    }
  }
  const paths = [...input.files.keys()].filter((path) => !placed.has(path) && !patches.has(path));
  const others = sets.filter((set) => set.origin !== 'chart').length;
  const openBy = others > 0 ? 'other apply sets in this workspace' : undefined;
  if (paths.length === 0 && sets.length > 0) return withoutOnlyName(sets);
  const inferred = inferredSets({ root: input.root, paths, seen, conflicts: input.conflicts, openBy });
  return withoutOnlyName([...sets, ...inferred]);
}

/** The only set of a workspace needs no name. */
function withoutOnlyName(sets: readonly PlannedSet[]): readonly PlannedSet[] {
  return sets.length === 1 ? sets.map((set) => ({ ...set, name: undefined })) : sets;
}
