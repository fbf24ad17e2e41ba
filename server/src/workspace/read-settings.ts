/** Reads `.istio-egress.yaml`. */
import { parseDocuments } from '../yaml/documents.ts';
import { entryOf } from '../yaml/entries.ts';
import type { Range, YamlMapping, YamlNode, YamlScalar } from '../yaml/nodes.ts';
import type { Settings } from './settings.ts';
import {
  SETTINGS_SHAPE,
  type ListShape,
  type MapShape,
  type ObjectShape,
  type Shape,
  type TextShape,
} from './settings-schema.ts';
import { closestTo } from './closest.ts';

export interface SettingsProblem {
  readonly range: Range;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/**
 * Reads the text of `.istio-egress.yaml`. Never throws: what is wrong becomes a problem on its token, and what is right is still used.
 *
 * @param text the whole file; ranges are in UTF-16 code units
 */
export function readSettings(text: string): {
  readonly settings: Partial<Settings>;
  readonly problems: readonly SettingsProblem[];
} {
  const [first, ...others] = parseDocuments(text).documents;
  const problems: SettingsProblem[] = (first?.problems ?? []).map(({ range, code, message }) => ({
    range,
    severity: code === 'duplicate-key' ? 'warning' : 'error',
    message,
  }));
  for (const other of others) {
    if (other.root) problems.push(error(other.root, 'Only the first document of this file is read.'));
  }
  if (!first?.root || isNull(first.root)) return { settings: {}, problems };
  // The shape is that of the settings: every value that comes through has been checked against it.
  const settings = (read(first.root, SETTINGS_SHAPE, 'The file', problems) ?? {}) as Partial<Settings>;
  return { settings, problems: problems.sort((a, b) => a.range.start - b.range.start) };
}

/** The value of a node as the shape wants it; undefined where it cannot be used. */
function read(node: YamlNode, shape: Shape, name: string, problems: SettingsProblem[]): unknown {
  switch (shape.type) {
    case 'string':
      return readText(node, shape, name, problems);
    case 'integer': {
      const value = node.kind === 'scalar' ? node.value : undefined;
      if (typeof value === 'number' && Number.isInteger(value) && value >= shape.minimum && value <= shape.maximum) {
        return value;
      }
      problems.push(error(node, `${name} takes a number from ${shape.minimum} to ${shape.maximum}.`));
      return undefined;
    }
    case 'array':
      return readList(node, shape, name, problems);
    case 'map':
      return readMap(node, shape, name, problems);
    case 'object':
      return readObject(node, shape, name, problems);
    case 'either': {
      const fitting = shape.of.find((each) => (each.type === 'object') === (node.kind === 'mapping'));
      return fitting && read(node, fitting, name, problems);
    }
  }
}

function readText(node: YamlNode, shape: TextShape, name: string, problems: SettingsProblem[]): string | undefined {
  const text = textOf(node);
  if (text === undefined) {
    problems.push(error(node, `${name} takes text, not ${nameOfType(node)}.`));
    return undefined;
  }
  if (shape.enum && !shape.enum.includes(text)) {
    const meant = closestTo(text, shape.enum);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    problems.push(error(node, `${name} is ${shape.enum.join(' or ')}.${hint}`));
    return undefined;
  }
  if (shape.pattern !== undefined && !new RegExp(shape.pattern).test(text)) {
    problems.push(error(node, `${name} takes ${shape.form ?? 'another form'}.`));
    return undefined;
  }
  if (node.kind === 'scalar' && typeof node.value !== 'string') {
    problems.push({ ...error(node, `${name} is text: write "${text}" in quotes.`), severity: 'warning' });
  }
  return text;
}

function readList(node: YamlNode, shape: ListShape, name: string, problems: SettingsProblem[]): unknown {
  if (isNull(node)) return [];
  if (node.kind !== 'sequence') {
    problems.push(error(node, `${name} takes a list, not ${nameOfType(node)}.`));
    return undefined;
  }
  return node.items.flatMap((item) => {
    const value = read(item, shape.items, `An item of ${name}`, problems);
    return value === undefined ? [] : [value];
  });
}

function readMap(node: YamlNode, shape: MapShape, name: string, problems: SettingsProblem[]): unknown {
  if (isNull(node)) return {};
  if (node.kind !== 'mapping') {
    problems.push(error(node, `${name} takes keys with values, not ${nameOfType(node)}.`));
    return undefined;
  }
  const result: Record<string, unknown> = {};
  for (const { key, value } of node.entries) {
    const each = read(value, shape.values, key.text, problems);
    if (each !== undefined) result[key.text] = each;
  }
  return result;
}

function readObject(node: YamlNode, shape: ObjectShape, name: string, problems: SettingsProblem[]): unknown {
  if (isNull(node)) return {};
  if (node.kind !== 'mapping') {
    problems.push(error(node, `${name} takes keys with values, not ${nameOfType(node)}.`));
    return undefined;
  }
  for (const { key } of node.entries) {
    if (!Object.hasOwn(shape.properties, key.text)) problems.push(unknownKey(key, shape));
  }
  const result: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(shape.properties)) {
    const value = entryOf(node, key)?.value;
    if (!value || (isNull(value) && each.type === 'string')) continue;
    const read_ = read(value, each, key, problems);
    if (read_ !== undefined) result[key] = read_;
  }
  return hasRequired(node, shape, name, result, problems) ? result : undefined;
}

function hasRequired(
  node: YamlMapping,
  shape: ObjectShape,
  name: string,
  result: Readonly<Record<string, unknown>>,
  problems: SettingsProblem[],
): boolean {
  const missing = (shape.required ?? []).filter((key) => !entryOf(node, key));
  if (missing.length > 0) {
    const place = node.entries[0]?.key ?? node;
    problems.push(error(place, `${name} lacks ${missing.join(' and ')}.`));
  }
  return (shape.required ?? []).every((key) => result[key] !== undefined);
}

function unknownKey(key: YamlScalar, shape: ObjectShape): SettingsProblem {
  const known = Object.keys(shape.properties);
  const meant = closestTo(key.text, known);
  const rest = meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${meant}?`;
  return error(key, `Unknown key ${shorten(key.text)}. ${rest}`);
}

/** Text as written, also where YAML takes it for a number: `1.30` is a version. */
function textOf(node: YamlNode): string | undefined {
  return node.kind === 'scalar' && node.value !== null ? node.text : undefined;
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function nameOfType(node: YamlNode): string {
  if (node.kind === 'mapping') return 'keys with values';
  if (node.kind === 'sequence') return 'a list';
  if (node.value === null) return 'nothing';
  return typeof node.value === 'string' ? 'text' : `a ${typeof node.value}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

function error(node: { readonly range: Range }, message: string): SettingsProblem {
  return { range: node.range, severity: 'error', message };
}
