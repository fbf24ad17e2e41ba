/** Where a document may begin: nothing but comments is in it yet, and a word that is being typed. */
import type { Range } from '../../yaml/nodes.ts';

const SEPARATOR = /^---[ \t]*(#.*)?$/;
const END = /^(---|\.\.\.)([ \t]|$)/;
const NOTHING = /^[ \t]*(#.*)?$/;
const WORD = /^([A-Za-z][-\w]*)?$/;

/**
 * @param offset in UTF-16 code units
 * @returns the word at the offset, which is alone in its document; empty where none is typed; undefined elsewhere
 */
export function documentStartAt(text: string, offset: number): Range | undefined {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const at = text.slice(0, offset).split('\n').length - 1;
  const word = lines[at] ?? '';
  if (!WORD.test(word)) return undefined;
  for (let before = at - 1; before >= 0 && !SEPARATOR.test(lines[before] ?? ''); before--) {
    if (!NOTHING.test(lines[before] ?? '')) return undefined;
  }
  for (let after = at + 1; after < lines.length && !END.test(lines[after] ?? ''); after++) {
    if (!NOTHING.test(lines[after] ?? '')) return undefined;
  }
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return { start, end: start + word.length };
}
