import { describe, expect, it } from 'vitest';
import { applyTextEdits } from './apply-edits.ts';
import type { YamlEdit } from './edits.ts';
import { resolveEdits } from './resolve-edits.ts';

/** The text after an edit; undefined where the edit has no place. */
function edited(text: string, edit: YamlEdit): string | undefined {
  const resolved = resolveEdits(text, [edit]);
  return resolved && applyTextEdits(text, resolved);
}

function rangeOf(text: string, part: string) {
  const start = text.indexOf(part);
  return { start, end: start + part.length };
}

describe('insert-comment', () => {
  const insert = (text: string, at: string) =>
    edited(text, { kind: 'insert-comment', range: rangeOf(text, at), text: '# c' });

  it.each([
    ['above a key', 'a:\n  b: X\n', 'a:\n  # c\n  b: X\n'],
    ['above an item', 'a:\n  - b: 1\n    c: X\n  - X2\n', 'a:\n  - b: 1\n    # c\n    c: X\n  - X2\n'],
    ['in a flow list', 'a: [\n  b,\n  X\n]\n', 'a: [\n  b,\n  # c\n  X\n]\n'],
    ['at the beginning', 'X: b\n', '# c\nX: b\n'],
    ['behind a byte order mark', '\ufeffX: b\n', '\ufeff# c\nX: b\n'],
    ['with CRLF', 'a:\r\n  b: X\r\n', 'a:\r\n  # c\r\n  b: X\r\n'],
  ])('%s', (_title, before, after) => {
    expect(insert(before, 'X')).toBe(after);
  });

  it('writes none where it would be text, or stand in another document', () => {
    expect(insert('a: "b\n  X"\n', 'X')).toBeUndefined();
    expect(insert('a: |\n  b\n  X\n', 'X')).toBeUndefined();
    expect(insert('a: b\n--- {c: X}\n', 'X')).toBeUndefined();
  });
});

describe('replace-comment', () => {
  const replace = (text: string, part: string, by: string) =>
    edited(text, { kind: 'replace-comment', range: rangeOf(text, part), text: by });

  it.each([
    ['a part', 'a: b # one two\n', 'one', '1', 'a: b # 1 two\n'],
    ['a whole one', 'a: b # one\n', '# one', '# 1', 'a: b # 1\n'],
    ['one beside text, by nothing', 'a: b  # one\nc: d\n', '# one', '', 'a: b\nc: d\n'],
    ['one alone on its line, by nothing', 'a:\n  # one\n  b: c\n', '# one', '', 'a:\n  b: c\n'],
    ['the last line, by nothing', 'a: b\n# one', '# one', '', 'a: b\n'],
  ])('%s', (_title, before, part, by, after) => {
    expect(replace(before, part, by)).toBe(after);
  });

  it('leaves alone what is no comment', () => {
    expect(replace('a: "# one"\n', '# one', '')).toBeUndefined();
  });
});

describe('set-path', () => {
  const set = (text: string) => edited(text, { kind: 'set-path', path: ['rules', 'one'], value: 'hint' });

  it.each([
    ['in an empty file', '', 'rules:\n  one: hint\n'],
    ['in a file of comments', '# team\n', '# team\nrules:\n  one: hint\n'],
    ['where the first key is missing', 'a: [b]\n', 'a: [b]\nrules:\n  one: hint\n'],
    ['where the first key is empty', 'rules:\na: b\n', 'rules:\n  one: hint\na: b\n'],
    ['beside others', 'rules:\n  two: off\n', 'rules:\n  two: off\n  one: hint\n'],
    ['beside others in braces', 'rules: {two: off}\n', 'rules: {two: off, one: hint}\n'],
    ['in place of another value', 'rules:\n  one: error # why\n', 'rules:\n  one: hint # why\n'],
  ])('%s', (_title, before, after) => {
    expect(set(before)).toBe(after);
  });

  it('does nothing where something else is in the way', () => {
    expect(set('rules: [one]\n')).toBeUndefined();
  });
});
