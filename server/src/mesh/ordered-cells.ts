/** Cells of the index that are kept in order, so that who comes first is found without going through all. */
import type { MeshObject } from './mesh-object.ts';

type Compare = (a: MeshObject, b: MeshObject) => number;

interface Cell {
  readonly members: MeshObject[];
  readonly compare: Compare;
}

/** A cell is put in order when it is first asked for, and kept so from then on. */
export class OrderedCells {
  readonly #cells = new Map<string, Cell>();

  /** @param members asked only where the cell is not known yet. One key always has the same order. */
  of(key: string, compare: Compare, members: () => readonly MeshObject[]): readonly MeshObject[] {
    const known = this.#cells.get(key);
    if (known) return known.members;
    const sorted = [...members()].sort(compare);
    this.#cells.set(key, { members: sorted, compare });
    return sorted;
  }

  add(key: string, object: MeshObject): void {
    const cell = this.#cells.size === 0 ? undefined : this.#cells.get(key);
    if (cell) cell.members.splice(firstNotBefore(cell, object), 0, object);
  }

  remove(key: string, object: MeshObject): void {
    const cell = this.#cells.get(key);
    if (!cell) return;
    const at = cell.members.indexOf(object, firstNotBefore(cell, object));
    if (at >= 0) cell.members.splice(at, 1);
  }
}

function firstNotBefore({ members, compare }: Cell, object: MeshObject): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = members[middle];
    if (other !== undefined && compare(other, object) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
