/** What was probably meant by a word that is not one of those that may stand there. */

/**
 * The one word that was meant: equal but for case, dashes and underscores, else nearest with few letters changed. Undefined where none is
 * near, or several are equally near.
 */
export function meantBy(written: string, words: Iterable<string>): string | undefined {
  const all = [...words];
  const same = all.filter((each) => flat(each) === flat(written));
  if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  const allowed = written.length < 4 ? 0 : written.length < 8 ? 1 : 2;
  let best: string | undefined;
  let least = allowed + 1;
  let tied = false;
  for (const each of all) {
    const steps = distance(flat(written), flat(each), allowed);
    if (steps < least) [best, least, tied] = [each, steps, false];
    else if (steps === least) tied = true;
  }
  return tied || least > allowed ? undefined : best;
}

function flat(word: string): string {
  return word.replaceAll(/[-_ ]/g, '').toLowerCase();
}

/** How many letters must be added, left out, replaced, or swapped with their neighbour; more than `limit` is not counted on. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? limit + 1;
}
