import type { TextEdit } from './edits.ts';

/** The text after edits that do not overlap. Several at one place are written in the order in which they are given. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.map((edit, index) => ({ edit, index }));
  sorted.sort((a, b) => a.edit.range.start - b.edit.range.start || a.index - b.index);
  let result = '';
  let at = 0;
  for (const { edit } of sorted) {
    result += text.slice(at, edit.range.start) + edit.newText;
    at = Math.max(at, edit.range.end);
  }
  return result + text.slice(at);
}
