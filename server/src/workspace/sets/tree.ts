/** Folders and files as a tree, walked without what a group excludes. */
import { folderOf, isWithin } from '../paths.ts';
import type { Exclusion, Exclusions } from './exclusions.ts';

export interface TreeNode {
  readonly path: string;
  /** Its place among the alternatives of its folder; -1 for none. */
  readonly index: number;
  readonly isFile: boolean;
  readonly children: TreeNode[];
  /** How many files are in it. */
  size: number;
}

export interface Tree {
  readonly top: TreeNode;
  /** Folders and files by path. */
  readonly nodes: ReadonlyMap<string, TreeNode>;
}

/** @param paths all below the root */
export function treeOf(root: string, paths: Iterable<string>, { indexOf }: Exclusions): Tree {
  const top: TreeNode = { path: root, index: -1, isFile: false, children: [], size: 0 };
  const nodes = new Map<string, TreeNode>([[root, top]]);
  for (const path of paths) {
    const node: TreeNode = { path, index: indexOf.get(path) ?? -1, isFile: true, children: [], size: 1 };
    nodes.set(path, node);
    folderNode(folderOf(path)).children.push(node);
  }
  measure(top);
  return { top, nodes };

  function folderNode(path: string): TreeNode {
    const known = nodes.get(path);
    if (known) return known;
    const node: TreeNode = { path, index: indexOf.get(path) ?? -1, isFile: false, children: [], size: 0 };
    nodes.set(path, node);
    const parent = folderOf(path);
    (parent === path ? top : folderNode(parent)).children.push(node);
    return node;
  }
}

function measure(node: TreeNode): number {
  if (!node.isFile) node.size = node.children.reduce((sum, each) => sum + measure(each), 0);
  return node.size;
}

/** The files below a node that nothing in `exclusions` excludes. */
export function* filesWithout(node: TreeNode, exclusions: readonly Exclusion[]): Generator<string> {
  if (node.isFile) {
    yield node.path;
    return;
  }
  const here = exclusions.find((each) => each.folder === node.path)?.excludes;
  for (const child of node.children) {
    if (here && child.index >= 0 && here.has(child.index)) continue;
    if (child.isFile) yield child.path;
    else yield* filesWithout(child, exclusions);
  }
}

/** How many files that would be. */
export function countWithout({ nodes }: Tree, node: TreeNode, exclusions: readonly Exclusion[]): number {
  let count = node.size;
  for (const { folder, excludes } of exclusions) {
    if (!isWithin(node.path, folder)) continue;
    for (const child of nodes.get(folder)?.children ?? []) {
      if (child.index >= 0 && excludes.has(child.index)) count -= child.size;
    }
  }
  return count;
}
