import { describe, expect, it } from 'vitest';
import { parseDocuments } from './documents.ts';
import type { YamlData } from './edits.ts';
import { valueAt } from './entries.ts';
import type { YamlNode } from './nodes.ts';

/** What a node means, as plain data; of duplicate keys the last counts. */
function dataOf(node: YamlNode | undefined): YamlData | undefined {
  if (!node) return undefined;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map((item) => dataOf(item) ?? null);
  return Object.fromEntries(node.entries.map(({ key }) => [key.text, dataOf(valueAt(node, key.text)) ?? null]));
}

const read = (text: string) => parseDocuments(text).documents;
const data = (text: string) => read(text).map(({ root }) => dataOf(root));
const problems = (text: string) =>
  read(text).flatMap((each) =>
    each.problems.map(({ code, range, message }) => [code, text.slice(range.start, range.end), message]),
  );

/** Every scalar's text in the file, in text order. */
function written(text: string): readonly string[] {
  const result: string[] = [];
  const visit = (node: YamlNode) => {
    if (node.kind === 'scalar') result.push(text.slice(node.range.start, node.range.end));
    else if (node.kind === 'sequence') node.items.forEach(visit);
    else for (const { key, value } of node.entries) [key, value].forEach(visit);
  };
  for (const { root } of read(text)) if (root) visit(root);
  return result;
}

describe('parseDocuments', () => {
  it('takes a colon before a bracket for a part of the value, as go-yaml does', () => {
    expect(data('a: [2001:db8::, ::]\n')).toEqual([{ a: ['2001:db8::', '::'] }]);
    expect(written('a: [2001:db8::]\n')).toEqual(['a', '2001:db8::']);
    expect(data('a: [b: , {c:}]\n')).toEqual([{ a: [{ b: null }, { c: null }] }]);
  });

  it.each([
    ['nothing', '', []],
    ['comments alone', '# a\n\n# b\n', []],
    ['one without a marker', 'a: 1\n', [{ a: 1 }]],
    ['leading and trailing markers', '---\na: 1\n---\n', [{ a: 1 }, undefined]],
    ['comments before the first marker', '# c\n---\na: 1\n', [{ a: 1 }]],
    ['content on the marker line', '--- {a: 1}\n--- text\n', [{ a: 1 }, 'text']],
    ['a comment on the marker line', '--- # c\na: 1\n', [{ a: 1 }]],
    ['document ends', 'a: 1\n...\n---\nb: 2\n...\n', [{ a: 1 }, { b: 2 }]],
    ['directives', '%YAML 1.1\n---\na: 1\n', [{ a: 1 }]],
    ['CRLF', 'a: 1\r\n---\r\nb: |\r\n  x\r\n  y\r\n', [{ a: 1 }, { b: 'x\ny\n' }]],
    ['a byte order mark', '\ufeffa: 1\n', [{ a: 1 }]],
    ['dashes that are no marker', 'a: ---\nb: |\n  ---\n', [{ a: '---', b: '---\n' }]],
  ])('reads %s', (_title, text, expected) => {
    expect(data(text)).toEqual(expected);
    expect(problems(text)).toEqual([]);
  });

  it.each([
    ['blanks before colons', 'a : 1\n', { a: 1 }],
    ['folded text', 'a: >-\n  one\n  two\n', { a: 'one two' }],
    ['text over several lines', 'a: one\n  two\n', { a: 'one two' }],
    ['escapes', "a: \"x\\ny\\u00e9\"\nb: 'it''s'\n", { a: 'x\nyé', b: "it's" }],
    ['flow style over several lines', 'a: [1,\n  {b: c},  # d\n  e: f\n]\n', { a: [1, { b: 'c' }, { e: 'f' }] }],
    ['lists without indentation', 'a:\n- 1\n-\n  b: 2\n', { a: [1, { b: 2 }] }],
    ['missing values', 'a:\nb: [c, ]\nd: {e}\n', { a: null, b: ['c'], d: { e: null } }],
    ['anchors', 'a: &x {b: 1}\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
    ['merge keys', 'a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n', { a: { b: 1, c: 2 }, d: { b: 1, c: 3 } }],
    ['merge lists', 'd: {<<: [{b: 1}, {b: 2, c: 3}]}\n', { d: { b: 1, c: 3 } }],
    ['JSON with tabs', '{\n\t"a": [\n\t\t1\n\t]\n}\n', { a: [1] }],
    ['emoji and Korean', '# 🚀\na: 안녕 🚀\n', { a: '안녕 🚀' }],
  ])('reads %s', (_title, text, expected) => {
    expect(data(text)).toEqual([expected]);
    expect(problems(text)).toEqual([]);
  });

  it('gives every value its own range', () => {
    const text = '# é🚀\na : "b" # c\nd:\n- e   \n- [f, \'g\']\n---\nh: >-\n  i\n  j\n\nk:\n';
    expect(written(text)).toEqual(['a', '"b"', 'd', 'e', 'f', "'g'", 'h', '>-\n  i\n  j', 'k', '']);
  });

  it.each([
    ['a missing colon', 'a: 1\nb\nc: 2\n', 'syntax', 'b'],
    ['a missing bracket', 'a: [b, c\nd: 1\n', 'syntax', '[b, c'],
    ['a missing quote', 'a: "b\nc: 1\n', 'syntax', '"b'],
    ['a tab', 'a:\n\tb: 1\n', 'tab-indentation', 'b: 1'],
    ['wrong indentation', 'a:\n    b: 1\n  c: 2\n', 'syntax', 'c: 2'],
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', 'duplicate-key', 'a'],
    ['an unknown alias', 'a: *b\n', 'unresolved-alias', '*b'],
    ['an unquoted star', 'a:\n- *.example.com\n', 'unresolved-alias', '*.example.com'],
    ['a star alone', 'a:\n- *\n', 'syntax', '*'],
    ['no blank after a colon', 'a: 1\nb:c\n', 'syntax', 'b:c'],
    ['no blank after a dash', 'a:\n-b\nc: 1\n', 'syntax', '-b'],
    ['an alias to what it is in', 'a: &x [*x]\n', 'unresolved-alias', '*x'],
  ])('reports %s once, at its place', (_title, text, code, place) => {
    expect(problems(text).map(([is, at]) => [is, at])).toEqual([[code, place]]);
  });

  it('keeps a problem within its document', () => {
    const [first, second, third] = read('a: 1\n---\nb: [\n---\nc: 1\n');
    expect([first, second, third].map((each) => each?.problems.length)).toEqual([0, 1, 0]);
    expect(dataOf(third?.root)).toEqual({ c: 1 });
  });

  it('survives depth, and aliases that stand for billions of values', () => {
    expect(problems(`a: ${'['.repeat(20_000)}`).map(([code]) => code)).toEqual([
      expect.stringMatching(/too-large|syntax/),
    ]);
    const lines = Array.from({ length: 30 }, (_, i) => `l${i}: &l${i} [${i ? `*l${i - 1}, *l${i - 1}` : 'x'}]`);
    expect(problems(lines.join('\n')).length).toBeGreaterThan(0);
  });

  it('does not parse again what is the same, and moves it where it moved', () => {
    const before = parseDocuments('a: 1\n---\nb: [2]\n---\nc: 3\n');
    const text = 'a: 100\n---\nb: [2]\n---\nc: 3\n';
    const after = parseDocuments(text, before);
    expect(after).toEqual(parseDocuments(text));
    const same = parseDocuments('a: 1\n---\nb: [2]\n---\nc: 4\n', before);
    expect(same.documents[0]).toBe(before.documents[0]);
    expect(same.documents[1]).toBe(before.documents[1]);
  });

  it('leaves out documents that are not wanted', () => {
    const { documents } = parseDocuments('a: 1\n---\nb: [\n---\nc: 3\n', undefined, (slice) => !slice.includes('['));
    expect(documents.map(({ root }) => dataOf(root))).toEqual([{ a: 1 }, { c: 3 }]);
  });
});
