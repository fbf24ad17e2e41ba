/** Objects without the keys that are undefined. */

/** What `compact` makes of a type: keys that may be undefined become optional. */
export type Compact<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Leaves out the keys whose value is undefined: an absent field is absent, and costs nothing when it crosses to another thread. */
export function compact<T extends object>(value: T): Compact<T> {
  const result: Record<string, unknown> = {};
  for (const key in value) {
    const each = value[key];
    if (each !== undefined) result[key] = each;
  }
  // Built key by key from `value`, so the shape is its own.
  return result as Compact<T>;
}
