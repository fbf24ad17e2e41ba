/** How wide text is in a terminal. */

/** As many columns as a tab gets here: both lines of an excerpt use it, so they stay aligned. */
const TAB = '    ';

/**
 * The text as it can be shown on one line: tabs become spaces, and characters that a terminal would obey, or that turn the
 * direction of text, become visible ones. Combining and wide characters stay.
 */
export function printable(text: string): string {
  return text.replaceAll('\t', TAB).replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}

/** The columns that printable text takes: two for East Asian wide characters and emoji, none for what only combines. */
export function columns(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    width += graphemeColumns(segment);
  }
  return width;
}

function graphemeColumns(grapheme: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(grapheme)) return 0;
  if (/\p{Emoji_Presentation}/u.test(grapheme)) return 2;
  if (/\p{Extended_Pictographic}\ufe0f/u.test(grapheme)) return 2;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** Hangul Jamo, CJK with its punctuation and compatibility blocks, Hangul, full-width forms (Unicode TR 11: W and F). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
