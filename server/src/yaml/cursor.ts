/** Where a position in a text that is being typed is in its YAML: the way from the root to it, and the token that it is in. */
import { readLeniently } from './lenient.ts';
import { isBlankOrEnd, MARK } from './lenient-text.ts';
import type { Range, YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from './nodes.ts';
import { splitDocuments } from './slices.ts';

export interface Cursor {
  /** The document as it would be without the token. Ranges in it are good for comparing them with each other only. */
  readonly root: YamlNode;
  /** From the root to the token. */
  readonly steps: readonly Step[];
  readonly token: Token;
}

export type Step =
  | { readonly node: YamlMapping; readonly key: string }
  | { readonly node: YamlSequence; readonly index: number };

/** What is written where the cursor is; empty between two tokens. */
export interface Token {
  /** In the text that was given, quotes included: all that a choice replaces. */
  readonly range: Range;
  /** What is written of it before the cursor, without its quote. */
  readonly typed: string;
  readonly style: 'plain' | 'single' | 'double';
  readonly within: 'block' | 'flow' | 'json';
  /** `key`: the name of a field goes here, into the mapping that the last step leads to. */
  readonly is: 'value' | 'key';
  /** What is missing before it: the blank after a colon or dash, or the dash of a list's item. */
  readonly lacks: 'nothing' | 'blank' | 'dash';
  /** Whether it is the first on its line. */
  readonly leads: boolean;
  /** Of a key: whether its colon is there. */
  readonly hasColon: boolean;
}

/**
 * Finds the place of a position. Never throws.
 *
 * @param offset in UTF-16 code units, at most the length of `text`
 * @returns undefined in comments, block scalars and template expressions, and where no value or key can be
 */
export function cursorAt(text: string, offset: number): Cursor | undefined {
  if (offset < 0 || offset > text.length || text.includes(MARK) || isInTemplate(text, offset)) return undefined;
  // With the mark in it, a line between two documents would be none.
  if (/^(---|\.\.\.)$/.test(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))) return undefined;
  const marked = text.slice(0, offset) + MARK + text.slice(offset);
  const document = splitDocuments(marked).find(({ start, end }) => start <= offset && offset < end);
  const tree = document && readLeniently(marked, document);
  const found = tree && find(tree, offset);
  if (!found || found.scalar.style === 'block') return undefined;
  const { scalar } = found;
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, scalar.range.start);
  const typed = scalar.text.slice(0, scalar.text.indexOf(MARK));
  // A template's expression is nobody's word.
  if (/\{\{|\$\{/.test(scalar.text)) return undefined;
  const leads = before.trim() === '';
  const last = found.steps.at(-1);
  return {
    root: found.without,
    steps: found.steps,
    token: {
      range: { start: scalar.range.start, end: scalar.range.end - 1 },
      typed,
      style: scalar.style === 'plain' || scalar.style === 'block' ? 'plain' : scalar.style,
      within: withinOf(found.steps, marked, document),
      is: found.is,
      lacks: lackOf(text, scalar, leads, last),
      leads,
      hasColon: found.is === 'key' && /^[ \t]*:/.test(text.slice(scalar.range.end - 1, scalar.range.end + 99)),
    },
  };
}

interface Found {
  readonly scalar: YamlScalar;
  readonly is: Token['is'];
  readonly steps: readonly Step[];
  readonly without: YamlNode;
}

/** Finds the scalar with the mark, and makes the tree without it on the way back. */
function find(node: YamlNode, mark: number): Found | undefined {
  if (node.kind === 'scalar') {
    if (!node.text.includes(MARK)) return undefined;
    return { scalar: node, is: 'value', steps: [], without: nothing(node) };
  }
  return node.kind === 'sequence' ? findInSequence(node, mark) : findInMapping(node, mark);
}

function findInSequence(node: YamlSequence, mark: number): Found | undefined {
  for (const [index, item] of node.items.entries()) {
    if (!holds(item.range, mark)) continue;
    const found = find(item, mark);
    if (!found) continue;
    const kept = item.kind === 'scalar' ? [] : [found.without];
    const without = { ...node, items: [...node.items.slice(0, index), ...kept, ...node.items.slice(index + 1)] };
    return { ...found, without, steps: [{ node: without, index }, ...found.steps] };
  }
  return undefined;
}

function findInMapping(node: YamlMapping, mark: number): Found | undefined {
  for (const [index, entry] of node.entries.entries()) {
    const { key, value } = entry;
    const others = (by: readonly YamlEntry[]) => ({
      ...node,
      entries: [...node.entries.slice(0, index), ...by, ...node.entries.slice(index + 1)],
    });
    if (key.text.includes(MARK)) {
      const without = others([]);
      return { scalar: key, is: 'key', without, steps: [{ node: without, key: '' }] };
    }
    const found = holds(value.range, mark) ? find(value, mark) : undefined;
    if (!found) continue;
    const without = others([{ key, value: found.without }]);
    return { ...found, without, steps: [{ node: without, key: key.text }, ...found.steps] };
  }
  return undefined;
}

function holds({ start, end }: Range, mark: number): boolean {
  return start <= mark && mark < end;
}

function nothing({ range }: YamlScalar): YamlScalar {
  return { kind: 'scalar', range: { start: range.start, end: range.start }, text: '', value: null, style: 'plain' };
}

function withinOf(steps: readonly Step[], text: string, { start, end }: Range): Token['within'] {
  if (/^\s*[{[]\s*["{}\]]/.test(text.slice(start, Math.min(end, start + 200)))) return 'json';
  return steps.some(({ node }) => node.style === 'flow') ? 'flow' : 'block';
}

function lackOf(text: string, { range }: YamlScalar, leads: boolean, last: Step | undefined): Token['lacks'] {
  const isItem = last !== undefined && 'index' in last;
  if (leads) return isItem && last.node.style === 'block' ? 'dash' : 'nothing';
  const before = text.charAt(range.start - 1);
  if (isBlankOrEnd(text, range.start - 1)) return 'nothing';
  return before === ':' || (before === '-' && isItem && last.node.style === 'block') ? 'blank' : 'nothing';
}

/** Whether a `{{` is open on the line before the offset. */
function isInTemplate(text: string, offset: number): boolean {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return before.lastIndexOf('{{') > before.lastIndexOf('}}');
}
