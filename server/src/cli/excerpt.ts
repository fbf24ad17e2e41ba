/** A line of source with a range underlined. */
import type { Range } from '../yaml/nodes.ts';
import { columns, printable } from './columns.ts';
import type { LineIndex } from './lines.ts';

export interface Excerpt {
  /** From 1. */
  readonly line: number;
  readonly source: string;
  /** Blanks, then `^` under the token; aligned where wide characters take two columns. */
  readonly underline: string;
}

/** More of a line than this is cut around the token. */
const LIMIT = 160;

/** The first line of a range, underlined as far as the range goes on it; an empty range gets one `^`. */
export function excerpt(index: LineIndex, range: Range): Excerpt {
  const { line, character } = index.position(range.start);
  const { text, start } = index.line(line);
  const end = Math.max(character, Math.min(range.end - start, text.length));
  const window = cut(text, character, end);
  const before = printable(window.before);
  const token = printable(window.token);
  return {
    line: line + 1,
    source: `${before}${token}${printable(window.after)}`.trimEnd(),
    underline: `${' '.repeat(columns(before))}${'^'.repeat(Math.max(1, columns(token)))}`,
  };
}

function cut(text: string, from: number, to: number) {
  const whole = { before: text.slice(0, from), token: text.slice(from, to), after: text.slice(to) };
  if (text.length <= LIMIT) return whole;
  const token = whole.token.length > LIMIT / 2 ? `${whole.token.slice(0, LIMIT / 2)}…` : whole.token;
  const room = Math.floor((LIMIT - token.length) / 2);
  const before = whole.before.length > room ? `…${whole.before.slice(-room)}` : whole.before;
  const after = whole.after.length > room ? `${whole.after.slice(0, room)}…` : whole.after;
  return { before, token, after };
}
