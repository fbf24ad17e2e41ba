/** Documents that moved because the text before them changed. */
import type { Range, YamlDocument, YamlNode, YamlScalar } from './nodes.ts';

/**
 * The same document at another place.
 *
 * @param by how far it moved, in UTF-16 code units; negative towards the start
 */
export function shiftDocument(document: YamlDocument, by: number): YamlDocument {
  if (by === 0) return document;
  const range = shift(document.range, by);
  const problems = document.problems.map((each) => ({ ...each, range: shift(each.range, by) }));
  return document.root ? { range, root: shiftNode(document.root, by), problems } : { range, problems };
}

function shiftNode(node: YamlNode, by: number): YamlNode {
  const range = shift(node.range, by);
  switch (node.kind) {
    case 'scalar':
      return shiftScalar(node, by);
    case 'sequence':
      return { ...node, range, items: node.items.map((item) => shiftNode(item, by)) };
    case 'mapping': {
      const entries = node.entries.map(({ key, value }) => ({
        key: shiftScalar(key, by),
        value: shiftNode(value, by),
      }));
      return { ...node, range, entries };
    }
  }
}

function shiftScalar(node: YamlScalar, by: number): YamlScalar {
  return { ...node, range: shift(node.range, by) };
}

function shift({ start, end }: Range, by: number): Range {
  return { start: start + by, end: end + by };
}
