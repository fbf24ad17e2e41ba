/** Kustomizations: which files one puts together, in which namespace, and what in it is not followed. */
import type { Kustomization } from '../../manifest/contents.ts';
import { folderOf, isWithin, relativeTo, resolvePath } from '../paths.ts';
import type { Membership, WorkspaceFile } from '../types.ts';

/** A kustomization and where it is. */
export interface PlacedKustomization {
  readonly path: string;
  readonly kustomization: Kustomization;
}

/** Kustomizations by their folder. */
export type Kustomizations = ReadonlyMap<string, PlacedKustomization>;

/** Fields that change what a resource says, not only its name. */
const CHANGING: ReadonlySet<string> = new Set([
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'vars',
  'transformers',
]);

/** What a kustomization puts together. */
export interface Built {
  readonly members: ReadonlyMap<string, Membership>;
  /** Why more or other resources may come out of it. */
  readonly openBy: string | undefined;
  /** What in it may change the resources that are named. */
  readonly changedBy?: string;
}

/** All kustomizations of the workspace. */
export function kustomizationsIn(assembled: ReadonlyMap<string, WorkspaceFile>): Kustomizations {
  const result = new Map<string, PlacedKustomization>();
  for (const { path, contents } of assembled.values()) {
    for (const each of contents.assemblies) {
      if (each.kind === 'kustomize') result.set(folderOf(path), { path, kustomization: each });
    }
  }
  return result;
}

/** Folders of those that no other one includes, and that are no components: what somebody applies. */
export function kustomizeRoots(kustomizations: Kustomizations): readonly string[] {
  const included = new Set<string>();
  for (const [folder, { kustomization }] of kustomizations) {
    for (const each of [...kustomization.resources, ...kustomization.components]) {
      const target = resolvePath(folder, each.path);
      if (target !== folder && !isRemote(each.path)) included.add(target);
    }
  }
  return [...kustomizations].flatMap(([folder, { kustomization }]) =>
    included.has(folder) || kustomization.component ? [] : [folder],
  );
}

/** Files that kustomizations use as patches: they are parts of resources, not resources. */
export function patchFiles(kustomizations: Kustomizations): ReadonlySet<string> {
  const result = new Set<string>();
  for (const [folder, { kustomization }] of kustomizations) {
    for (const path of kustomization.patches) result.add(resolvePath(folder, path));
  }
  return result;
}

export interface BuildOptions {
  readonly root: string;
  readonly kustomizations: Kustomizations;
  /** Files that can be members. */
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  readonly patches: ReadonlySet<string>;
}

/**
 * Follows a kustomization. The outermost `namespace` wins, as Kustomize's transformers run from the inside out. What is named and not in
 * the workspace is taken to be none of ours (files without our kinds are not read), unless it is outside of it.
 *
 * @param folder of the kustomization
 * @param namespace given from outside (Flux's `targetNamespace`), over all that is written
 */
export function buildKustomization(folder: string, options: BuildOptions, namespace?: string): Built {
  const members = new Map<string, Membership>();
  const open = new Set<string>();
  const changing = new Set<string>();
  follow(folder, namespace, '', new Set());
  const [changedBy] = changing;
  return {
    members,
    openBy: open.size === 0 ? undefined : [...open].slice(0, 3).join(', '),
    ...(changedBy === undefined ? {} : { changedBy }),
  };

  function follow(at: string, outer: string | undefined, includedBy: string, above: ReadonlySet<string>): void {
    const placed = options.kustomizations.get(at);
    if (!placed || above.has(at)) return;
    const { kustomization } = placed;
    const written = relativeTo(options.root, placed.path);
    const given = outer ?? kustomization.namespace;
    for (const word of kustomization.openBy) {
      open.add(`${word} in ${written}`);
      if (CHANGING.has(word)) changing.add(`${word} in ${written}`);
    }
    const inside = new Set([...above, at]);
    for (const { path } of [...kustomization.resources, ...kustomization.components]) {
      const target = resolvePath(at, path);
      if (isRemote(path) || !isWithin(options.root, target)) open.add(`${path} in ${written} is elsewhere`);
      else if (options.kustomizations.has(target)) {
        follow(target, given, includedBy || `, which ${written} includes`, inside);
      } else if (options.files.has(target) && !options.patches.has(target) && !members.has(target)) {
        const because = `${written} lists it${includedBy}`;
        members.set(target, given === undefined ? { because } : { namespace: given, because });
      }
    }
  }
}

/** Whether a resource is fetched: `https://…`, `git@…`, `github.com/owner/repo?ref=…`. */
function isRemote(path: string): boolean {
  return (
    path.includes('://') || path.startsWith('git@') || path.includes('?ref=') || /^[\w-]+\.(com|org|io)\//.test(path)
  );
}
