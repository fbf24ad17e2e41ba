/** Edits to mappings. */
import type { TextEdit, YamlData } from './edits.ts';
import { entryOf } from './entries.ts';
import type { YamlEntry, YamlMapping } from './nodes.ts';
import { indentOf, lineEndOf, newlineOf, type Place } from './places.ts';
import { isCollection, quotesOf, renderData, renderScalar, type Style } from './render.ts';

/** Writes `key: value`: in place of the key's value, or as the last entry. */
export function setKey(
  text: string,
  mapping: YamlMapping,
  within: Place['within'],
  key: string,
  value: YamlData,
): TextEdit {
  const flow = mapping.style === 'flow';
  const json = within === 'json';
  const style: Style = {
    quotes: quotesOf(mapping.entries.map((each) => each.value)),
    within: json ? 'json' : flow ? 'flow' : 'block',
  };
  const existing = entryOf(mapping, key);
  if (existing) return replaceValue(text, mapping, existing, value, style);
  const name = renderScalar(key, { quotes: 'plain', within: style.within });
  const last = mapping.entries.at(-1);
  if (flow) {
    const pair = `${name}: ${renderData(value, style, '', '')}`;
    if (!last) return insert(mapping.range.start + 1, pair);
    const first = mapping.entries[0] ?? last;
    const own = text.slice(mapping.range.start, first.key.range.start).includes('\n');
    const gap = own ? newlineOf(text) + indentOf(text, first.key.range.start) : ' ';
    return insert(Math.max(last.value.range.end, last.key.range.end), `,${gap}${pair}`);
  }
  const newline = newlineOf(text);
  const indent = indentOf(text, mapping.range.start);
  const at = lineEndOf(text, mapping.range.end);
  return insert(at, `${newline}${indent}${name}:${renderValue(value, style, indent, newline)}`);
}

function replaceValue(
  text: string,
  mapping: YamlMapping,
  { key, value: old }: YamlEntry,
  value: YamlData,
  style: Style,
): TextEdit {
  const colon = text.indexOf(':', key.range.end);
  const indent = indentOf(text, mapping.range.start);
  const rendered = renderValue(value, style, indent, newlineOf(text));
  const end = Math.max(old.range.end, colon + 1);
  return { range: { start: colon + 1, end }, newText: rendered };
}

/** With the blank or line break that follows the colon. */
function renderValue(value: YamlData, style: Style, indent: string, newline: string): string {
  const empty = isCollection(value) && Object.keys(value as object).length === 0;
  if (!isCollection(value) || empty || style.within !== 'block') return ` ${renderData(value, style, '', newline)}`;
  return `${newline}${indent}  ${renderData(value, style, `${indent}  `, newline)}`;
}

/** Takes an entry out, with its lines or comma; the last one leaves an empty mapping. */
export function removeKey(text: string, mapping: YamlMapping, key: string): TextEdit | undefined {
  const entry = entryOf(mapping, key);
  if (!entry) return undefined;
  const { entries } = mapping;
  if (entries.length === 1) return { range: mapping.range, newText: '{}' };
  const index = entries.indexOf(entry);
  const next = entries[index + 1];
  const previous = entries[index - 1];
  const end = Math.max(entry.value.range.end, entry.key.range.end);
  if (mapping.style === 'flow' || !previous) {
    // The first entry of a list's item shares its line with the dash: what follows takes its place.
    if (next) return { range: { start: entry.key.range.start, end: next.key.range.start }, newText: '' };
    const from = previous ? Math.max(previous.value.range.end, previous.key.range.end) : entry.key.range.start;
    return { range: { start: from, end }, newText: '' };
  }
  const lineStart = text.lastIndexOf('\n', entry.key.range.start) + 1;
  const newline = text.indexOf('\n', end);
  return { range: { start: lineStart, end: newline < 0 ? text.length : newline + 1 }, newText: '' };
}

function insert(at: number, newText: string): TextEdit {
  return { range: { start: at, end: at }, newText };
}
