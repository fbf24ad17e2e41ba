/** Sets of the files that nothing puts together: the folder, or the alternatives that are in it. */
import { commonFolder, folderOf, relativeTo } from '../paths.ts';
import type { Membership } from '../types.ts';
import { type Exclusions, exclusionsIn } from './exclusions.ts';
import { type Group, groupFiles, isRefinedBy } from './groups.ts';
import type { Conflicts, PlannedSet } from './planned.ts';
import { countWithout, filesWithout, type Tree, type TreeNode, treeOf } from './tree.ts';

/** The id of the set of files that nothing puts elsewhere and that have no alternatives. */
export const FOLDER_SET = 'folder';
export const BESIDE = 'it is in the workspace folder, and nothing says that its files are applied apart';

export interface InferInput {
  readonly root: string;
  /** The files that no known set has. */
  readonly paths: readonly string[];
  /** Files that are looked up in beside those: templates of charts. */
  readonly seen: ReadonlyMap<string, Membership>;
  readonly conflicts: Conflicts;
  readonly openBy: string | undefined;
}

/** How many memberships all inferred sets may have together, as a multiple of the files and at least. */
const SHARE = 2;
const LEAST = 5000;

/**
 * Infers which files are alternatives: they define one name differently, so no mesh holds both.
 *
 * A set holds everything but what the folders of its files exclude. It judges its own files and those outside its alternatives; what is
 * in other alternatives elsewhere is only looked up in, with the names that those define differently unknown.
 *
 * A file outside is judged in the sets of all alternatives, and a finding must hold in each. Where that would be too
 * many, it is judged once, with all that alternatives define unknown, and the sets of alternatives reach only as far as the folders
 * around them, the nearest first; what is farther makes them open.
 */
export function inferredSets(input: InferInput): readonly PlannedSet[] {
  const { root, paths, conflicts } = input;
  const own = new Set(paths);
  const exclusions = conflicts.size === 0 ? undefined : exclusionsIn(root, conflicts, (path) => own.has(path));
  if (!exclusions || exclusions.by.size === 0) return [folderSet(input)];
  return alternatives(input, exclusions);
}

const UNDIVIDED: ReadonlySet<string> = new Set();

function folderSet({ paths, openBy, seen }: InferInput): PlannedSet {
  const members = new Map<string, Membership>(paths.map((path) => [path, { because: BESIDE }]));
  for (const [path, each] of seen) members.set(path, each);
  return {
    id: FOLDER_SET,
    name: 'the rest of the folder',
    origin: 'folder',
    certainty: 'inferred',
    divided: UNDIVIDED,
    openBy,
    members,
  };
}

function alternatives(input: InferInput, exclusions: Exclusions): readonly PlannedSet[] {
  const { root } = input;
  // In an order of their own, so that a set has the same name whatever was read first.
  const paths = [...input.paths].sort();
  const tree = treeOf(root, paths, exclusions);
  const groups = [...groupFiles(root, paths, exclusions).values()];
  const divided = new Set([...exclusions.by.values()].map(({ folder }) => folder));
  const budget = Math.max(LEAST, SHARE * paths.length);
  const groupOf = new Map(groups.flatMap((group) => group.files.map((path) => [path, group] as const)));
  const leaves = leavesOf(groups);
  if (totalWithin(budget, tree, leaves, input.seen.size)) {
    return leaves.map((leaf) => setOf(input, leaf, divided, tree.top, (path) => isJudged(groupOf.get(path), leaf)));
  }
  const limit = Math.max(1, Math.floor(budget / groups.length));
  return groups.map((group) =>
    setOf(input, group, divided, around(group, tree, limit), (path) => groupOf.get(path) === group),
  );
}

/** Groups that no other group refines. */
function leavesOf(groups: readonly Group[]): readonly Group[] {
  const inner = new Set<string>();
  for (const { exclusions } of groups) {
    let key = '';
    if (exclusions.length > 0) inner.add(key);
    for (const { folder, id } of exclusions.slice(0, -1)) {
      key = key === '' ? `${folder}|${id}` : `${key}\n${folder}|${id}`;
      inner.add(key);
    }
  }
  return groups.filter((group) => !inner.has(group.key));
}

function totalWithin(budget: number, tree: Tree, groups: readonly Group[], seen: number): boolean {
  let total = 0;
  for (const group of groups) {
    total += countWithout(tree, tree.top, group.exclusions) + seen;
    if (total > budget) return false;
  }
  return true;
}

function isJudged(group: Group | undefined, leaf: Group): boolean {
  return group !== undefined && isRefinedBy(group, leaf);
}

/** The largest folder around a group that is not too large, or undefined; the whole tree for files outside all alternatives. */
function around(group: Group, tree: Tree, limit: number): TreeNode | undefined {
  if (group.exclusions.length === 0) return tree.top;
  let found: TreeNode | undefined;
  for (let path = commonFolder(group.files); ; path = folderOf(path)) {
    const node = tree.nodes.get(path);
    if (!node || countWithout(tree, node, group.exclusions) > limit) return found;
    found = node;
    if (node === tree.top) return found;
  }
}

/** @param node the part of the tree that the set reaches; undefined for no more than the group's own files */
function setOf(
  input: InferInput,
  group: Group,
  divided: ReadonlySet<string>,
  node: TreeNode | undefined,
  judges: (path: string) => boolean,
): PlannedSet {
  const { root, seen } = input;
  const last = group.exclusions.at(-1);
  const place = last ? relativeTo(root, last.path) : undefined;
  const members = new Map<string, Membership>();
  const own: Membership = { because: place ? besideReason(place) : OUTSIDE };
  const beside: Membership = { because: place ? `it can be applied together with ${place}` : OUTSIDE };
  const others: Membership = { ...beside, role: 'seen' };
  const files = new Set(group.files);
  for (const path of node ? filesWithout(node, group.exclusions) : files) {
    members.set(path, files.has(path) ? own : judges(path) ? beside : others);
  }
  for (const [path, each] of seen) members.set(path, each);
  const reach = node?.path ?? last?.path ?? root;
  return {
    id: place === undefined ? FOLDER_SET : `inferred ${place}`,
    name: place ?? 'the rest of the folder',
    origin: 'inferred',
    certainty: 'inferred',
    divided,
    openBy: input.openBy ?? (reach === root ? undefined : `files outside ${relativeTo(root, reach)}`),
    members,
  };
}

const OUTSIDE = 'it is outside all alternatives';

function besideReason(place: string): string {
  return `it belongs to ${place}, which defines something differently from what is beside it`;
}
