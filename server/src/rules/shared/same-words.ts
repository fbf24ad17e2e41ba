/** Whether two parts of resources say the same. */

/** Compares values without their places; what is not known is equal to nothing. */
export function sayTheSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [first, second] = [entries(a), entries(b)];
  if (first.size !== second.size) return false;
  return [...first].every(([key, value]) => {
    if (!second.has(key)) return false;
    const other = second.get(key);
    // A field that is there without a value is not known.
    if (value === undefined || other === undefined) return false;
    return sayTheSame(value, other);
  });
}

function entries(value: object): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(value).filter(([key]) => key !== 'range' && key !== 'nameRange'));
}
