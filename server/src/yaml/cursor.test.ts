import { describe, expect, it } from 'vitest';
import { cursorAt } from './cursor.ts';
import type { YamlNode } from './nodes.ts';

/** `path "typed" [what a choice replaces] extras`, for the `|` in a text; undefined where nothing goes there. */
function at(marked: string): string | undefined {
  const offset = marked.lastIndexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const cursor = cursorAt(text, offset);
  if (!cursor) return undefined;
  const { is, lacks, range, typed, within, hasColon } = cursor.token;
  const path = cursor.steps.map((each) => ('index' in each ? `[${each.index}]` : `.${each.key}`)).join('');
  const extras = [
    is === 'key' ? 'key' : '',
    lacks === 'nothing' ? '' : `lacks ${lacks}`,
    within,
    hasColon ? 'has colon' : '',
  ];
  const replaced = text.slice(range.start, range.end);
  return [path, `"${typed}"`, `[${replaced}]`, ...extras.filter((each) => each !== '')].join(' ');
}

/** The tree without the token, as JSON. */
function treeAt(marked: string): unknown {
  const offset = marked.lastIndexOf('|');
  const root = cursorAt(marked.slice(0, offset) + marked.slice(offset + 1), offset)?.root;
  return root && plain(root);
}

function plain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'sequence') return node.items.map(plain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, plain(value)]));
}

describe('the place of a cursor', () => {
  it.each([
    ['an empty value', 'spec:\n  host: |\n', '.spec.host "" [] block'],
    ['in a word', 'spec:\n  host: a.ex|ample.com # ours\n', '.spec.host "a.ex" [a.example.com] block'],
    ['right after a colon', 'spec:\n  host:|\n', '.spec.host "" [] lacks blank block'],
    ['in double quotes', 'host: "a.|b"\n', '.host "a." ["a.b"] block'],
    ['in quotes that are not closed', "host: 'a.|\n", '.host "a." [\'a.] block'],
    ['a list with a dash only', 'a:\n  - x\n  - |\n', '.a[1] "" [] block'],
    ['right after a dash', 'a:\n  - x\n  -|\n', '.a[1] "" [] lacks blank block'],
    ['a list in the column of its key', 'a:\n- x\n- y|\nb: 1\n', '.a[1] "y" [y] block'],
    ['where a dash is missing', 'a:\n  - x\n  y|\n', '.a[1] "y" [y] lacks dash block'],
    ['a dash missing before the first item', 'a:\n  |\n  - x\n', '.a[0] "" [] lacks dash block'],
    ['below a key', 'a:\n  |\nb: 1\n', '.a "" [] block'],
    ['a flow list', 'a: [x, |]\n', '.a[1] "" [] flow'],
    ['between two items of it', 'a: [x, |, z]\n', '.a[1] "" [] flow'],
    ['a flow list that is not closed', 'a: [x, y|\nb: 1\n', '.a[1] "y" [y] flow'],
    ['a flow list over lines', 'a: [\n  x,\n  y|\n]\n', '.a[1] "y" [y] flow'],
    ['quotes in a flow list that are not closed', 'a: ["x|, y]\n', '.a[0] "x" ["x] flow'],
    ['a flow mapping', 'port: {number: |, name: x}\n', '.port.number "" [] flow'],
    ['a key of a flow mapping', 'port: {number: 80, |}\n', '.port. "" [] key flow'],
    ['a key without a colon', 'a:\n  b: 1\n  c|\n  d: 2\n', '.a. "c" [c] key block'],
    ['a first key without a colon', 'a:\n  c|\n  d: 2\n', '.a. "c" [c] key block'],
    ['a key with its colon', 'a:\n  b|c: 1\n', '.a. "b" [bc] key block has colon'],
    ['an item that is a mapping', 'a:\n  - b: 1\n    c: |\n', '.a[0].c "" [] block'],
    ['mappings in items in items', 'a:\n  - - b: |\n', '.a[0][0].b "" [] block'],
    ['after a comment', 'a: # about a\n  # more\n  - |\n', '.a[0] "" [] block'],
    ['after what does not parse', 'a: "open\n  : }\nb: [1, {\nc:\n  - |\n', '.c[0] "" [] block'],
    ['behind a block scalar', 'a: >-\n  b: x\n  c\nd: |\n', '.d "" [] block'],
    ['CRLF', 'a:\r\n  - x|\r\n  - y\r\n', '.a[0] "x" [x] block'],
    ['JSON', '{"a": {"b": ["x|"]}}\n', '.a.b[0] "x" ["x"] json'],
    ['the second document', 'a: 1\n---\nb: |\n---\nc: 1\n', '.b "" [] block'],
    ['behind an anchor', 'a: &x |\n', '.a "" [] block'],
    ['beside a template', 'a: {{ .x }}\nb: |\n', '.b "" [] block'],
    ['the lines of a template', 'a:\n  {{- if .x }}\n  b: |\n  {{- end }}\n', '.a.b "" [] block'],
    ['the end of the text', 'a:\n  b: |', '.a.b "" [] block'],
    ['a byte order mark', '\ufeffa: |', '.a "" [] block'],
  ])('%s', (_, text, expected) => {
    expect(at(text)).toBe(expected);
  });

  it.each([
    ['a comment', 'a: 1 # see |\n'],
    ['a comment on a line of its own', 'a:\n  # |\n  b: 1\n'],
    ['a block scalar', 'a: >-\n  b: |\n'],
    ['a template expression', 'a: {{ .Values.| }}\n'],
    ['a template expression in quotes', 'a: "{{ .x }}.|"\n'],
    ['a placeholder', 'a: ${HOS|T}\n'],
    ['behind a closing quote', 'a: "x"|\n'],
    ['behind a closing bracket', 'a: [x] |\n'],
    ['a marker of documents', '---|\n'],
  ])('is none in %s', (_, text) => {
    expect(at(text)).toBeUndefined();
  });

  it('leaves the rest of the document as it is', () => {
    expect(treeAt('a:\n  - b: 1\n    c: [x, y|, z]\n  - d\nno: yes\n')).toEqual({
      a: [{ b: 1, c: ['x', 'z'] }, 'd'],
      no: true,
    });
    expect(treeAt('a:\n  b: 1\n  c|\n')).toEqual({ a: { b: 1 } });
  });

  it('is found or not in any text, and never fails', () => {
    const text =
      'a: [x, {b: "c", d: [}\n- - e: \'f\n  g: >\n   h\n? {{ i }}: &j !k |-\n"l": *m\n\t- n # o\n---\n{"p": ["q"\n';
    for (let cut = 0; cut <= text.length; cut++) {
      for (const part of [text.slice(0, cut), text.slice(cut)]) {
        for (let offset = 0; offset <= part.length; offset++) {
          const range = cursorAt(part, offset)?.token.range ?? { start: offset, end: offset };
          expect(range.start <= offset && offset <= range.end && range.end <= part.length).toBe(true);
        }
      }
    }
  });
});
