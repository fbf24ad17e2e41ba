/** Where the documents of a stream are, without parsing them. */
import type { Range } from './nodes.ts';

/**
 * Splits a stream at its `---` and `...` lines. That is sound because such a line ends a document wherever it stands, in an
 * unfinished quote or flow collection too: a broken document cannot swallow its neighbours.
 *
 * @param text a whole file; a byte order mark is skipped
 * @returns one range for each document: from the first character after the `---` line (or after the dashes, where content follows
 *   on that line) to the next marker. Stretches of comments, blanks and directives without a `---` are no documents.
 */
export function splitDocuments(text: string): readonly Range[] {
  const ranges: Range[] = [];
  const add = (start: number, end: number, explicit: Explicit) => {
    if (explicit === 'after-marker' || hasContent(text, start, end)) ranges.push({ start, end });
  };

  let start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let explicit: Explicit = 'implicit';
  for (let line = start; line < text.length; ) {
    const marker = markerAt(text, line);
    if (marker !== undefined) {
      add(start, line, explicit);
      explicit = marker === '-' ? 'after-marker' : 'implicit';
      start = contentStart(text, line + 3);
    }
    line = nextMarkerCandidate(text, line);
  }
  add(start, text.length, explicit);
  return ranges;
}

type Explicit = 'after-marker' | 'implicit';

function markerAt(text: string, line: number): '-' | '.' | undefined {
  const char = text.charAt(line);
  if (char !== '-' && char !== '.') return undefined;
  if (text.charAt(line + 1) !== char || text.charAt(line + 2) !== char) return undefined;
  const after = text.charAt(line + 3);
  return after === '' || /\s/.test(after) ? char : undefined;
}

function nextMarkerCandidate(text: string, from: number): number {
  const next = text.indexOf('\n', from);
  if (next < 0) return text.length;
  // Few lines begin with a dash or a dot, so a native search for the next line is the whole cost.
  return next + 1;
}

/** Content may follow the dashes on their line; a comment does not count. */
function contentStart(text: string, afterMarker: number): number {
  const newline = text.indexOf('\n', afterMarker);
  const lineEnd = newline < 0 ? text.length : newline;
  const rest = text.slice(afterMarker, lineEnd).trim();
  if (rest !== '' && !rest.startsWith('#')) return afterMarker;
  return newline < 0 ? text.length : newline + 1;
}

function hasContent(text: string, start: number, end: number): boolean {
  for (let line = start; line < end; ) {
    const newline = text.indexOf('\n', line);
    const lineEnd = newline < 0 || newline > end ? end : newline;
    const content = firstNonBlank(text, line, lineEnd);
    if (content < lineEnd && text.charAt(content) !== '#' && !/^%(YAML|TAG)\s/.test(text.slice(line, line + 6)))
      return true;
    line = lineEnd + 1;
  }
  return false;
}

function firstNonBlank(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && /\s/.test(text.charAt(at))) at++;
  return at;
}
