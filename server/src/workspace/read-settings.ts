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
 * @param codes of the rules that there are; where they are not given, any is taken
 */
export function readSettings(
  text: string,
  codes?: readonly string[],
): {
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
  const settings = (read(first.root, SETTINGS_SHAPE, 'The file', { problems, codes }) ?? {}) as Partial<Settings>;
  return { settings, problems: problems.sort((a, b) => a.range.start - b.range.start) };
}

/** What is noted on the way, and what has to be known for it. */
interface Notes {
  readonly problems: SettingsProblem[];
  readonly codes: readonly string[] | undefined;
}

/** The value of a node as the shape wants it; undefined where it cannot be used. */
function read(node: YamlNode, shape: Shape, name: string, notes: Notes): unknown {
  switch (shape.type) {
    case 'string':
      return readText(node, shape, name, notes);
    case 'integer': {
      const value = node.kind === 'scalar' ? node.value : undefined;
      if (typeof value === 'number' && Number.isInteger(value) && value >= shape.minimum && value <= shape.maximum) {
        return value;
      }
      notes.problems.push(error(node, `${name} takes a number from ${shape.minimum} to ${shape.maximum}.`));
      return undefined;
    }
    case 'boolean':
      if (node.kind === 'scalar' && typeof node.value === 'boolean') return node.value;
      notes.problems.push(error(node, `${name} is true or false.`));
      return undefined;
    case 'array':
      return readList(node, shape, name, notes);
    case 'map':
      return readMap(node, shape, name, notes);
    case 'object':
      return readObject(node, shape, name, notes);
    case 'either': {
      const fitting = shape.of.find((each) => (each.type === 'object') === (node.kind === 'mapping'));
      return fitting && read(node, fitting, name, notes);
    }
  }
}

function readText(node: YamlNode, shape: TextShape, name: string, notes: Notes): string | undefined {
  const text = textOf(node);
  if (text === undefined) {
    notes.problems.push(error(node, `${name} takes text, not ${nameOfType(node)}.`));
    return undefined;
  }
  if (shape.enum && !shape.enum.includes(text)) {
    const meant = closestTo(text, shape.enum);
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
    notes.problems.push(error(node, `${name} is ${choiceOf(shape.enum)}.${hint}`));
    return undefined;
  }
  if (shape.pattern !== undefined && !new RegExp(shape.pattern).test(text)) {
    notes.problems.push(error(node, `${name} takes ${shape.form ?? 'another form'}.`));
    return undefined;
  }
  // To YAML 1.1 `off` is no text; where words are listed, what is meant is certain.
  if (node.kind === 'scalar' && typeof node.value !== 'string' && !shape.enum) {
    notes.problems.push({ ...error(node, `${name} is text: write "${text}" in quotes.`), severity: 'warning' });
  }
  return text;
}

function choiceOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function readList(node: YamlNode, shape: ListShape, name: string, notes: Notes): unknown {
  if (isNull(node)) return [];
  if (node.kind !== 'sequence') {
    notes.problems.push(error(node, `${name} takes a list, not ${nameOfType(node)}.`));
    return undefined;
  }
  return node.items.flatMap((item) => {
    const value = read(item, shape.items, `An item of ${name}`, notes);
    return value === undefined ? [] : [value];
  });
}

function readMap(node: YamlNode, shape: MapShape, name: string, notes: Notes): unknown {
  if (isNull(node)) return {};
  if (node.kind !== 'mapping') {
    notes.problems.push(error(node, `${name} takes keys with values, not ${nameOfType(node)}.`));
    return undefined;
  }
  const result: Record<string, unknown> = {};
  for (const { key, value } of node.entries) {
    if (shape.keys !== undefined && notes.codes && !notes.codes.includes(key.text)) {
      notes.problems.push(unknownRule(key, notes.codes));
      continue;
    }
    const each = read(value, shape.values, key.text, notes);
    if (each !== undefined) result[key.text] = each;
  }
  return result;
}

function readObject(node: YamlNode, shape: ObjectShape, name: string, notes: Notes): unknown {
  if (isNull(node)) return {};
  if (node.kind !== 'mapping') {
    notes.problems.push(error(node, `${name} takes keys with values, not ${nameOfType(node)}.`));
    return undefined;
  }
  for (const { key } of node.entries) {
    if (!Object.hasOwn(shape.properties, key.text)) notes.problems.push(unknownKey(key, shape));
  }
  const result: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(shape.properties)) {
    const value = entryOf(node, key)?.value;
    if (!value || (isNull(value) && each.type === 'string')) continue;
    const read_ = read(value, each, key, notes);
    if (read_ !== undefined) result[key] = read_;
  }
  return hasRequired(node, shape, name, result, notes) ? result : undefined;
}

function hasRequired(
  node: YamlMapping,
  shape: ObjectShape,
  name: string,
  result: Readonly<Record<string, unknown>>,
  notes: Notes,
): boolean {
  const missing = (shape.required ?? []).filter((key) => !entryOf(node, key));
  if (missing.length > 0) {
    const place = node.entries[0]?.key ?? node;
    notes.problems.push(error(place, `${name} lacks ${missing.join(' and ')}.`));
  }
  return (shape.required ?? []).every((key) => result[key] !== undefined);
}

function unknownKey(key: YamlScalar, shape: ObjectShape): SettingsProblem {
  const known = Object.keys(shape.properties);
  const meant = closestTo(key.text, known);
  const rest = meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${meant}?`;
  return error(key, `Unknown key ${shorten(key.text)}. ${rest}`);
}

function unknownRule(key: YamlScalar, codes: readonly string[]): SettingsProblem {
  const meant = closestTo(key.text, codes);
  const rest = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return { ...error(key, `There is no rule ${shorten(key.text)}.${rest}`), severity: 'warning' };
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
