/** One document's text to our nodes, through the composer of the `yaml` package. */
import { type Alias, Composer, type Document, isAlias, isMap, isScalar, isSeq, Parser, type YAMLError } from 'yaml';
import type { Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { Aliases } from './aliases.ts';
import { mergedEntries, reportDuplicates } from './entries.ts';
import type { Range, YamlDocument, YamlEntry, YamlMapping, YamlNode, YamlProblem, YamlScalar } from './nodes.ts';
import { readPlainBlocks } from './plain-blocks.ts';
import { problemOf } from './problems.ts';
import { resolvePlain, resolveTagged } from './scalars.ts';

const OPTIONS = {
  // Every plain scalar stays text: what it means to Kubernetes is decided in scalars.ts.
  schema: 'failsafe',
  prettyErrors: false,
  uniqueKeys: false,
  strict: true,
  logLevel: 'silent',
} as const;

/**
 * Composes the document in `range` of `text`. Never throws.
 *
 * @returns the document; its problems are in text order
 */
export function composeDocument(text: string, range: Range): YamlDocument {
  const root = readPlainBlocks(text, range);
  return root === undefined ? composeAnyDocument(text, range) : { range, root, problems: [] };
}

/** The same by the full parser alone: what the quick reader must agree with. */
export function composeAnyDocument(text: string, range: Range): YamlDocument {
  const errors: YAMLError[] = [];
  const problems: YamlProblem[] = [];
  try {
    let root: YamlNode | undefined;
    for (const each of composed(text.slice(range.start, range.end))) {
      for (const error of each.errors) errors.push(error);
      if (root === undefined && each.contents !== null) {
        const read = new Conversion(text, range, problems).node(each.contents);
        if (read !== undefined && !isEmpty(read)) root = read;
      }
    }
    for (const error of errors) {
      if (toleratesTabs(error, text, range)) continue;
      problems.push(problemOf(error, text, range, root));
    }
    const sorted = withoutEchoes(problems);
    return root === undefined ? { range, problems: sorted } : { range, root, problems: sorted };
  } catch {
    const message = 'This document is nested too deeply to be read.';
    return { range, problems: [{ code: 'too-large', range: firstLine(text, range), message }] };
  }
}

/** Nobody looks at the stacks of the parser's complaints, and a template can give 100,000 of them: collecting stacks would take most of the time. */
function composed(slice: string): readonly Document[] {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return [...new Composer(OPTIONS).compose(new Parser().parse(slice))];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function isEmpty(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.style === 'plain' && node.range.start === node.range.end;
}

/** JSON may be indented with tabs: what reads it is not a YAML parser then. */
function toleratesTabs(error: YAMLError, text: string, range: Range): boolean {
  return error.code === 'TAB_AS_INDENT' && /^\s*[{[]/.test(text.slice(range.start, range.start + 200));
}

/** In text order; of several problems in one line, or that follow from one another, the first. */
function withoutEchoes(problems: readonly YamlProblem[]): readonly YamlProblem[] {
  if (problems.length < 2) return problems;
  const sorted = [...problems].sort((a, b) => a.range.start - b.range.start);
  const syntax = sorted.find((each) => each.code === 'syntax' || each.code === 'tab-indentation');
  return sorted.filter((each) => each === syntax || each.code === 'duplicate-key' || each.code === 'unresolved-alias');
}

function firstLine(text: string, range: Range): Range {
  const newline = text.indexOf('\n', range.start);
  return { start: range.start, end: newline < 0 ? range.end : Math.min(newline, range.end) };
}

type LibraryNode = Scalar | YAMLMap | YAMLSeq | Alias;

class Conversion {
  readonly #aliases: Aliases;

  constructor(
    readonly text: string,
    readonly document: Range,
    readonly problems: YamlProblem[],
  ) {
    this.#aliases = new Aliases(problems);
  }

  node(node: unknown): YamlNode | undefined {
    if (isAlias(node)) return this.#aliases.resolve(node.source, this.#range(node));
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return undefined;
    const anchor = node.anchor;
    if (anchor === undefined) return this.#convert(node as LibraryNode);
    this.#aliases.open(anchor);
    const converted = this.#convert(node as LibraryNode);
    this.#aliases.close(anchor, converted);
    return converted;
  }

  #convert(node: LibraryNode): YamlNode {
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node)) return this.#mapping(node);
    return this.#sequence(node as YAMLSeq);
  }

  #scalar(node: Scalar): YamlScalar {
    const text = typeof node.value === 'string' ? node.value : '';
    const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
    const range = this.#range(node);
    if (node.tag !== undefined) return { kind: 'scalar', range, text, value: resolveTagged(node.tag, text), style };
    return { kind: 'scalar', range, text, value: style === 'plain' ? resolvePlain(text) : text, style };
  }

  #mapping(node: YAMLMap): YamlMapping {
    const style = node.flow ? 'flow' : 'block';
    const start = this.#range(node).start;
    const entries: YamlEntry[] = [];
    let hasMerge = false;
    for (const pair of node.items as Pair<unknown, unknown>[]) {
      const key = this.#key(pair.key);
      const value = this.node(pair.value) ?? missing(key.range.end);
      if (key.text === '<<' && key.style === 'plain') hasMerge = true;
      entries.push({ key, value });
    }
    reportDuplicates(entries, this.problems);
    const range = style === 'flow' ? this.#range(node) : { start, end: endOf(entries, start) };
    return { kind: 'mapping', range, style, entries: hasMerge ? mergedEntries(entries) : entries };
  }

  #sequence(node: YAMLSeq): YamlNode {
    const style = node.flow ? 'flow' : 'block';
    const own = this.#range(node);
    const items: YamlNode[] = [];
    for (const item of node.items) {
      const read = this.node(item) ?? this.#pairInList(item);
      if (read !== undefined) items.push(this.#withColon(read));
    }
    const last = items.at(-1)?.range.end ?? own.start;
    const range = style === 'flow' ? own : { start: own.start, end: Math.max(last, own.start) };
    return { kind: 'sequence', range, style, items };
  }

  /** `[a: 1]` is a list of one mapping, which the library gives as a pair. */
  #pairInList(item: unknown): YamlNode | undefined {
    if (typeof item !== 'object' || item === null || !('key' in item) || !('value' in item)) return undefined;
    const key = this.#key(item.key);
    const value = this.node(item.value) ?? missing(key.range.end);
    const range = { start: key.range.start, end: Math.max(key.range.end, value.range.end) };
    return { kind: 'mapping', range, style: 'flow', entries: [{ key, value }] };
  }

  /**
   * In `[2001:db8::]` the last colon is a part of the address to go-yaml, which wants a blank after one that ends a key; to the library
   * it ends a key without a value.
   */
  #withColon(node: YamlNode): YamlNode {
    if (node.kind !== 'mapping' || node.style !== 'flow' || node.entries.length !== 1) return node;
    const [entry] = node.entries;
    if (entry?.key.style !== 'plain' || this.text.startsWith('{', node.range.start)) return node;
    const { end } = entry.key.range;
    if (entry.value.range.end > end + 1 || !/^:[,\]}]/.test(this.text.slice(end, end + 2))) return node;
    const text = `${entry.key.text}:`;
    return {
      kind: 'scalar',
      range: { start: entry.key.range.start, end: end + 1 },
      text,
      value: resolvePlain(text),
      style: 'plain',
    };
  }

  /** A key that is no scalar is taken for the text that it is written as: Kubernetes rejects it, and no field has that name. */
  #key(node: unknown): YamlScalar {
    const key = this.node(node);
    if (key === undefined) return missing(this.document.start);
    if (key.kind === 'scalar') return key;
    const text = this.text.slice(key.range.start, key.range.end);
    return { kind: 'scalar', range: key.range, text, value: text, style: 'plain' };
  }

  #range(node: LibraryNode): Range {
    const [from = 0, to = 0] = node.range ?? [];
    const start = Math.min(this.document.start + from, this.document.end);
    let end = Math.min(this.document.start + to, this.document.end);
    while (end > start && isBlank(this.text.charCodeAt(end - 1))) end--;
    return { start, end };
  }
}

const STYLES: Readonly<Record<string, YamlScalar['style']>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'block',
  BLOCK_FOLDED: 'block',
};

function isBlank(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}

function missing(at: number): YamlScalar {
  return { kind: 'scalar', range: { start: at, end: at }, text: '', value: null, style: 'plain' };
}

function endOf(entries: readonly YamlEntry[], start: number): number {
  const last = entries.at(-1);
  return last === undefined ? start : Math.max(last.value.range.end, last.key.range.end, start);
}
