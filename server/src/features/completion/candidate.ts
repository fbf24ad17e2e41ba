/** What may be written at a place, before it is put into the form that the place needs. */
import type { MeshObject } from '../../mesh/mesh.ts';

export interface Candidate {
  /** As Kubernetes is to read it. */
  readonly value: string | number;
  readonly kind: CandidateKind;
  /** One line beside it; a function where that is worth making only for what is shown. */
  readonly detail?: string | (() => string);
  /** What would make the route work goes first: a smaller number before a larger one, equal ones in the order given. */
  readonly rank: number;
  /** Of a field: whether more fields or a list go below it. */
  readonly opens?: boolean;
  /** What it names: told of when somebody asks. */
  readonly names?: MeshObject;
}

export type CandidateKind =
  | 'gateway'
  | 'host'
  | 'namespace'
  | 'port'
  | 'subset'
  | 'constant'
  | 'label'
  | 'secret'
  | 'field';

export interface Offer {
  readonly candidates: readonly Candidate[];
  /** There is more that was not looked at: to be asked for again once more is typed. */
  readonly incomplete: boolean;
}

/** As many as anybody scrolls through. */
const SHOWN = 200;
/** How many resources are looked at for one list: where there are more, what is typed narrows nothing down. */
const LOOKED_AT = 5_000;
/** How many choices of one kind are collected before the best are taken. */
export const COLLECTED = 400;

/** Each value once, at its best rank; without those that the list has already. */
export function offer(
  candidates: Iterable<Candidate>,
  { without, cut = false }: { readonly without?: ReadonlySet<string>; readonly cut?: boolean } = {},
): Offer {
  const best = new Map<string, Candidate>();
  for (const each of candidates) {
    const text = String(each.value);
    const other = best.get(text);
    if (!without?.has(text) && (!other || each.rank < other.rank)) best.set(text, each);
  }
  const sorted = [...best.values()].sort((a, b) => a.rank - b.rank);
  return { candidates: sorted.slice(0, SHOWN), incomplete: cut || sorted.length > SHOWN };
}

/** The first of a large answer of the mesh. */
export function some<T>(
  all: readonly T[],
  limit: number = LOOKED_AT,
): { readonly members: readonly T[]; readonly cut: boolean } {
  return all.length <= limit ? { members: all, cut: false } : { members: all.slice(0, limit), cut: true };
}

/** Whether what is typed may become this: its letters are in it, in their order, as editors filter. */
export function mayBecome(value: string, typed: string): boolean {
  let at = 0;
  const lower = value.toLowerCase();
  for (const letter of typed.toLowerCase()) {
    at = lower.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
