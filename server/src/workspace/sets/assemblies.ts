/** Sets that something in the workspace tells: settings, Argo CD, Flux, Kustomize, charts. */
import { folderOf, isWithin, relativeTo, resolvePath } from '../paths.ts';
import type { Membership } from '../types.ts';
import { Folders } from './folders.ts';
import {
  type Built,
  type BuildOptions,
  buildKustomization,
  kustomizationsIn,
  kustomizeRoots,
  patchFiles,
} from './kustomize.ts';
import type { PlanInput, PlannedSet } from './planned.ts';

export interface Assembled {
  readonly sets: readonly PlannedSet[];
  /** Files that are parts of resources: members of nothing. */
  readonly patches: ReadonlySet<string>;
}

/** How a set is known, and what it is called. */
type Told = Pick<PlannedSet, 'id' | 'origin'> & { readonly name: string };

/**
 * The sets that are told, those without a member left out. A file in a set of the settings is judged there alone; a kustomization that
 * Argo CD or Flux applies is theirs, and not a root of its own as well. A set does not see what is outside of it.
 */
export function assembledSets(input: PlanInput): Assembled {
  const kustomizations = kustomizationsIn(input.assembled);
  const patches = patchFiles(kustomizations);
  const options: BuildOptions = { root: input.root, kustomizations, files: input.files, patches };
  const folders = new Folders([...input.files.keys()].filter((path) => !patches.has(path)));
  const charts = chartFolders(input);
  const settled = settingsSets(input, options, folders);
  const applied = appliedSets(input, options, folders, charts);
  const roots = kustomizeRoots(kustomizations)
    .filter((folder) => !applied.some((each) => each.folder === folder))
    .map((folder): PlannedSet => {
      const name = relativeTo(input.root, folder);
      return known({ id: `kustomize ${name}`, name, origin: 'kustomize' }, buildKustomization(folder, options));
    });
  const charted = [...charts].map(([folder, name]) =>
    known(
      { id: `chart ${relativeTo(input.root, folder)}`, name: `chart ${name}`, origin: 'chart' },
      chart(folder, name, folders),
    ),
  );
  const others = [...applied.map((each) => each.set), ...roots, ...charted];
  return { sets: [...settled, ...withoutSettled(others, settled)].filter((set) => set.members.size > 0), patches };
}

function known(told: Told, built: Built): PlannedSet {
  return { ...told, certainty: 'known', ...built };
}

/** What the settings call a set: its folders as Kustomize would take them, or all files below. */
function settingsSets({ root, settings }: PlanInput, options: BuildOptions, folders: Folders): readonly PlannedSet[] {
  return Object.entries(settings.sets).map(([name, paths]) => {
    const because = `the settings name it in set ${name}`;
    const parts = paths.map((path): Built => {
      const target = resolvePath(root, path);
      if (options.kustomizations.has(target)) return buildKustomization(target, options);
      const found = options.files.has(target) ? [target] : [...folders.below(target)];
      return { members: new Map(found.map((each) => [each, { because }])), openBy: undefined };
    });
    const members = new Map(parts.flatMap((part) => [...part.members]));
    const openBy = parts.find((part) => part.openBy !== undefined)?.openBy;
    const changedBy = parts.find((part) => part.changedBy !== undefined)?.changedBy;
    const built = { members, openBy, ...(changedBy === undefined ? {} : { changedBy }) };
    return known({ id: `settings ${name}`, name, origin: 'settings' }, built);
  });
}

/** What Argo CD Applications and Flux Kustomizations apply, as far as it is a folder of this workspace. */
function appliedSets(
  input: PlanInput,
  options: BuildOptions,
  folders: Folders,
  charts: ReadonlyMap<string, string>,
): readonly { readonly folder: string; readonly set: PlannedSet }[] {
  const result = new Map<string, { readonly folder: string; readonly set: PlannedSet }>();
  for (const { path: from, contents } of input.assembled.values()) {
    for (const each of contents.assemblies) {
      if (each.kind !== 'argo' && each.kind !== 'flux') continue;
      for (const written of each.kind === 'argo' ? each.paths : [each.path]) {
        // Both mean the root of the repository, also where they write `/apps`.
        const folder = resolvePath(input.root, written.replace(/^\/+/, ''));
        // Every repository has a root: that one is here is no evidence that this repository is meant.
        if (folder === input.root) continue;
        if (!isWithin(input.root, folder) || !(folders.has(folder) || options.kustomizations.has(folder))) continue;
        const id = `${each.kind} ${relativeTo(input.root, folder)} ${each.namespace ?? ''}`;
        if (result.has(id) || charts.has(folder)) continue;
        const because = `${each.kind === 'argo' ? 'Application' : 'Flux Kustomization'} ${each.name} (${relativeTo(input.root, from)}) applies ${relativeTo(input.root, folder)}`;
        // Flux's `targetNamespace` goes over every namespace that is written; Argo CD gives its own to what has none.
        const built =
          each.kind === 'flux'
            ? appliedFolder(folder, options, folders, because, each.namespace)
            : withDefault(appliedFolder(folder, options, folders, because), each.namespace);
        result.set(id, { folder, set: known({ id, name: each.name, origin: each.kind }, built) });
      }
    }
  }
  return [...result.values()];
}

function appliedFolder(
  folder: string,
  options: BuildOptions,
  folders: Folders,
  because: string,
  namespace?: string,
): Built {
  if (options.kustomizations.has(folder)) return buildKustomization(folder, options, namespace);
  const membership: Membership = namespace === undefined ? { because } : { because, namespace };
  return { members: new Map([...folders.below(folder)].map((path) => [path, membership])), openBy: undefined };
}

function withDefault(built: Built, defaultNamespace: string | undefined): Built {
  if (defaultNamespace === undefined) return built;
  return {
    ...built,
    members: new Map([...built.members].map(([path, each]) => [path, { ...each, defaultNamespace }])),
  };
}

/** Folders of charts that are in no other chart, with the charts' names. */
function chartFolders({ assembled }: PlanInput): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const { path, contents } of assembled.values()) {
    for (const each of contents.assemblies) if (each.kind === 'chart') all.set(folderOf(path), each.name);
  }
  return new Map([...all].filter(([folder]) => !insideAnother(folder, all)));
}

function insideAnother(folder: string, charts: ReadonlyMap<string, string>): boolean {
  for (let at = folderOf(folder); at !== folderOf(at); at = folderOf(at)) if (charts.has(at)) return true;
  return false;
}

function chart(folder: string, name: string, folders: Folders): Built {
  const because = `it belongs to chart ${name}`;
  return { members: new Map([...folders.below(folder)].map((path) => [path, { because }])), openBy: `chart ${name}` };
}

/** Sets in which what the settings place is only seen; those that judge nothing then are left out. */
function withoutSettled(sets: readonly PlannedSet[], settled: readonly PlannedSet[]): readonly PlannedSet[] {
  if (settled.length === 0) return sets;
  const placed = (path: string) => settled.some((set) => set.members.has(path));
  return sets
    .map((set) => ({
      ...set,
      members: new Map(
        [...set.members].map(([path, each]): [string, Membership] => [
          path,
          placed(path) ? { ...each, role: 'seen' } : each,
        ]),
      ),
    }))
    .filter((set) => [...set.members.values()].some((each) => each.role !== 'seen'));
}
