/** Resources by the keys under which they are found, and what they imply. */
import { ownText } from '../manifest/own-text.ts';
import { type Bag, membersOf, withMember, withoutMember } from './bag.ts';
import { DistinctValues } from './distinct.ts';
import { impliedBy } from './implied.ts';
import { keysOf, sharedKeysOf } from './keys.ts';
import type { MeshObject } from './mesh-object.ts';
import { OrderedCells } from './ordered-cells.ts';

export class ResourceIndex {
  readonly #cells = new Map<string, Bag<MeshObject>>();
  /** Answers of several members that were given since their cell last changed: the large ones are asked for again and again. */
  readonly #answers = new Map<string, readonly MeshObject[]>();
  readonly #implied = new Map<MeshObject, readonly MeshObject[]>();
  readonly #ordered = new OrderedCells();
  readonly #distinct = new DistinctValues();

  /** Adds an object and what it implies; returns the keys under which they can be found. */
  add(object: MeshObject): readonly string[] {
    const implied = impliedBy(object);
    if (implied.length === 0) return this.#add(object);
    this.#implied.set(object, implied);
    return [object, ...implied].flatMap((each) => this.#add(each));
  }

  #add(object: MeshObject): readonly string[] {
    const keys = keysOf(object);
    for (const each of keys) {
      const cell = this.#cells.get(each);
      this.#cells.set(cell === undefined ? ownText(each) : each, withMember(cell, object));
      this.#answers.delete(each);
      this.#ordered.add(each, object);
    }
    return [...keys, ...sharedKeysOf(object), ...this.#distinct.add(object)];
  }

  /** Removes an object that was added (the same reference), and what it implies; returns the keys under which they could be found. */
  remove(object: MeshObject): readonly string[] {
    const implied = this.#implied.get(object);
    if (!implied) return this.#remove(object);
    this.#implied.delete(object);
    return [object, ...implied].flatMap((each) => this.#remove(each));
  }

  #remove(object: MeshObject): readonly string[] {
    const keys = keysOf(object);
    for (const each of keys) {
      const left = withoutMember(this.#cells.get(each), object);
      if (left === undefined) this.#cells.delete(each);
      else this.#cells.set(each, left);
      this.#answers.delete(each);
      this.#ordered.remove(each, object);
    }
    return [...keys, ...sharedKeysOf(object), ...this.#distinct.remove(object)];
  }

  /** What is found under a key, in no order. A list of several is the same until the cell changes. */
  members(key: string): readonly MeshObject[] {
    const cell = this.#cells.get(key);
    if (!(cell instanceof Set)) return membersOf(cell);
    const given = this.#answers.get(key);
    if (given) return given;
    const answer = membersOf(cell);
    this.#answers.set(key, answer);
    return answer;
  }

  /** The same in an order: one key always has the same. The list changes with the cell. */
  ordered(key: string, compare: (a: MeshObject, b: MeshObject) => number): readonly MeshObject[] {
    return this.#ordered.of(key, compare, () => membersOf(this.#cells.get(key)));
  }

  /** The different values of a set (see `distinct`). */
  distinct(set: string): Iterable<string> {
    return this.#distinct.of(set);
  }
}
