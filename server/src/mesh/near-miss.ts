/** Names that were probably meant. */

/**
 * Whether two names differ by one slip of the hand: a letter missing, added, replaced, or two swapped.
 * Names that differ in a digit only (`gw-1`, `gw-2`) are different things, and short names differ by accident.
 */
export function isTypoOf(written: string, meant: string): boolean {
  if (written === meant || Math.min(written.length, meant.length) < 5) return false;
  // Asked of every name in a namespace: nearly all are told apart before anything is built.
  if (Math.abs(written.length - meant.length) > 1) return false;
  let start = 0;
  while (start < written.length && written.charCodeAt(start) === meant.charCodeAt(start)) start++;
  let endA = written.length;
  let endB = meant.length;
  while (endA > start && endB > start && written.charCodeAt(endA - 1) === meant.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  if (endA - start > 2 || endB - start > 2) return false;
  const a = written.slice(start, endA);
  const b = meant.slice(start, endB);
  if (/\d/.test(a + b) || written.replace(/\d+/g, '#') === meant.replace(/\d+/g, '#')) return false;
  if (a.length <= 1 && b.length <= 1) return true;
  return a.length === 2 && b.length === 2 && a[0] === b[1] && a[1] === b[0];
}
