/** Which folders and files are alternatives of each other. */
import { folderOf, isWithin } from '../paths.ts';
import type { Conflicts } from './planned.ts';

/** One child of a folder, which excludes others of the same folder. */
export interface Exclusion {
  /** The folder or file. */
  readonly path: string;
  readonly folder: string;
  /** Equal for children of one folder that exclude the same. */
  readonly id: string;
  readonly excludes: Bits;
}

export interface Exclusions {
  /** By the path of the child. */
  readonly by: ReadonlyMap<string, Exclusion>;
  /** The place of a child in the bits of its folder. */
  readonly indexOf: ReadonlyMap<string, number>;
}

/** What the files below one child say of a name: one thing, or several. */
const SEVERAL = Symbol('several');
type Said = string | typeof SEVERAL;

/**
 * For every two different definitions of one name, the two children of their lowest common folder that lead to them exclude each other:
 * no mesh holds both. Costs as much as there are definitions of such names; children of one folder that exclude one another are kept as
 * bits, so thousands in one folder are no more than a few hundred kilobytes.
 *
 * @param counts whether a file takes part
 */
export function exclusionsIn(root: string, conflicts: Conflicts, counts: (path: string) => boolean): Exclusions {
  const places = new Map<string, Map<string, Map<string, Said>>>();
  for (const [name, byPath] of conflicts) {
    for (const [path, said] of byPath) {
      if (counts(path)) climb(root, path, (folder, child) => note(places, folder, name, child, said));
    }
  }
  const by = new Map<string, Exclusion>();
  const indexOf = new Map<string, number>();
  for (const [folder, names] of places) {
    const differing = [...names.values()].filter(differ);
    if (differing.length === 0) continue;
    const children = [...new Set(differing.flatMap((each) => [...each.keys()]))].sort();
    const index = new Map(children.map((child, at) => [child, at]));
    const excludes = children.map(() => new Bits(children.length));
    for (const said of differing) exclude(said, index, excludes);
    children.forEach((path, at) => {
      const bits = excludes[at];
      if (!bits || bits.isEmpty) return;
      indexOf.set(path, at);
      by.set(path, { path, folder, id: bits.text, excludes: bits });
    });
  }
  return { by, indexOf };
}

function climb(root: string, path: string, visit: (folder: string, child: string) => void): void {
  for (let child = path; child !== root; ) {
    const folder = folderOf(child);
    if (folder === child || !isWithin(root, folder)) return;
    visit(folder, child);
    child = folder;
  }
}

function note(
  places: Map<string, Map<string, Map<string, Said>>>,
  folder: string,
  name: string,
  child: string,
  said: string,
): void {
  const names = places.get(folder) ?? new Map<string, Map<string, Said>>();
  const children = names.get(name) ?? new Map<string, Said>();
  const before = children.get(child);
  children.set(child, before === undefined || before === said ? said : SEVERAL);
  names.set(name, children);
  places.set(folder, names);
}

function differ(children: ReadonlyMap<string, Said>): boolean {
  if (children.size < 2) return false;
  const said = new Set(children.values());
  return said.size > 1 || said.has(SEVERAL);
}

/** Lets the children that say a name differently exclude each other. */
function exclude(said: ReadonlyMap<string, Said>, index: ReadonlyMap<string, number>, excludes: readonly Bits[]): void {
  const all = new Bits(excludes.length);
  const alike = new Map<string, Bits>();
  for (const [child, each] of said) {
    const at = index.get(child) ?? 0;
    all.set(at);
    if (each === SEVERAL) continue;
    const same = alike.get(each) ?? new Bits(excludes.length);
    same.set(at);
    alike.set(each, same);
  }
  for (const [child, each] of said) {
    const at = index.get(child) ?? 0;
    excludes[at]?.add(all, each === SEVERAL ? undefined : alike.get(each), at);
  }
}

/** A set of small numbers. */
export class Bits {
  readonly #words: Uint32Array;

  constructor(size: number) {
    this.#words = new Uint32Array((size + 31) >>> 5);
  }

  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0);
  }

  /** Equal for equal sets. */
  get text(): string {
    return this.#words.join();
  }

  has(at: number): boolean {
    return (((this.#words[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
  }

  set(at: number): void {
    this.#words[at >>> 5] = (this.#words[at >>> 5] ?? 0) | (1 << (at & 31));
  }

  /** Adds all of `these` but those in `without`, and but `self`. */
  add(these: Bits, without: Bits | undefined, self: number): void {
    const had = this.has(self);
    const left = without ? without.#words : [];
    for (let i = 0; i < this.#words.length; i++) {
      this.#words[i] = (this.#words[i] ?? 0) | ((these.#words[i] ?? 0) & ~(left[i] ?? 0));
    }
    if (!had) this.#words[self >>> 5] = (this.#words[self >>> 5] ?? 0) & ~(1 << (self & 31));
  }
}
