import { expect, it } from 'vitest';
import { commentsIn } from './comments.ts';

/** Every comment as it is written; one that shares its line in brackets. */
function commentsOf(text: string): readonly string[] {
  return commentsIn(text, { start: 0, end: text.length }).map(({ range: { start, end }, alone }) => {
    const written = text.slice(start, end);
    return alone ? written : `(${written})`;
  });
}

it.each([
  ['above, beside and below', '# one\na: b # two\n  # three\n', ['# one', '(# two)', '# three']],
  ['in a flow list', 'a: [b, # one\n  # two\n  c]\n', ['(# one)', '# two']],
  ['at dashes', '--- # one\na: b\n', ['(# one)']],
  ['at the header of a block scalar', 'a: | # one\n  # text\n', ['(# one)']],
  ['below a block scalar, further out', 'a:\n  b: |\n    # text\n  # one\n', ['# one']],
  ['in a document that does not parse', 'a: [b: {\n# one\nc: "d # text\n', ['# one']],
  ['before line breaks of Windows', 'a: b # one\r\n# two\r\nc: d\r\n', ['(# one)', '# two']],
])('finds comments %s', (_title, text, expected) => {
  expect(commentsOf(text)).toEqual(expected);
});

it.each([
  ['quotes', 'a: "b # c"\nd: \'e # f\'\n'],
  ['several lines of quotes', 'a: "b\n  # c\n  d"\n'],
  ['a block scalar', 'a: |\n  # b\n  c # d\n'],
  ['a word', 'a#b: c#d\n'],
])('takes nothing in %s for a comment', (_title, text) => {
  expect(commentsOf(text)).toEqual([]);
});
