/** Finding a node by its range, with what surrounds it. */
import type { Range, YamlDocument, YamlEntry, YamlMapping, YamlNode, YamlSequence } from './nodes.ts';

export interface Place {
  readonly node: YamlNode;
  /** The list that the node is an item of, or the mapping that it is a value or key of. */
  readonly parent: YamlSequence | YamlMapping | undefined;
  /** The entry that holds the node, where the parent is a mapping. */
  readonly entry: YamlEntry | undefined;
  readonly within: 'block' | 'flow' | 'json';
}

/** The outermost node of this kind at exactly this range. */
export function findPlace(
  documents: readonly YamlDocument[],
  text: string,
  range: Range,
  kind: YamlNode['kind'] | 'any',
): Place | undefined {
  const document = documents.find((each) => each.range.start <= range.start && range.end <= each.range.end);
  if (!document?.root) return undefined;
  const json =
    document.root.kind !== 'scalar' &&
    /^[{[]\s*["{}\]]/.test(text.slice(document.root.range.start, document.root.range.start + 200));
  let found: Place | undefined;
  const visit = (node: YamlNode, parent: Place['parent'], entry: YamlEntry | undefined, flow: boolean): boolean => {
    if (node.range.start > range.start || node.range.end < range.end) return false;
    if (node.range.start === range.start && node.range.end === range.end && (kind === 'any' || node.kind === kind)) {
      found = { node, parent, entry, within: json ? 'json' : flow ? 'flow' : 'block' };
      return true;
    }
    if (node.kind === 'scalar') return false;
    const inner = flow || node.style === 'flow';
    if (node.kind === 'sequence') return node.items.some((item) => visit(item, node, undefined, inner));
    return node.entries.some((each) => visit(each.key, node, each, inner) || visit(each.value, node, each, inner));
  };
  visit(document.root, undefined, undefined, false);
  return found;
}

/** The blanks (or dashes) before an offset on its line, as blanks. */
export function indentOf(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return text.slice(start, offset).replace(/[^\t]/g, ' ');
}

/** The end of the line that an offset is on, before its line break. */
export function lineEndOf(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  const end = newline < 0 ? text.length : newline;
  return end > offset && text.charAt(end - 1) === '\r' ? end - 1 : end;
}

/** The comment that stands after a colon on its line, where the value begins on a line below. */
export function afterColon(text: string, colon: number, value: number): string {
  const end = lineEndOf(text, colon);
  return end < value ? text.slice(colon + 1, end).trimEnd() : '';
}

/** The line break that the text uses. */
export function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
