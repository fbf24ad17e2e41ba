/** Whether a summary that was worked out again says the same as before. */

/**
 * Compares plain data, arrays, Maps and Sets (both in their order) by what is in them. A resource is compared as the object that it is: read again, it is
 * another. Functions are equal only to themselves.
 */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameList(a, b);
  if (a instanceof Set) return b instanceof Set && sameList([...a], [...b]);
  if (a instanceof Map) return b instanceof Map && sameList([...a], [...b]);
  if ('resource' in a || 'resource' in b) return false;
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length &&
    entries.every(([name, value]) => name in b && sameValue(value, (b as Readonly<Record<string, unknown>>)[name]))
  );
}

function sameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((each, i) => sameValue(each, b[i]));
}
