/** Answers worked out once per mesh and kept until something that they were worked out from changes. */
import type { MeshReader } from '../mesh/mesh.ts';

interface Entry {
  readonly value: unknown;
  readonly reads: ReadonlySet<string>;
}

/**
 * Remembers values by name together with the mesh keys that were read for them.
 * One cache belongs to one mesh; whoever changes the mesh calls `invalidate` with the keys that `add` and `remove` return.
 */
export class TraceCache {
  readonly #entries = new Map<string, Entry>();
  readonly #byKey = new Map<string, Set<string>>();

  /**
   * The value of this name, computed where it is not there. What it was computed from counts as read by `reader`, also when it is remembered.
   * A name always stands for the same type.
   */
  memo<T>(reader: MeshReader, name: string, compute: (reader: MeshReader) => T): T {
    const known = this.#entries.get(name);
    if (known) {
      reader.note(known.reads);
      return known.value as T;
    }
    const reads = new Set<string>();
    const value = compute(reader.mesh.reader(reads));
    this.#entries.set(name, { value, reads });
    for (const each of reads) {
      const names = this.#byKey.get(each);
      if (names) names.add(name);
      else this.#byKey.set(each, new Set([name]));
    }
    reader.note(reads);
    return value;
  }

  /** Forgets everything that was worked out from these keys. */
  invalidate(keys: Iterable<string>): void {
    for (const each of keys) {
      for (const name of this.#byKey.get(each) ?? []) this.#forget(name);
    }
  }

  #forget(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#entries.delete(name);
    for (const each of entry.reads) {
      const names = this.#byKey.get(each);
      names?.delete(name);
      if (names?.size === 0) this.#byKey.delete(each);
    }
  }
}
