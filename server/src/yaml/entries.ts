/** The entries of a mapping as Kubernetes reads them: merge keys, duplicate keys. */
import type { YamlEntry, YamlMapping, YamlNode, YamlProblem } from './nodes.ts';

/** Above this many entries a set is faster than looking at every pair. */
const FEW = 12;

/** Reports every key that is there again, on its later place. */
export function reportDuplicates(entries: readonly YamlEntry[], problems: YamlProblem[]): void {
  if (entries.length < 2) return;
  const seen = entries.length > FEW ? new Set<string>() : undefined;
  entries.forEach((entry, index) => {
    const { text, range } = entry.key;
    if (text === '<<' && entry.key.style === 'plain') return;
    const again = seen ? seen.has(text) : hasBefore(entries, index, text);
    seen?.add(text);
    if (!again || range.start === range.end) return;
    const message = `The key \`${text}\` is here twice; the last one counts, and what the others say is lost.`;
    problems.push({ code: 'duplicate-key', range, message });
  });
}

function hasBefore(entries: readonly YamlEntry[], index: number, text: string): boolean {
  for (let i = 0; i < index; i++) if (entries[i]?.key.text === text) return true;
  return false;
}

/**
 * Puts what merge keys (`<<`) bring in the place of the merge key, without what the mapping says itself. Of several merged
 * mappings the first to have a key wins.
 */
export function mergedEntries(entries: readonly YamlEntry[]): readonly YamlEntry[] {
  const own = new Set(entries.map((entry) => entry.key.text));
  const result: YamlEntry[] = [];
  for (const entry of entries) {
    if (entry.key.text !== '<<' || entry.key.style !== 'plain') {
      result.push(entry);
      continue;
    }
    for (const source of mappingsIn(entry.value)) {
      for (const merged of source.entries) {
        if (own.has(merged.key.text)) continue;
        own.add(merged.key.text);
        result.push(merged);
      }
    }
  }
  return result;
}

function mappingsIn(node: YamlNode): readonly YamlMapping[] {
  if (node.kind === 'mapping') return [node];
  if (node.kind === 'sequence') return node.items.flatMap(mappingsIn);
  return [];
}

/** The value of a key: of several the last, as for Kubernetes. */
export function valueAt(mapping: YamlMapping, key: string): YamlNode | undefined {
  return entryOf(mapping, key)?.value;
}

/** The entry of a key: of several the last, as for Kubernetes. */
export function entryOf(mapping: YamlMapping, key: string): YamlEntry | undefined {
  for (let i = mapping.entries.length - 1; i >= 0; i--) {
    const entry = mapping.entries[i];
    if (entry?.key.text === key) return entry;
  }
  return undefined;
}
