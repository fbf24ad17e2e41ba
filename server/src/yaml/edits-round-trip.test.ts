import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyTextEdits } from './apply-edits.ts';
import { parseDocuments } from './documents.ts';
import type { YamlData, YamlEdit } from './edits.ts';
import { valueAt } from './entries.ts';
import type { YamlNode } from './nodes.ts';
import { resolveEdits } from './resolve-edits.ts';

type Object = { readonly [key: string]: YamlData };

const KEYS = ['a', 'hosts', 'x-y', 'number', 'on', 'a b', '80', 'é'];
const TEXTS = [
  'x',
  'api.example.com',
  '*',
  '.',
  '~',
  'on',
  '0777',
  '1_000',
  'a: b',
  'a #b',
  "it's",
  '"q"',
  '- a',
  '',
  ' a',
  '{a}',
  'a,b',
];
const OTHERS = [
  'team/*',
  '*.example.com',
  'é 🚀',
  '\\d+',
  '@a',
  '%a',
  '&a',
  '!a',
  '?',
  '? a',
  '-',
  'null',
  'a:',
  '---',
  'x]',
  '<<',
  '=',
  'y',
];

const scalar: fc.Arbitrary<YamlData> = fc.oneof(
  fc.constantFrom(...TEXTS, ...OTHERS),
  fc.integer({ min: -5, max: 70000 }),
  fc.boolean(),
);
const { data } = fc.letrec<{ data: YamlData; list: readonly YamlData[]; object: Object }>((tie) => ({
  data: fc.oneof({ maxDepth: 3, depthSize: 'small' }, scalar, tie('list'), tie('object')),
  list: fc.array(tie('data'), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom(...KEYS), tie('data'), { maxKeys: 3 }),
}));

interface Form {
  readonly indent: number;
  readonly listIndent: 'none' | 'full';
  readonly quotes: 'single' | 'double' | 'plain';
  readonly flowFrom: number;
  readonly comments: 'yes' | 'no';
  readonly newline: '\n' | '\r\n';
}

const form: fc.Arbitrary<Form> = fc.record({
  indent: fc.integer({ min: 1, max: 4 }),
  listIndent: fc.constantFrom('none', 'full'),
  quotes: fc.constantFrom('single', 'double', 'plain'),
  flowFrom: fc.integer({ min: 0, max: 4 }),
  comments: fc.constantFrom('yes', 'no'),
  newline: fc.constantFrom('\n', '\r\n'),
});

/** Writes data in a form that people use, with comments that are numbered. */
function write(root: Object, style: Form): string {
  let count = 0;
  const note = () => (style.comments === 'yes' ? ` # c${count++}` : '');
  const text = (value: YamlData): string => {
    if (typeof value !== 'string') return JSON.stringify(value);
    if (style.quotes === 'plain' && /^[a-wz][\w.]*$/.test(value) && !['on', 'null'].includes(value)) return value;
    return style.quotes === 'single' ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
  };
  const flow = (value: YamlData): string => {
    if (isList(value)) return `[${value.map(flow).join(', ')}]`;
    if (!isObject(value)) return text(value);
    return `{${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${flow(each)}`)
      .join(', ')}}`;
  };
  const isBlock = (value: YamlData, depth: number) =>
    depth < style.flowFrom &&
    ((isList(value) && value.length > 0) || (isObject(value) && Object.keys(value).length > 0));
  const block = (value: YamlData, indent: number, depth: number): string[] => {
    const pad = ' '.repeat(indent);
    if (isList(value)) {
      return value.flatMap((item) => {
        if (!isBlock(item, depth + 1)) return [`${pad}- ${flow(item)}${note()}`];
        const [first = '', ...rest] = block(item, indent + 2, depth + 1);
        return [`${pad}- ${first.trimStart()}`, ...rest];
      });
    }
    return Object.entries(value as Object).flatMap(([key, each]) => {
      const name = `${pad}${JSON.stringify(key)}:`;
      if (!isBlock(each, depth + 1)) return [`${name} ${flow(each)}${note()}`];
      const inner = isList(each) && style.listIndent === 'none' ? indent : indent + style.indent;
      return [`${name}${note()}`, ...block(each, inner, depth + 1)];
    });
  };
  const lines = isBlock(root, 0) ? block(root, 0, 0) : [flow(root)];
  return `${lines.join(style.newline)}${style.newline}`;
}

const isList = (value: YamlData | undefined): value is readonly YamlData[] => Array.isArray(value);
const isObject = (value: YamlData | undefined): value is Object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function dataOf(node: YamlNode | undefined): YamlData | undefined {
  if (!node || node.kind === 'scalar') return node?.value;
  if (node.kind === 'sequence') return node.items.map((item) => dataOf(item) ?? null);
  return Object.fromEntries(node.entries.map(({ key }) => [key.text, dataOf(valueAt(node, key.text)) ?? null]));
}

type Path = readonly (string | number)[];

function places(node: YamlNode, path: Path = []): readonly { readonly node: YamlNode; readonly path: Path }[] {
  const own = { node, path };
  if (node.kind === 'scalar') return [own];
  if (node.kind === 'sequence') return [own, ...node.items.flatMap((item, index) => places(item, [...path, index]))];
  return [own, ...node.entries.flatMap(({ key, value }) => places(value, [...path, key.text]))];
}

/** The data with something else at a path; `undefined` takes it out. */
function changed(
  root: YamlData,
  [step, ...rest]: Path,
  change: (old: YamlData) => YamlData | undefined,
): YamlData | undefined {
  if (step === undefined) return change(root);
  if (isList(root)) {
    return root.flatMap((item, index) => {
      const next = index === step ? changed(item, rest, change) : item;
      return next === undefined ? [] : [next];
    });
  }
  const entries = Object.entries(root as Object).flatMap(([key, each]) => {
    const next = key === String(step) ? changed(each, rest, change) : each;
    return next === undefined ? [] : [[key, next] as const];
  });
  return Object.fromEntries(entries);
}

interface Step {
  readonly edit: YamlEdit;
  readonly expected: YamlData | undefined;
}

/** The edits that are possible at a place, and what each makes of the data. */
function stepsAt(before: YamlData, { node, path }: { node: YamlNode; path: Path }, value: YamlData): readonly Step[] {
  const { range } = node;
  const steps: Step[] = [];
  const last = path.at(-1);
  if (typeof last === 'number') {
    steps.push({ edit: { kind: 'remove-item', range }, expected: changed(before, path, () => undefined) });
  }
  if (node.kind === 'scalar' && (typeof value === 'string' || typeof value === 'number')) {
    steps.push({ edit: { kind: 'replace-scalar', range, value }, expected: changed(before, path, () => value) });
  }
  if (node.kind === 'sequence') {
    const expected = changed(before, path, (old) => [...(old as readonly YamlData[]), value]);
    steps.push({ edit: { kind: 'append-item', range, value }, expected });
  }
  if (node.kind === 'mapping') {
    for (const key of ['hosts', 'new']) {
      const expected = changed(before, path, (old) => ({ ...(old as Object), [key]: value }));
      steps.push({ edit: { kind: 'set-key', range, key, value }, expected });
    }
    for (const { key } of node.entries) {
      const expected = changed(before, [...path, key.text], () => undefined);
      steps.push({ edit: { kind: 'remove-key', range, key: key.text }, expected });
    }
  }
  return steps;
}

describe('an edit', () => {
  it('makes of the data what it says, in every style, and keeps the comments of what stays', () => {
    const object = fc.dictionary(fc.constantFrom(...KEYS), data, { minKeys: 1, maxKeys: 4 });
    fc.assert(
      fc.property(object, form, data, fc.nat(), (root, style, value, pick) => {
        const text = write(root, style);
        const tree = parseDocuments(text).documents[0]?.root;
        if (!tree) throw new Error('no document');
        const before = dataOf(tree);
        expect(before).toEqual(root);
        const steps = places(tree).flatMap((place) => stepsAt(root, place, value));
        const step = steps[pick % steps.length];
        if (!step) return;
        const edits = resolveEdits(text, [step.edit]);
        if (!edits) throw new Error(`not resolved: ${JSON.stringify(step.edit)}`);
        const after = applyTextEdits(text, edits);
        const [document, ...others] = parseDocuments(after).documents;
        expect({ text: after, data: dataOf(document?.root), problems: document?.problems, others }).toEqual({
          text: after,
          data: step.expected,
          problems: [],
          others: [],
        });
        if (style.newline === '\r\n') expect(after.replaceAll('\r\n', '')).not.toContain('\n');
        const adds = step.edit.kind === 'set-key' && step.edit.key === 'new';
        if (adds || step.edit.kind === 'append-item' || step.edit.kind === 'replace-scalar') {
          for (const comment of text.match(/ # c\d+/g) ?? []) expect(after).toContain(comment);
        }
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});
