/** Files with equal exclusions: those that share a mesh. */
import { folderOf, isWithin } from '../paths.ts';
import type { Exclusion, Exclusions } from './exclusions.ts';

export interface Group {
  /** Equal for files with equal exclusions. */
  readonly key: string;
  /** The exclusions of its files, from the root down; empty for files outside all alternatives. */
  readonly exclusions: readonly Exclusion[];
  readonly files: string[];
}

/** Groups files by the exclusions of the folders that they are in and their own. In the order in which the first file of each comes. */
export function groupFiles(root: string, paths: Iterable<string>, { by }: Exclusions): ReadonlyMap<string, Group> {
  const chains = new Map<string, readonly Exclusion[]>();
  const groups = new Map<string, Group>();
  for (const path of paths) {
    const exclusions = chain(path);
    const key = exclusions.map(({ folder, id }) => `${folder}|${id}`).join('\n');
    const group = groups.get(key);
    if (group) group.files.push(path);
    else groups.set(key, { key, exclusions, files: [path] });
  }
  return groups;

  function chain(path: string): readonly Exclusion[] {
    const known = chains.get(path);
    if (known) return known;
    const folder = folderOf(path);
    const above = folder === path || !isWithin(root, folder) ? [] : chain(folder);
    const own = by.get(path);
    const result = own ? [...above, own] : above;
    chains.set(path, result);
    return result;
  }
}

/** Whether a group's files can be in the mesh of the other: what it excludes, the other excludes too. */
export function isRefinedBy(group: Group, other: Group): boolean {
  return group.key === '' || other.key === group.key || other.key.startsWith(`${group.key}\n`);
}
