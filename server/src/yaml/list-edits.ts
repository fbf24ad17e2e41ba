/** Edits to lists. */
import type { TextEdit, YamlData } from './edits.ts';
import type { Range, YamlNode, YamlSequence } from './nodes.ts';
import { afterColon, indentOf, lineEndOf, newlineOf, type Place } from './places.ts';
import { isCollection, quotesOf, renderData, type Style } from './render.ts';

/** One more item at the end, as its siblings are written. */
export function appendItem(text: string, list: YamlSequence, within: Place['within'], value: YamlData): TextEdit {
  const flow = list.style === 'flow';
  const style: Style = { quotes: quotesOf(list.items), within: within === 'json' ? 'json' : flow ? 'flow' : 'block' };
  const last = list.items.at(-1);
  if (!flow) return appendLine(text, list, last, value, style);
  if (!last) return insert(list.range.start + 1, renderData(value, style, '', ''));
  const comma = /^\s*,/.exec(text.slice(last.range.end, list.range.end));
  const at = last.range.end + (comma ? comma[0].length : 0);
  const first = list.items[0] ?? last;
  const own = text.slice(list.range.start, first.range.start).includes('\n');
  const gap = own ? newlineOf(text) + indentOf(text, first.range.start) : ' ';
  return insert(at, `${comma ? '' : ','}${gap}${renderData(value, style, '', '')}`);
}

function appendLine(
  text: string,
  list: YamlSequence,
  last: YamlNode | undefined,
  value: YamlData,
  style: Style,
): TextEdit {
  const newline = newlineOf(text);
  const indent = indentOf(text, list.range.start);
  const item = renderData(value, style, `${indent}  `, newline);
  return insert(lineEndOf(text, last?.range.end ?? list.range.end), `${newline}${indent}- ${item}`);
}

/** Takes an item out, with its line or comma; the last one leaves an empty list. */
export function removeItem(text: string, { node, parent }: Place, key: Range | undefined): TextEdit | undefined {
  if (parent?.kind !== 'sequence') return undefined;
  const { items } = parent;
  const index = items.indexOf(node);
  if (items.length === 1) {
    if (parent.style === 'flow' || !key) return replace(parent.range, '[]');
    const colon = text.indexOf(':', key.end);
    return replace({ start: colon + 1, end: parent.range.end }, ` []${afterColon(text, colon, parent.range.start)}`);
  }
  if (parent.style === 'flow') {
    const next = items[index + 1];
    const previous = items[index - 1];
    if (next) return replace({ start: node.range.start, end: next.range.start }, '');
    return previous && replace({ start: previous.range.end, end: node.range.end }, '');
  }
  const dash = dashOf(text, parent, index);
  const lineStart = text.lastIndexOf('\n', dash) + 1;
  // The first item of a list in a list shares its line with the outer dash: what follows takes its place.
  if (text.slice(lineStart, dash).trim() !== '')
    return replace({ start: dash, end: dashOf(text, parent, index + 1) }, '');
  return removeLines(text, lineStart, node.range.end);
}

/** Takes whole lines out, with the line break before them where none follows. */
export function removeLines(text: string, start: number, end: number): TextEdit {
  const newline = text.indexOf('\n', end);
  return replace({ start, end: newline < 0 ? text.length : newline + 1 }, '');
}

/** Where the dash of an item is: only comments and blank lines are between it and the item before. */
function dashOf(text: string, { range, items }: YamlSequence, index: number): number {
  const previous = items[index - 1];
  if (!previous) return range.start;
  const from = previous.range.end;
  const dash = /\n[ \t]*-(?=\s|$)/.exec(text.slice(from, items[index]?.range.start ?? from));
  return dash ? from + dash.index + dash[0].length - 1 : from;
}

/** A list in place of a single value that is there by mistake, or of nothing. */
export function listOf(existing: YamlNode, text: string, value: YamlData, within: Place['within']): TextEdit {
  const style: Style = { quotes: quotesOf([existing]), within: within === 'json' ? 'json' : 'flow' };
  const old =
    existing.kind === 'scalar' && existing.value !== null ? [text.slice(existing.range.start, existing.range.end)] : [];
  const rendered = `[${[...old, isCollection(value) ? renderData(value, style, '', '') : renderData(value, style, '', '')].join(', ')}]`;
  const blank = text.charAt(existing.range.start - 1) === ':' ? ' ' : '';
  return replace(existing.range, blank + rendered);
}

function insert(at: number, newText: string): TextEdit {
  return { range: { start: at, end: at }, newText };
}

function replace(range: Range, newText: string): TextEdit {
  return { range, newText };
}
