/** Moving an item from one block list to another of the same document, as it is written. */
import { applyTextEdits } from './apply-edits.ts';
import type { TextEdit } from './edits.ts';
import { valueAt } from './entries.ts';
import { removeLines } from './list-edits.ts';
import { removeKey } from './mapping-edits.ts';
import type { YamlMapping } from './nodes.ts';
import { indentOf, lineEndOf, newlineOf, type Place } from './places.ts';

/**
 * @param item in a block list
 * @param list the place of that list
 * @param mapping that holds the list, and where the list under `key` is or is to be
 * @param changes to the item, on the way
 * @returns undefined where either list is not written in lines of its own
 */
export function moveItem(
  text: string,
  item: Place,
  list: Place,
  mapping: YamlMapping,
  key: string,
  changes: readonly TextEdit[],
): readonly TextEdit[] | undefined {
  const { parent } = item;
  if (parent?.kind !== 'sequence' || parent.style === 'flow' || mapping.style === 'flow') return undefined;
  const newline = newlineOf(text);
  const index = parent.items.indexOf(item.node);
  const dash = text.lastIndexOf('-', item.node.range.start - 1);
  const dashLine = text.lastIndexOf('\n', dash) + 1;
  if (text.slice(dashLine, dash).trim() !== '') return undefined;
  const start = index === 0 ? dashLine : withComments(text, dashLine);
  const end = lineEndOf(text, item.node.range.end);
  const shifted = changes.map(({ range, newText }) => ({
    range: { start: range.start - start, end: range.end - start },
    newText,
  }));
  const lines = applyTextEdits(text.slice(start, end), shifted);
  const taken =
    parent.items.length === 1 && list.parent?.kind === 'mapping' && list.entry
      ? removeKey(text, list.parent, list.entry.key.text)
      : removeLines(text, start, item.node.range.end);
  const existing = valueAt(mapping, key);
  if (!taken) return undefined;
  if (!existing) {
    const put = `${indentOf(text, mapping.range.start)}${key}:${newline}${lines}`;
    return together(text, taken, lineEndOf(text, mapping.range.end), put);
  }
  const last = existing.kind === 'sequence' && existing.style !== 'flow' ? existing.items.at(-1) : undefined;
  if (!last) return undefined;
  const at = lineEndOf(text, last.range.end);
  const indented = reindent(lines, indentOf(text, dash), indentOf(text, existing.range.start));
  return together(text, taken, at, indented);
}

/** Lines put in after the line that ends at an offset: in place of what is taken out, where that is the very line. */
function together(text: string, taken: TextEdit, at: number, lines: string): readonly TextEdit[] {
  const newline = newlineOf(text);
  const { range } = taken;
  if (at < range.start || at > range.end) return [taken, { range: { start: at, end: at }, newText: newline + lines }];
  const open = text.slice(range.start, range.end).endsWith('\n') ? newline : '';
  return [{ range, newText: taken.newText + lines + open }];
}

/** From the comments that stand right above a line. */
function withComments(text: string, lineStart: number): number {
  let start = lineStart;
  while (start > 0) {
    const before = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^\s*#/.test(text.slice(before, start))) break;
    start = before;
  }
  return start;
}

function reindent(lines: string, from: string, to: string): string {
  if (from === to) return lines;
  return lines
    .split('\n')
    .map((line) => (line.startsWith(from) ? to + line.slice(from.length) : line))
    .join('\n');
}
