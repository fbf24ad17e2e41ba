/** Edits to comments. */
import { commentsIn } from './comments.ts';
import type { TextEdit } from './edits.ts';
import type { Range } from './nodes.ts';
import { newlineOf } from './places.ts';

/**
 * Writes a comment above the line of an offset.
 *
 * @returns undefined where what is written there would be no comment, or one of another document
 */
export function insertComment(text: string, offset: number, comment: string): TextEdit | undefined {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  if (text.startsWith('---', line)) return undefined;
  const start = line === 0 && text.startsWith('\ufeff') ? 1 : line;
  const [indent = ''] = /^[ \t]*/.exec(text.slice(start)) ?? [];
  const newText = `${indent}${comment}${newlineOf(text)}`;
  const after = text.slice(0, start) + newText + text.slice(start);
  const at = start + indent.length;
  const isComment = commentsIn(after, { start: 0, end: after.length }).some((each) => each.range.start === at);
  return isComment ? { range: { start, end: start }, newText } : undefined;
}

/** Writes a part of a comment anew; undefined where the range is in none. */
export function replaceComment(text: string, range: Range, newText: string): TextEdit | undefined {
  const comment = commentsIn(text, { start: 0, end: text.length }).find(
    (each) => each.range.start <= range.start && range.end <= each.range.end,
  );
  if (!comment) return undefined;
  const isWhole = comment.range.start === range.start && comment.range.end === range.end;
  if (newText !== '' || !isWhole) return { range, newText };
  if (!comment.alone) {
    const before = text.slice(0, range.start).replace(/[ \t]+$/, '');
    return { range: { start: before.length, end: range.end }, newText };
  }
  const start = text.lastIndexOf('\n', range.start - 1) + 1;
  const newline = text.indexOf('\n', range.end);
  return { range: { start, end: newline < 0 ? text.length : newline + 1 }, newText };
}
