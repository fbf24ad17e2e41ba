/** Edits as plain data to edits of a text. */
import { insertComment, replaceComment } from './comment-edits.ts';
import { parseDocuments } from './documents.ts';
import type { TextEdit, YamlData, YamlEdit } from './edits.ts';
import { valueAt } from './entries.ts';
import { appendItem, listOf, removeItem } from './list-edits.ts';
import { removeKey, setKey } from './mapping-edits.ts';
import { moveItem } from './move-edits.ts';
import type { YamlDocument, YamlNode } from './nodes.ts';
import { findPlace, newlineOf, type Place } from './places.ts';
import { renderData, renderScalar } from './render.ts';

/**
 * Turns edits into text edits, in the style of what surrounds them.
 *
 * @param text the whole file, as it is now
 * @returns undefined where an edit's range is no longer that of a node of its kind: then none may be applied
 */
export function resolveEdits(text: string, edits: readonly YamlEdit[]): readonly TextEdit[] | undefined {
  if (edits.length === 0) return [];
  const { documents } = parseDocuments(text);
  const result: TextEdit[] = [];
  for (const edit of edits) {
    const resolved = edit.kind === 'move-item' ? moveEdits(text, documents, edit) : resolveEdit(text, documents, edit);
    if (!resolved) return undefined;
    result.push(...(Array.isArray(resolved) ? resolved : [resolved as TextEdit]));
  }
  return result;
}

function resolveEdit(text: string, documents: readonly YamlDocument[], edit: YamlEdit): TextEdit | undefined {
  switch (edit.kind) {
    case 'move-item':
      return undefined;
    case 'append-path':
      return appendPath(text, documents, edit.path, edit.value);
    case 'set-path':
      return setPath(text, documents, edit.path, edit.value);
    case 'append-document':
      return appendDocument(text, documents, edit.value);
    case 'insert-comment':
      return insertComment(text, edit.range.start, edit.text);
    case 'replace-comment':
      return replaceComment(text, edit.range, edit.text);
    default:
      return resolveNodeEdit(text, documents, edit);
  }
}

type PlacelessKind =
  | 'move-item'
  | 'append-path'
  | 'set-path'
  | 'append-document'
  | 'insert-comment'
  | 'replace-comment';

function resolveNodeEdit(
  text: string,
  documents: readonly YamlDocument[],
  edit: Exclude<YamlEdit, { readonly kind: PlacelessKind }>,
): TextEdit | undefined {
  const kind = ({ 'replace-scalar': 'scalar', 'append-item': 'sequence', 'remove-item': 'any' } as const)[
    edit.kind as 'replace-scalar' | 'append-item' | 'remove-item'
  ];
  const place = findPlace(documents, text, edit.range, kind ?? 'mapping');
  if (!place) return undefined;
  const { node, within } = place;
  switch (edit.kind) {
    case 'replace-scalar': {
      if (node.kind !== 'scalar') return undefined;
      const quotes = node.style === 'block' ? 'plain' : node.style;
      const blank = node.range.start === node.range.end && text.charAt(node.range.start - 1) === ':' ? ' ' : '';
      return { range: node.range, newText: blank + renderScalar(edit.value, { quotes, within }) };
    }
    case 'append-item':
      return node.kind === 'sequence' ? appendItem(text, node, within, edit.value) : undefined;
    case 'remove-item': {
      const list = place.parent && findPlace(documents, text, place.parent.range, 'sequence');
      return removeItem(text, place, list?.entry?.key.range);
    }
    case 'set-key':
      return node.kind === 'mapping' ? setKey(text, node, within, edit.key, edit.value) : undefined;
    case 'remove-key':
      return node.kind === 'mapping' ? removeKey(text, node, edit.key) : undefined;
  }
}

/** The item is taken out where it is, and put in where it goes. */
function moveEdits(
  text: string,
  documents: readonly YamlDocument[],
  { range, key, changes }: Extract<YamlEdit, { kind: 'move-item' }>,
): readonly TextEdit[] | undefined {
  const place = findPlace(documents, text, range, 'any');
  const list = place?.parent && findPlace(documents, text, place.parent.range, 'sequence');
  if (!place || list?.parent?.kind !== 'mapping') return undefined;
  const inner: TextEdit[] = [];
  for (const each of changes) {
    const resolved = resolveEdit(text, documents, each);
    if (!resolved) return undefined;
    inner.push(resolved);
  }
  return moveItem(text, place, list, list.parent, key, inner);
}

/** Adds to the list at a path from the document's root, and writes what is missing on the way. */
function appendPath(
  text: string,
  documents: readonly YamlDocument[],
  path: readonly string[],
  value: YamlData,
): TextEdit | undefined {
  const root = documents[0]?.root;
  if (root === undefined) return writeAll(text, nested(path, [value]));
  let node: YamlNode = root;
  for (const [index, key] of path.entries()) {
    if (node.kind !== 'mapping') return undefined;
    const next: YamlNode | undefined = valueAt(node, key);
    if (next === undefined) {
      return setKey(text, node, withinOf(documents, text, node), key, nested(path.slice(index + 1), [value]));
    }
    node = next;
  }
  const within = withinOf(documents, text, node);
  return node.kind === 'sequence' ? appendItem(text, node, within, value) : listOf(node, text, value, within);
}

/** Writes a value at a path from the document's root, and what is missing on the way. */
function setPath(
  text: string,
  documents: readonly YamlDocument[],
  path: readonly string[],
  value: YamlData,
): TextEdit | undefined {
  let node = documents[0]?.root;
  if (node === undefined) return writeAll(text, nested(path, value));
  for (const [index, key] of path.entries()) {
    if (node.kind !== 'mapping') return undefined;
    const next: YamlNode | undefined = valueAt(node, key);
    const isEmpty = next === undefined || (next.kind === 'scalar' && next.value === null);
    if (isEmpty || index === path.length - 1) {
      return setKey(text, node, withinOf(documents, text, node), key, nested(path.slice(index + 1), value));
    }
    node = next;
  }
  return undefined;
}

/** A document after the last one. A file of JSON has room for one only. */
function appendDocument(text: string, documents: readonly YamlDocument[], value: YamlData): TextEdit | undefined {
  if (/^\s*[{[]/.test(text)) return undefined;
  const all = writeAll(text, value);
  if (documents.every(({ root }) => root === undefined)) return all;
  const [gap = ''] = /^\s*/.exec(all.newText) ?? [];
  return { ...all, newText: `${gap}---${newlineOf(text)}${all.newText.slice(gap.length)}` };
}

/** A text that holds nothing yet, with data. */
function writeAll(text: string, data: YamlData): TextEdit {
  const newline = newlineOf(text);
  const gap = text === '' || text.endsWith('\n') ? '' : newline;
  const rendered = renderData(data, { quotes: 'plain', within: 'block' }, '', newline);
  return { range: { start: text.length, end: text.length }, newText: gap + rendered + newline };
}

function withinOf(documents: readonly YamlDocument[], text: string, node: YamlNode): Place['within'] {
  return findPlace(documents, text, node.range, node.kind)?.within ?? 'block';
}

function nested(path: readonly string[], value: YamlData): YamlData {
  return path.reduceRight<YamlData>((inner, key) => ({ [key]: inner }), value);
}
