/** Objects without the keys that are undefined. */

/** What `compact` makes of a type: keys that may be undefined become optional. */
export type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out the keys whose value is undefined: an absent field is absent, and costs nothing when it crosses to another thread. */
export function compact<T extends object>(value: T): Compact<T> {
  const result: Record<string, unknown> = {};
  addTo(result, value);
  // Built key by key from `value`, so the shape is its own.
  return result as Compact<T>;
}

/** The same of two objects together, which share no key: a third one, with all keys, would be slow to make (V8 has a shape for it that nothing else has). */
export function compactBoth<T extends object, U extends object>(first: T, second: U): Compact<T> & Compact<U> {
  const result: Record<string, unknown> = {};
  addTo(result, first);
  addTo(result, second);
  return result as Compact<T> & Compact<U>;
}

function addTo<T extends object>(result: Record<string, unknown>, value: T): void {
  for (const key in value) {
    const each = value[key];
    if (each !== undefined) result[key] = each;
  }
}
