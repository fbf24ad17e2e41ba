/** Answers worked out once per mesh and kept until something that they were worked out from changes. */
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';

interface Entry {
  readonly value: unknown;
  /** Keys of the mesh, and keys of other answers. */
  readonly reads: ReadonlySet<string>;
}

interface Assembled {
  readonly parts: readonly object[];
  readonly value: unknown;
}

/**
 * Remembers values by name together with what was read for them. One cache belongs to one mesh.
 *
 * An answer is itself something that can be read: whoever asks for one has read `answer|NAME`, not everything behind it. Whoever changes the mesh calls
 * `invalidate` with the keys that `add` and `remove` return, and treats the keys that it gives back as changed too.
 */
export class TraceCache {
  readonly #entries = new Map<string, Entry>();
  readonly #readers = new Map<string, Set<string>>();
  readonly #derived = new WeakMap<MeshObject, unknown>();
  readonly #assembled = new WeakMap<object, Map<string, Assembled>>();

  /** The value of this name, computed where it is not there. A name always stands for the same type. */
  memo<T>(reader: MeshReader, name: string, compute: (reader: MeshReader) => T): T {
    const known = this.#entries.get(name);
    reader.note(answerKey(name));
    if (known) return known.value as T;
    const reads = new Set<string>();
    const value = compute(reader.mesh.reader(reads));
    this.#entries.set(name, { value, reads });
    for (const each of reads) {
      const names = this.#readers.get(each);
      if (names) names.add(name);
      else this.#readers.set(each, new Set([name]));
    }
    return value;
  }

  /** What follows from one object alone, worked out once. `compute` must be the same function for all objects of a type. */
  derive<O extends MeshObject, T>(object: O, compute: (object: O) => T): T {
    const known = this.#derived.get(object);
    if (known !== undefined) return known as T;
    const value = compute(object);
    this.#derived.set(object, value);
    return value;
  }

  /**
   * What follows from an object and some parts, worked out again only where one of the parts is not the very object that it was. `name` tells apart what is
   * asked of the same object, and everything else that the answer depends on.
   */
  deriveFrom<T>(object: object, name: string, parts: readonly object[], compute: () => T): T {
    const names = this.#assembled.get(object) ?? new Map<string, Assembled>();
    this.#assembled.set(object, names);
    const known = names.get(name);
    if (known?.parts.length === parts.length && known.parts.every((each, i) => each === parts[i]))
      return known.value as T;
    const value = compute();
    names.set(name, { parts, value });
    return value;
  }

  /** Forgets everything that was worked out from these keys; returns the keys of what it forgot. */
  invalidate(keys: Iterable<string>): readonly string[] {
    const forgotten: string[] = [];
    const open = [...keys];
    for (let each = open.pop(); each !== undefined; each = open.pop()) {
      for (const name of this.#readers.get(each) ?? []) {
        this.#forget(name);
        forgotten.push(answerKey(name));
        open.push(answerKey(name));
      }
    }
    return forgotten;
  }

  #forget(name: string): void {
    const entry = this.#entries.get(name);
    if (!entry) return;
    this.#entries.delete(name);
    for (const each of entry.reads) {
      const names = this.#readers.get(each);
      names?.delete(name);
      if (names?.size === 0) this.#readers.delete(each);
    }
  }
}

function answerKey(name: string): string {
  return `answer|${name}`;
}
