/** The word that was probably meant. */

/** The nearest of `words`, whatever the case of letters; undefined where none is near: one slip in three letters. */
export function closestTo(written: string, words: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(written.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const word of words) {
    const each = distance(normalised(written), normalised(word));
    if (each < least) {
      best = word;
      least = each;
    }
  }
  return best;
}

function normalised(word: string): string {
  return word.slice(0, 60).toLowerCase().replace(/[-_]/g, '');
}

/** Edits from one word to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
