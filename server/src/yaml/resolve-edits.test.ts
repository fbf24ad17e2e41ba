import { describe, expect, it } from 'vitest';
import { applyTextEdits } from './apply-edits.ts';
import { parseDocuments } from './documents.ts';
import type { YamlEdit } from './edits.ts';
import type { Range, YamlNode } from './nodes.ts';
import { resolveEdits } from './resolve-edits.ts';

/** The text after edits. */
function edited(text: string, ...edits: YamlEdit[]): string {
  const resolved = resolveEdits(text, edits);
  expect(resolved).toBeDefined();
  return applyTextEdits(text, resolved ?? []);
}

/** The range of the value under a path of keys and indexes. */
function at(text: string, ...path: (string | number)[]): Range {
  let node: YamlNode | undefined = parseDocuments(text).documents[0]?.root;
  for (const step of path) {
    if (node?.kind === 'mapping') node = node.entries.find((each) => each.key.text === step)?.value;
    else if (node?.kind === 'sequence') node = node.items[step as number];
  }
  if (!node) throw new Error(`nothing at ${path.join('.')}`);
  return node.range;
}

const append = (text: string, value: string, ...path: string[]) =>
  edited(text, { kind: 'append-item', range: at(text, ...path), value });

describe('append-document', () => {
  const value = { kind: 'B', spec: { hosts: ['b', 'on'] } };
  const written = 'kind: B\nspec:\n  hosts:\n    - b\n    - "on"\n';

  it.each([
    ['after the last one', 'kind: A\n', `kind: A\n---\n${written}`],
    ['in a file without a line break at its end', 'kind: A', `kind: A\n---\n${written}`],
    ['in an empty file', '', written],
    ['after a comment alone', '# none yet\n', `# none yet\n${written}`],
    ['with CRLF', 'kind: A\r\n', `kind: A\r\n---\r\n${written.replaceAll('\n', '\r\n')}`],
  ])('%s', (_title, before, after) => {
    expect(edited(before, { kind: 'append-document', value })).toBe(after);
  });

  it('not to JSON, which holds one', () => {
    expect(resolveEdits('{"kind": "A"}', [{ kind: 'append-document', value }])).toBeUndefined();
  });
});

describe('append-item', () => {
  it.each([
    ['to a block list', 'a:\n  - x # first\nb: 1\n', 'a:\n  - x # first\n  - new\nb: 1\n'],
    ['to a list without indentation', 'a:\n- x\nb: 1\n', 'a:\n- x\n- new\nb: 1\n'],
    ['in double quotes', 'a:\n - "."\n', 'a:\n - "."\n - "new"\n'],
    ['in single quotes', "a: ['.']\n", "a: ['.', 'new']\n"],
    ['to a flow list', 'a: [x]  # all\n', 'a: [x, new]  # all\n'],
    ['to an empty flow list', 'a: []\n', 'a: [new]\n'],
    ['to a flow list over several lines', 'a: [\n  x,\n  y\n]\n', 'a: [\n  x,\n  y,\n  new\n]\n'],
    ['after a trailing comma', 'a: [x,]\n', 'a: [x, new]\n'],
    ['with CRLF', 'a:\r\n  - x\r\nb: 1\r\n', 'a:\r\n  - x\r\n  - new\r\nb: 1\r\n'],
    ['at the end of a file without a line break', 'a:\n  - x', 'a:\n  - x\n  - new'],
    ['to JSON', '{"a": ["x"], "b": 1}', '{"a": ["x", "new"], "b": 1}'],
    ['after an item of several lines', 'a:\n  - x: 1\n    y: 2\n# end\n', 'a:\n  - x: 1\n    y: 2\n  - new\n# end\n'],
  ])('%s', (_title, before, after) => {
    expect(append(before, 'new', 'a')).toBe(after);
  });

  it('quotes what YAML would read as something else', () => {
    expect(append('a:\n  - x\n', 'on', 'a')).toBe('a:\n  - x\n  - "on"\n');
    expect(append('a: [x]\n', '*', 'a')).toBe('a: [x, "*"]\n');
    expect(append('a: [x]\n', '~', 'a')).toBe('a: [x, "~"]\n');
    expect(append('a: [x]\n', '.', 'a')).toBe('a: [x, .]\n');
  });

  it('writes two at one place in their order', () => {
    const text = 'a: [x]\n';
    const range = at(text, 'a');
    const both: YamlEdit[] = ['v', 'w'].map((value) => ({ kind: 'append-item', range, value }));
    expect(edited(text, ...both)).toBe('a: [x, v, w]\n');
  });

  it('writes an object in block style', () => {
    const text = 'a:\n  - x: 1\n';
    const value = { number: 80, hosts: ['*'] };
    expect(edited(text, { kind: 'append-item', range: at(text, 'a'), value })).toBe(
      'a:\n  - x: 1\n  - number: 80\n    hosts:\n      - "*"\n',
    );
  });
});

describe('replace-scalar', () => {
  it.each([
    ['a plain one', 'a: x # note\n', 'new', 'a: new # note\n'],
    ['a quoted one', 'a: "x"\n', 'new', 'a: "new"\n'],
    ['a plain one by what needs quotes', 'a: x\n', '*.example.com', 'a: "*.example.com"\n'],
    ['one in a flow list', 'a: {b: x}\n', 'p,q', 'a: {b: "p,q"}\n'],
    ['a boolean by its own text', 'a: on\n', 'on', 'a: "on"\n'],
    ['a number', 'a: "80"\n', 80, 'a: 80\n'],
    ['a missing one', 'a:\nb: 1\n', 'new', 'a: new\nb: 1\n'],
  ])('%s', (_title, before, value, after) => {
    const path = before.includes('{b') ? ['a', 'b'] : ['a'];
    expect(edited(before, { kind: 'replace-scalar', range: at(before, ...path), value })).toBe(after);
  });

  it('is refused where the text has changed', () => {
    expect(
      resolveEdits('a: xyz\n', [{ kind: 'replace-scalar', range: { start: 3, end: 5 }, value: 'n' }]),
    ).toBeUndefined();
  });
});

describe('remove-item', () => {
  it.each([
    ['the first of a block list', 'a:\n  - x # one\n  - y\n', 0, 'a:\n  - y\n'],
    ['the last of a block list', 'a:\n  - x\n  - y\nb: 1\n', 1, 'a:\n  - x\nb: 1\n'],
    ['the only one', 'a:\n  - x\nb: 1\n', 0, 'a: []\nb: 1\n'],
    ['the first of a flow list', 'a: [x, y]\n', 0, 'a: [y]\n'],
    ['the last of a flow list', 'a: [x, y]\n', 1, 'a: [x]\n'],
  ])('%s', (_title, before, index, after) => {
    expect(edited(before, { kind: 'remove-item', range: at(before, 'a', index) })).toBe(after);
  });
});

describe('set-key and remove-key', () => {
  it('adds after the last entry, in the style of the mapping', () => {
    const block = 'a:\n  x: 1 # one\nb: 1\n';
    expect(edited(block, { kind: 'set-key', range: at(block, 'a'), key: 'k', value: ['*'] })).toBe(
      'a:\n  x: 1 # one\n  k:\n    - "*"\nb: 1\n',
    );
    const flow = 'a: {x: 1}\n';
    expect(edited(flow, { kind: 'set-key', range: at(flow, 'a'), key: 'k', value: 'z' })).toBe('a: {x: 1, k: z}\n');
    const json = '{"a": {"x": 1}}';
    expect(edited(json, { kind: 'set-key', range: at(json, 'a'), key: 'y', value: 'z' })).toBe(
      '{"a": {"x": 1, "y": "z"}}',
    );
  });

  it('replaces the value of a key', () => {
    const text = 'a:\n  x: 1 # one\n  y:\n    - 2\n';
    expect(edited(text, { kind: 'set-key', range: at(text, 'a'), key: 'x', value: 3 })).toBe(
      'a:\n  x: 3 # one\n  y:\n    - 2\n',
    );
    expect(edited(text, { kind: 'set-key', range: at(text, 'a'), key: 'y', value: 'z' })).toBe(
      'a:\n  x: 1 # one\n  y: z\n',
    );
  });

  it('removes an entry with its lines', () => {
    const text = 'a:\n  - x: 1\n    y: 2 # two\n    z: 3\n';
    expect(edited(text, { kind: 'remove-key', range: at(text, 'a', 0), key: 'y' })).toBe('a:\n  - x: 1\n    z: 3\n');
    expect(edited(text, { kind: 'remove-key', range: at(text, 'a', 0), key: 'x' })).toBe(
      'a:\n  - y: 2 # two\n    z: 3\n',
    );
  });
});

describe('append-path', () => {
  it.each([
    ['to nothing', '', 'external:\n  - new\n'],
    ['to comments alone', '# ours\n', '# ours\nexternal:\n  - new\n'],
    ['beside other keys', 'complete: [a]\n', 'complete: [a]\nexternal:\n  - new\n'],
    ['to the list', 'external: [x] # far\n', 'external: [x, new] # far\n'],
    ['to an empty key', 'external:\n', 'external: [new]\n'],
  ])('%s', (_title, before, after) => {
    expect(edited(before, { kind: 'append-path', path: ['external'], value: 'new' })).toBe(after);
  });
});

describe('move-item', () => {
  const route = `spec:
  tls:
    - a: 1
    # What the gateway does.
    - match: # of the gateway
        - port: 443
          sniHosts: [x]
      b: 2
`;

  function moved(text: string, index: number, key: string): string {
    return edited(text, {
      kind: 'move-item',
      range: at(text, 'spec', 'tls', index),
      key,
      changes: [],
    });
  }

  it('takes an item with its comments to a new list', () => {
    expect(moved(route, 1, 'tcp')).toBe(`spec:
  tls:
    - a: 1
  tcp:
    # What the gateway does.
    - match: # of the gateway
        - port: 443
          sniHosts: [x]
      b: 2
`);
  });

  it('takes the only item of a list with the list, to the end of another in its indentation', () => {
    const text = 'spec:\n  tcp:\n  - a: 1\n  tls:\n    - b:\n        c: 2 # two\n  d: 3\n';
    expect(moved(text, 0, 'tcp')).toBe('spec:\n  tcp:\n  - a: 1\n  - b:\n      c: 2 # two\n  d: 3\n');
  });

  it('changes the item on the way', () => {
    const range = at(route, 'spec', 'tls', 1);
    const changes = [{ kind: 'remove-key', range: at(route, 'spec', 'tls', 1, 'match', 0), key: 'sniHosts' }] as const;
    expect(edited(route, { kind: 'move-item', range, key: 'tcp', changes })).toBe(`spec:
  tls:
    - a: 1
  tcp:
    # What the gateway does.
    - match: # of the gateway
        - port: 443
      b: 2
`);
  });

  it('does not touch lists that are not written in lines of their own', () => {
    const flow = 'spec: {tls: [{a: 1}, {b: 2}]}\n';
    const range = at(flow, 'spec', 'tls', 1);
    expect(resolveEdits(flow, [{ kind: 'move-item', range, key: 'tcp', changes: [] }])).toBeUndefined();
  });
});
