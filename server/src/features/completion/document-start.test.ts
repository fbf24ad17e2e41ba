import { describe, expect, it } from 'vitest';
import { documentStartAt } from './document-start.ts';

/** The word at `|`, where a document begins. */
function at(marked: string): string | undefined {
  const text = marked.replace('|', '');
  const word = documentStartAt(text, marked.indexOf('|'));
  return word && text.slice(word.start, word.end);
}

describe('a document begins', () => {
  it.each([
    ['an empty file', '|', ''],
    ['a word', 'egress-h|', 'egress-h'],
    ['the middle of a word', 'egr|ess-http', 'egress-http'],
    ['below a comment', '# ours\n\n|', ''],
    ['after a separator', 'kind: A\n---\negress|', 'egress'],
    ['after a separator with a comment', 'kind: A\n--- # next\n|\n', ''],
    ['between two documents', 'kind: A\n---\n|\n---\nkind: B\n', ''],
    ['above the end of a document', '|\n...\n', ''],
    ['CRLF', 'kind: A\r\n---\r\negress|\r\n---\r\nkind: B\r\n', 'egress'],
  ])('%s', (_, text, word) => {
    expect(at(text)).toBe(word);
  });

  it.each([
    ['below a key', 'kind: A\n|'],
    ['above a key', '|\nkind: A\n'],
    ['in a value', 'kind: egress|'],
    ['in a key', 'egress|: a'],
    ['indented', '  egress|'],
    ['in a list', '- egress|'],
    ['in a comment', '# egress|'],
    ['in a separator', '--|-'],
    ['in a document that begins on the line of its separator', '--- a\n|'],
    ['behind the end of a document', 'kind: A\n...\n|'],
  ])('not: %s', (_, text) => {
    expect(at(text)).toBeUndefined();
  });
});
