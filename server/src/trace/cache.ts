/** Answers worked out once per mesh and kept until something that they were worked out from changes. */
import { ownText } from '../manifest/own-text.ts';
import type { MeshReader } from '../mesh/mesh.ts';
import { type Bag, membersOf, withMember, withoutMember } from '../mesh/bag.ts';
import { sameValue } from './same-value.ts';

interface Answer {
  readonly name: string;
  /** Under which who asks for it notes that. */
  readonly key: string;
  value: unknown;
  /** Each is in memory once, however many answers read it. */
  reads: readonly Read[];
  /** How to work it out again; only answers that are compared have it. */
  readonly again: ((reader: MeshReader) => unknown) | undefined;
}

/** A key of the mesh or of another answer, and the answers that read it. */
interface Read {
  readonly key: string;
  by: Bag<Answer>;
}

/**
 * Remembers values by name together with what was read for them. One cache belongs to one mesh.
 *
 * An answer is itself something that can be read: whoever asks for one has read `answer|NAME`, not everything behind it. Answers of two sorts:
 *
 * - `memo`: forgotten as soon as something that it read changes, and everything that read it with it.
 * - `stable`: small summaries of much. Worked out again after a change, and compared: only where the value is another are its readers told.
 *
 * Whoever changes the mesh calls `invalidate` with the keys that `add` and `remove` return, and `settle` once the whole change is made; the keys
 * that these give back have changed too.
 */
export class TraceCache {
  readonly #answers = new Map<string, Answer>();
  readonly #reads = new Map<string, Read>();
  /** Stable answers that may be out of date. */
  readonly #suspects = new Set<Answer>();
  /** Keys of what was found to be another value since the last `settle`. */
  #changed: string[] = [];

  /** The value of this name, computed where it is not there. A name always stands for the same type. */
  memo<T>(reader: MeshReader, name: string, compute: (reader: MeshReader) => T): T {
    const known = this.#answers.get(name);
    if (known) {
      reader.note(known.key);
      return known.value as T;
    }
    return this.#answer(reader, name, compute, undefined);
  }

  /**
   * As `memo`, for a value that is compared (see `sameValue`) before its readers are told of a change.
   *
   * @param make gives what works the value out, now and again; asked once
   */
  stable<T>(reader: MeshReader, name: string, make: () => (reader: MeshReader) => T): T {
    const known = this.#answers.get(name);
    if (known) {
      reader.note(known.key);
      if (this.#suspects.has(known)) this.#renew(reader, known);
      return known.value as T;
    }
    const compute = make();
    return this.#answer(reader, name, compute, compute);
  }

  #answer<T>(
    reader: MeshReader,
    name: string,
    compute: (reader: MeshReader) => T,
    again: ((reader: MeshReader) => T) | undefined,
  ): T {
    const { value, reads } = this.#compute(reader, compute);
    const answer: Answer = { name, key: ownText(`answer|${name}`), value, reads: [], again };
    reader.note(answer.key);
    this.#answers.set(name, answer);
    this.#link(answer, reads);
    return value;
  }

  /** Forgets what was worked out from these keys; returns the keys of what it forgot. What is compared first is for `settle` to tell. */
  invalidate(keys: Iterable<string>): readonly string[] {
    const forgotten: string[] = [];
    const open = [...keys];
    for (let each = open.pop(); each !== undefined; each = open.pop()) {
      for (const answer of membersOf(this.#reads.get(each)?.by)) {
        if (answer.again) {
          this.#suspects.add(answer);
          continue;
        }
        this.#forget(answer);
        forgotten.push(answer.key);
        open.push(answer.key);
      }
    }
    return forgotten;
  }

  /** Whether `settle` has nothing to do and to tell. */
  get isSettled(): boolean {
    return this.#suspects.size === 0 && this.#changed.length === 0;
  }

  /**
   * To be called once a change is complete: works out again what may be another, and compares.
   *
   * @param isRead whether somebody outside this cache remembers having read a key: what nobody reads is not worked out again
   * @returns the keys that changed by it, and with them what was worked out from them
   */
  settle(reader: MeshReader, isRead: (key: string) => boolean): readonly string[] {
    for (const each of this.#suspects) {
      if (this.#reads.has(each.key) || isRead(each.key)) this.#renew(reader, each);
      else this.#forget(each);
    }
    const changed = this.#changed;
    this.#changed = [];
    return changed;
  }

  #renew(reader: MeshReader, answer: Answer): void {
    this.#suspects.delete(answer);
    const { again } = answer;
    if (!again) return;
    const { value, reads } = this.#compute(reader, again);
    this.#link(answer, reads);
    if (sameValue(answer.value, value)) return;
    answer.value = value;
    this.#changed.push(answer.key, ...this.invalidate([answer.key]));
  }

  #compute<T>(reader: MeshReader, compute: (reader: MeshReader) => T): { value: T; reads: ReadonlySet<string> } {
    const reads = new Set<string>();
    return { value: compute(reader.mesh.reader(reads)), reads };
  }

  #link(answer: Answer, keys: ReadonlySet<string>): void {
    const before = answer.reads;
    answer.reads = Array.from(keys, (key) => this.#read(key, answer));
    for (const read of before) if (!keys.has(read.key)) this.#unlink(read, answer);
  }

  #read(key: string, answer: Answer): Read {
    const known = this.#reads.get(key);
    const read = known ?? { key: ownText(key), by: undefined };
    read.by = withMember(read.by, answer);
    if (!known) this.#reads.set(read.key, read);
    return read;
  }

  #unlink(read: Read, answer: Answer): void {
    read.by = withoutMember(read.by, answer);
    if (read.by === undefined) this.#reads.delete(read.key);
  }

  #forget(answer: Answer): void {
    this.#answers.delete(answer.name);
    this.#suspects.delete(answer);
    for (const read of answer.reads) this.#unlink(read, answer);
  }
}
