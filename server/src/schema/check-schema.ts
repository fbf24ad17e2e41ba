/** Compares an object with the schema that the API server holds of its kind. */
import type { Range, YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../yaml/nodes.ts';
import { isPlaceholder, isPlaceholderMap, isPlaceholderWord, isTemplated } from '../yaml/placeholders.ts';
import { durationProblem } from './durations.ts';
import { quoted } from './names.ts';
import type { Findings, Judge, ProblemCode, ProblemFix, TypeMismatch } from './problem.ts';
import type { Limits, SchemaNode } from './schema.ts';
import { meantBy } from './suggest.ts';
import { firstKey } from './view.ts';

interface Step {
  readonly key: YamlScalar | number;
  readonly schema: SchemaNode;
  readonly node: YamlNode;
}

/** Checks one object; what it finds goes into `found`. */
export class SchemaCheck {
  readonly #found: Findings;
  /** The way to the node that is being looked at, with the schema of each node on it. */
  readonly #steps: Step[] = [];

  constructor(found: Findings) {
    this.#found = found;
  }

  /** Checks the value of an entry. */
  entry({ key, value }: YamlEntry, schema: SchemaNode): void {
    this.#steps.push({ key, schema, node: value });
    this.#node(value, schema);
    this.#steps.pop();
  }

  #node(node: YamlNode, schema: SchemaNode): void {
    if (schema.type === 'any') return;
    if (node.kind === 'scalar') this.#scalar(node, schema);
    else if (node.kind === 'mapping') this.#mapping(node, schema);
    else this.#sequence(node, schema);
  }

  #scalar(node: YamlScalar, schema: SchemaNode): void {
    const { value } = node;
    if (value === null && schema.nullable) return;
    switch (schema.type) {
      case 'string':
        if (typeof value === 'string') this.#text(node, value, schema);
        else this.#mismatch(node, schema);
        return;
      case 'integer':
      case 'number': {
        if (typeof value !== 'number' || !Number.isFinite(value)) {
          this.#mismatch(node, schema);
          return;
        }
        if (schema.type === 'integer' && !Number.isInteger(value)) {
          this.#mismatch(node, schema);
          return;
        }
        if (schema.range && !within(value, schema.range)) this.#limits(node, `${value}`, schema.range, '');
        return;
      }
      case 'boolean':
        if (typeof value !== 'boolean') this.#mismatch(node, schema);
        return;
      case 'int-or-string':
        if (value === null || typeof value === 'boolean') this.#mismatch(node, schema);
        return;
      default:
        this.#mismatch(node, schema);
    }
  }

  #text(node: YamlScalar, value: string, schema: SchemaNode): void {
    if (schema.enum && !schema.enum.includes(value)) {
      this.#notAllowed(node, value, schema.enum);
      return;
    }
    if (schema.duration) this.#duration(node, value);
    if (schema.length && !within([...value].length, schema.length)) {
      this.#limits(node, `${[...value].length} characters`, schema.length, ' characters');
    } else if (schema.pattern && !schema.pattern.test(value)) {
      this.#report('value-invalid', 'schema', node, `${quoted(value)} is not of the form that ${this.#path()} takes.`);
    } else if (schema.format === 'byte' && !isBase64(value)) {
      this.#report('value-invalid', 'schema', node, `${quoted(value)} is no base64, but ${this.#path()} takes it.`);
    }
  }

  #duration(node: YamlScalar, value: string): void {
    const problem = durationProblem(value);
    const name = this.#steps.at(-1)?.key;
    // The outdated field is read by nobody but the API server.
    const isOutdated = typeof name === 'object' && name.text === 'warmupDurationSecs';
    if (!problem || (problem.by === 'webhook' && isOutdated)) return;
    this.#report('value-invalid', problem.by, node, `${quoted(value)} ${problem.text}.`);
  }

  #notAllowed(node: YamlScalar, value: string, words: readonly string[]): void {
    if (this.#found.careful && isPlaceholderWord(value)) return;
    const meant = meantBy(value, words);
    const known = words.map((each) => `\`${each}\``).join(', ');
    const remedy =
      meant !== undefined
        ? `Did you mean \`${meant}\`?`
        : known.length < 110
          ? `It takes ${known}.`
          : 'See its page for the list.';
    const fixes: readonly ProblemFix[] =
      meant === undefined
        ? []
        : [{ title: `Use ${meant}`, preferred: true, repairs: [{ kind: 'replace', range: node.range, value: meant }] }];
    const key = this.#steps.findLast((each) => typeof each.key !== 'number')?.key;
    const name = typeof key === 'object' ? key.text : '';
    this.#found.error(
      'value-not-allowed',
      'schema',
      this.#mark(node),
      `${quoted(value)} is no value of \`${name}\`. ${remedy}`,
      { fixes },
    );
  }

  #mapping(node: YamlMapping, schema: SchemaNode): void {
    if (schema.type !== 'object') {
      this.#mismatch(node, schema);
      return;
    }
    if (this.#found.careful && isPlaceholderMap(node, this.#found.text)) return;
    const { fields, values } = schema;
    for (const entry of node.entries) {
      const own = fields?.get(entry.key.text) ?? values;
      if (this.#found.careful && this.#isHidden(entry, node)) continue;
      if (!own) this.#unknownField(entry, node, schema);
      else if (isNull(entry.value) && isDropped(own) && !schema.required.includes(entry.key.text))
        this.#dropped(entry, own);
      else this.entry(entry, own);
    }
    for (const name of schema.required) {
      if (!hasKey(node, name) && !this.#found.meant(node, name)) this.#missing(node, name);
    }
    for (const group of schema.exclusive) this.#exclusive(node, group);
    if (schema.keyCount && !within(node.entries.length, schema.keyCount)) {
      this.#limits(node, `${node.entries.length} entries`, schema.keyCount, ' entries');
    }
  }

  /** An empty field that need not be there (`PruneNonNullableNullsWithoutDefaults` of the API server). */
  #dropped({ key, value }: YamlEntry, schema: SchemaNode): void {
    this.#steps.push({ key, schema, node: value });
    this.#mismatch(value, schema, 'dropped');
    this.#steps.pop();
  }

  /** An entry that says nothing: an earlier one of two with the same key, or one whose key is a placeholder. */
  #isHidden(entry: YamlEntry, node: YamlMapping): boolean {
    const { text } = entry.key;
    return (
      isTemplated(text) || isPlaceholder(text) || node.entries.findLast((each) => each.key.text === text) !== entry
    );
  }

  #sequence(node: YamlSequence, schema: SchemaNode): void {
    if (schema.type !== 'array') {
      this.#mismatch(node, schema);
      return;
    }
    const { items } = schema;
    if (items) {
      node.items.forEach((item, index) => {
        this.#steps.push({ key: index, schema: items, node: item });
        this.#node(item, items);
        this.#steps.pop();
      });
    }
    if (schema.itemCount && !within(node.items.length, schema.itemCount)) {
      this.#limits(node, `${node.items.length} items`, schema.itemCount, ' items');
    }
    if (schema.uniqueBy && node.items.length > 1) this.#unique(node, schema.uniqueBy);
  }

  #unique(node: YamlSequence, by: readonly string[]): void {
    const seen = new Map<string, Range>();
    for (const item of node.items) {
      const parts = by.length === 0 ? [item] : by.map((key) => valueAtKey(item, key));
      if (parts.some((each) => !each || this.#isUnknown(each))) continue;
      const key = JSON.stringify(parts.map((each) => (each?.kind === 'scalar' ? each.value : null)));
      const range = (parts.find((each) => each !== undefined) ?? item).range;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, range);
      else {
        const text = `${quoted(this.#found.text.slice(range.start, range.end))} is in ${this.#path()} twice.`;
        this.#found.error('value-duplicated', 'schema', range, text, {
          related: [{ range: first, text: 'The first one.' }],
        });
      }
    }
  }

  #exclusive(node: YamlMapping, group: readonly string[]): void {
    let first: YamlEntry | undefined;
    for (const entry of node.entries) {
      if (!group.includes(entry.key.text) || isNull(entry.value)) continue;
      if (!first) first = entry;
      else if (first.key.text !== entry.key.text) {
        this.#bothOf(node, first, entry);
        return;
      }
    }
  }

  #bothOf(node: YamlMapping, first: YamlEntry, second: YamlEntry): void {
    const text = `\`${second.key.text}\` and \`${first.key.text}\` exclude each other. Keep one of them.`;
    const fixes: readonly ProblemFix[] = [first, second].map(({ key }) => ({
      title: `Remove ${key.text}`,
      preferred: false,
      repairs: [{ kind: 'remove-key', range: node.range, key: key.text }],
    }));
    const related = [{ range: first.key.range, text: `\`${first.key.text}\` is here.` }];
    this.#found.error('fields-conflict', 'api', second.key.range, text, { related, fixes });
  }

  #missing(node: YamlMapping, name: string): void {
    const range = firstKey(node, this.#keyRange());
    this.#found.error('field-required', 'schema', range, `${this.#path()} has no \`${name}\`.`);
  }

  #unknownField(entry: YamlEntry, node: YamlMapping, schema: SchemaNode): void {
    const { key, value } = entry;
    const free = [...(schema.fields ?? [])].filter(([name, each]) => !hasKey(node, name) && fits(value, each));
    const meant = meantBy(
      key.text,
      free.map(([name]) => name),
    );
    const own = `\`${key.text}\` is no field of ${this.#path()}.`;
    if (meant !== undefined) {
      this.#found.rename(node, meant, entry);
      const fixes: readonly ProblemFix[] = [
        { title: `Rename to ${meant}`, preferred: true, repairs: [{ kind: 'rename', range: key.range, value: meant }] },
      ];
      this.#found.error('field-unknown', 'schema', key.range, `${own} Did you mean \`${meant}\`?`, { fixes });
      return;
    }
    const place = this.#placeOf(key.text);
    const remedy = place === undefined ? '' : ` It belongs to ${place}.`;
    this.#found.error('field-unknown', 'schema', key.range, `${own}${remedy}`);
  }

  /** Where near by a field of this name is known: further out, or in what stands beside a part of the way; there what is written first. */
  #placeOf(name: string): string | undefined {
    for (let i = this.#steps.length - 1; i >= 0; i--) {
      const { schema, node } = this.#steps[i] ?? {};
      if (i < this.#steps.length - 1 && schema?.fields?.has(name)) return this.#path(i + 1);
      const beside = [...(schema?.fields ?? [])].filter(([, each]) => (each.items ?? each).fields?.has(name));
      const [key, found] = beside.find(([each]) => node?.kind === 'mapping' && hasKey(node, each)) ?? beside[0] ?? [];
      if (key !== undefined) return `\`${key}${found?.items ? '[]' : ''}\` in ${this.#path(i + 1)}`;
    }
    return undefined;
  }

  #limits(node: YamlNode, actual: string, [min, max]: Limits, unit: string): void {
    const allowed =
      min !== null && max !== null ? `${min} to ${max}` : min === null ? `at most ${max ?? ''}` : `at least ${min}`;
    const range = node.kind === 'scalar' ? this.#mark(node) : (this.#keyRange() ?? node.range);
    if (node.kind === 'scalar' && this.#isUnknown(node)) return;
    this.#found.error(
      'value-out-of-range',
      'schema',
      range,
      `${this.#path()} is ${actual}; it takes ${allowed}${unit}.`,
    );
  }

  #report(code: ProblemCode, by: Judge, node: YamlScalar, text: string): void {
    if (!this.#isUnknown(node)) this.#found.error(code, by, this.#mark(node), text);
  }

  #isUnknown(node: YamlNode): boolean {
    if (!this.#found.careful) return false;
    return node.kind === 'scalar' ? isPlaceholder(node.text) : isPlaceholderMap(node, this.#found.text);
  }

  #mismatch(node: YamlNode, { type }: SchemaNode, fate: 'rejected' | 'dropped' = 'rejected'): void {
    if (this.#isUnknown(node)) return;
    this.#found.mismatches.push({
      ...(fate === 'dropped' ? { dropped: true } : undefined),
      range: this.#mark(node),
      path: this.#plainPath(),
      expected: EXPECTED[type] ?? 'object',
      actual: typeOf(node),
      text: this.#found.text.slice(node.range.start, Math.min(node.range.end, node.range.start + 60)),
      yaml11: node.kind === 'scalar' && isOtherInYaml12(node),
    });
  }

  /** The token of a value; of an empty one the key, or the dash before it; of a collection the key. */
  #mark(node: YamlNode): Range {
    const isBlock = node.kind !== 'scalar' && node.style === 'block';
    if (node.range.end > node.range.start && !isBlock) return node.range;
    const key = this.#keyRange();
    if (key) return key;
    if (node.kind === 'mapping') return firstKey(node, undefined);
    if (isBlock) return { start: node.range.start, end: node.range.start + 1 };
    const dash = this.#found.text.lastIndexOf('-', node.range.start);
    return dash < 0 ? node.range : { start: dash, end: dash + 1 };
  }

  #keyRange(): Range | undefined {
    const key = this.#steps.at(-1)?.key;
    return typeof key === 'object' ? key.range : undefined;
  }

  #path(length = this.#steps.length): string {
    const path = this.#plainPath(length);
    return path.length <= 60 ? `\`${path}\`` : `\`…${path.slice(-59)}\``;
  }

  #plainPath(length = this.#steps.length): string {
    let path = '';
    for (const { key } of this.#steps.slice(0, length)) {
      if (typeof key === 'number') path += `[${key}]`;
      else path += path === '' ? key.text : `.${key.text}`;
    }
    return path;
  }
}

const EXPECTED: Readonly<Record<string, TypeMismatch['expected']>> = {
  string: 'string',
  'int-or-string': 'string',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
};

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Whether the API server takes null in such a field for nothing. */
function isDropped({ type, nullable }: SchemaNode): boolean {
  return type !== 'any' && !nullable;
}

function within(value: number, [min, max]: Limits): boolean {
  return (min === null || value >= min) && (max === null || value <= max);
}

function hasKey(node: YamlMapping, name: string): boolean {
  for (const { key } of node.entries) if (key.text === name) return true;
  return false;
}

function valueAtKey(item: YamlNode, key: string): YamlNode | undefined {
  return item.kind === 'mapping' ? item.entries.findLast((each) => each.key.text === key)?.value : undefined;
}

/** Whether a value could be one of the field: a rename must not make another mistake of it. */
function fits(value: YamlNode, { type }: SchemaNode): boolean {
  if (value.kind === 'sequence') return type === 'array';
  if (value.kind === 'mapping') return type === 'object';
  return type !== 'array' && type !== 'object';
}

function typeOf(node: YamlNode): TypeMismatch['actual'] {
  if (node.kind === 'mapping') return 'object';
  if (node.kind === 'sequence') return 'list';
  if (node.value === null) return 'null';
  return typeof node.value as 'string' | 'number' | 'boolean';
}

/** Whether a reader of YAML 1.2 takes a plain scalar for text, which Kubernetes does not. */
function isOtherInYaml12({ value, style, text }: YamlScalar): boolean {
  if (style !== 'plain') return false;
  if (typeof value === 'boolean') return !/^(true|false)$/i.test(text);
  return typeof value === 'number' && (text.includes('_') || /^[-+]?0b/i.test(text));
}

function isBase64(text: string): boolean {
  const plain = text.replaceAll(/[\r\n]/g, '');
  return plain.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(plain);
}
