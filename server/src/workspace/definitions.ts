/** Which files define which resource, and whether they define it alike. */
import type { Resource } from '../manifest/types.ts';

/** `Kind namespace/name` (an unknown namespace is empty) to what a file says of it: fingerprints, joined where it says several things. */
export type FileDefinitions = ReadonlyMap<string, string>;

const SEVERAL = '+';

/**
 * What a file defines. Namespaces do not count: they are written again and again with other labels and merged by the cluster. Neither does
 * what has no certain name.
 *
 * @param defaultNamespace of resources that name none, where the settings give one
 */
export function definitionsOf(resources: readonly Resource[], defaultNamespace: string | undefined): FileDefinitions {
  const result = new Map<string, string>();
  for (const resource of resources) {
    const name = resource.name.value;
    const namespace = resource.namespace ? resource.namespace.value : (defaultNamespace ?? '');
    if (resource.kind === 'Namespace' || name === undefined || namespace === undefined) continue;
    const key = `${kindOf(resource)} ${namespace}/${name}`;
    const before = result.get(key);
    if (before === undefined) result.set(key, resource.fingerprint);
    else if (before !== resource.fingerprint) result.set(key, `${before}${SEVERAL}${resource.fingerprint}`);
  }
  return result;
}

/** A mesh configuration is of the kind that carries it: the operator's resource and the ConfigMap made from it stand side by side. */
function kindOf(resource: Resource): string {
  return resource.kind === 'MeshConfig' ? resource.source : resource.kind;
}

/** Whether a file says several things of a name. */
export function isSeveral(said: string): boolean {
  return said.includes(SEVERAL);
}

/** All that define one name: most names have one file, so that costs no container. */
type Definers = { readonly path: string; readonly said: string } | Alternatives;

/** An index of names to what files say of them. */
export class Definitions {
  readonly #byName = new Map<string, Definers>();
  readonly #conflicts = new Map<string, ReadonlyMap<string, string>>();

  /** Names that files define differently, or one file twice: with the files and what each says. */
  get conflicts(): ReadonlyMap<string, ReadonlyMap<string, string>> {
    return this.#conflicts;
  }

  /**
   * Takes in what a file defines now in place of what it did.
   *
   * @returns whether the question which files define a name differently has another answer now
   */
  replace(path: string, before: FileDefinitions, after: FileDefinitions): boolean {
    let changed = false;
    for (const [name, said] of before) {
      const now = after.get(name);
      if (now !== said && this.#set(name, path, now)) changed = true;
    }
    for (const [name, said] of after) {
      if (!before.has(name) && this.#set(name, path, said)) changed = true;
    }
    return changed;
  }

  #set(name: string, path: string, said: string | undefined): boolean {
    const known = this.#byName.get(name);
    const wasConflict = this.#conflicts.has(name);
    if (known instanceof Alternatives) {
      const changed = known.set(path, said);
      if (known.size === 1) for (const [only, each] of known.byPath) this.#byName.set(name, { path: only, said: each });
      this.#note(name, known.byPath, known.isConflict);
      return changed && (wasConflict || known.isConflict);
    }
    if (known === undefined || known.path === path) {
      if (said === undefined) this.#byName.delete(name);
      else this.#byName.set(name, { path, said });
      const conflict = said !== undefined && isSeveral(said);
      if (conflict || wasConflict) this.#note(name, new Map([[path, said ?? '']]), conflict);
      return wasConflict !== conflict;
    }
    if (said === undefined) return false;
    const both = new Alternatives();
    both.set(known.path, known.said);
    both.set(path, said);
    this.#byName.set(name, both);
    this.#note(name, both.byPath, both.isConflict);
    return wasConflict || both.isConflict;
  }

  #note(name: string, byPath: ReadonlyMap<string, string>, conflict: boolean): void {
    if (conflict) this.#conflicts.set(name, byPath);
    else this.#conflicts.delete(name);
  }
}

/** Several files that define one name. */
class Alternatives {
  readonly byPath = new Map<string, string>();
  readonly #count = new Map<string, number>();
  #several = 0;

  get size(): number {
    return this.byPath.size;
  }

  get isConflict(): boolean {
    return this.#count.size > 1 || this.#several > 0;
  }

  /** Returns whether other files than before agree with each other. */
  set(path: string, said: string | undefined): boolean {
    const before = this.byPath.get(path);
    const wasAlone = before !== undefined && this.#count.get(before) === 1;
    if (before !== undefined) this.#add(before, -1);
    if (said === undefined) {
      this.byPath.delete(path);
      return true;
    }
    this.#add(said, 1);
    this.byPath.set(path, said);
    const isAlone = this.#count.get(said) === 1;
    return !wasAlone || !isAlone || isSeveral(before) !== isSeveral(said);
  }

  #add(said: string, by: 1 | -1): void {
    const count = (this.#count.get(said) ?? 0) + by;
    if (count === 0) this.#count.delete(said);
    else this.#count.set(said, count);
    if (isSeveral(said)) this.#several += by;
  }
}
