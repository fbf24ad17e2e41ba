/** Why the API server or istiod's webhook does not let a resource in. */
import type { Field, Range } from '../manifest/types.ts';

export interface Rejection {
  readonly range: Range;
  /** In the words of whoever rejects it, as far as they are short. */
  readonly text: string;
}

/** A rejection at a field where `problem` finds one in its value. A value that is not known is never a problem. */
export function check<T>(field: Field<T> | undefined, problem: (value: T) => string | undefined): readonly Rejection[] {
  if (field?.value === undefined) return [];
  const text = problem(field.value);
  return text === undefined ? [] : [{ range: field.range, text }];
}

/** A rejection where something is wrong. */
export function when(wrong: unknown, range: Range, text: string): readonly Rejection[] {
  return wrong ? [{ range, text }] : [];
}

/** The known values of a list. */
export function values<T>(items: readonly Field<T>[] | undefined): readonly T[] {
  return (items ?? []).flatMap((each) => (each.value === undefined ? [] : [each.value]));
}
