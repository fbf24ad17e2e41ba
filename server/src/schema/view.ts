/**
 * Reading of a mapping as istiod's webhook sees it: a field that is not written has its type's default. `undefined` is what is not known: a
 * placeholder, or a value of another type, which the schema check has reported.
 */
import { entryOf } from '../yaml/entries.ts';
import type { Range, YamlEntry, YamlMapping, YamlNode } from '../yaml/nodes.ts';
import { isPlaceholder, isPlaceholderMap, isPlaceholderWord, isTemplated } from '../yaml/placeholders.ts';
import type { Findings } from './problem.ts';

/** A text and its place. */
export interface Item {
  readonly value: string | undefined;
  readonly range: Range;
}

/** An entry of a map with free keys. */
export interface Pair extends Item {
  readonly key: string;
  readonly keyRange: Range;
}

export class View {
  constructor(
    readonly found: Findings,
    readonly node: YamlMapping,
    /** The token that stands for the whole: its key, or the first key of a list's item. */
    readonly mark: Range,
  ) {}

  has(key: string): boolean {
    return this.#value(key) !== undefined;
  }

  /** Whether there is more in a text field than nothing. What is not known counts as something. */
  isSet(key: string): boolean {
    return this.text(key) !== '';
  }

  /** A name, host or address; empty where it is not written. */
  text(key: string): string | undefined {
    return this.#text(key, isPlaceholder);
  }

  /** One of a field's constants. */
  constant(key: string): string | undefined {
    return this.#text(key, isPlaceholderWord);
  }

  /** Free text, as a regular expression. */
  free(key: string): string | undefined {
    return this.#text(key, isTemplated);
  }

  number(key: string): number | undefined {
    const value = this.#value(key);
    if (value === undefined) return 0;
    return value.kind === 'scalar' && typeof value.value === 'number' ? value.value : undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.#value(key);
    if (value === undefined) return false;
    return value.kind === 'scalar' && typeof value.value === 'boolean' ? value.value : undefined;
  }

  object(key: string): View | undefined {
    const entry = this.#entry(key);
    if (entry?.value.kind !== 'mapping' || this.#isUnknown(entry.value)) return undefined;
    return new View(this.found, entry.value, entry.key.range);
  }

  /** The objects of a list; items that are not known are left out. */
  objects(key: string): readonly View[] {
    const list = this.#value(key);
    if (list?.kind !== 'sequence') return [];
    return list.items.flatMap((item) =>
      item.kind === 'mapping' && !this.#isUnknown(item) ? new View(this.found, item, firstKey(item, undefined)) : [],
    );
  }

  /** How long a list is. */
  count(key: string): number | undefined {
    const list = this.#value(key);
    if (list === undefined) return 0;
    return list.kind === 'sequence' ? list.items.length : undefined;
  }

  /** The texts of a list. */
  items(key: string, unknown: (text: string) => boolean = isPlaceholder): readonly Item[] {
    const list = this.#value(key);
    if (list?.kind !== 'sequence') return [];
    return list.items.map((item) => ({ value: this.#textOf(item, unknown), range: item.range }));
  }

  /** The entries of a map from text to text. */
  pairs(key: string, unknown: (text: string) => boolean = isPlaceholder): readonly Pair[] {
    const map = this.#value(key);
    if (map?.kind !== 'mapping' || this.#isUnknown(map)) return [];
    return map.entries.flatMap(({ key: name, value }) =>
      this.found.careful && unknown(name.text)
        ? []
        : { key: name.text, keyRange: name.range, value: this.#textOf(value, unknown), range: value.range },
    );
  }

  /** The entries of a map from text to objects. */
  members(key: string): readonly { readonly key: string; readonly keyRange: Range; readonly view: View | undefined }[] {
    const map = this.#value(key);
    if (map?.kind !== 'mapping' || this.#isUnknown(map)) return [];
    return map.entries.map(({ key: name, value }) => ({
      key: name.text,
      keyRange: name.range,
      view: value.kind === 'mapping' ? new View(this.found, value, name.range) : undefined,
    }));
  }

  /** How many entries a map has; none where it is not written. */
  size(key: string): number | undefined {
    const map = this.#value(key);
    if (map === undefined) return 0;
    return map.kind === 'mapping' && !this.#isUnknown(map) ? map.entries.length : undefined;
  }

  /** The value of a key, as it is. */
  raw(key: string): YamlNode | undefined {
    return this.#value(key);
  }

  /** The place of a scalar's value; of a collection, of something empty or missing the key, or what stands for the whole. */
  at(key: string): Range {
    const entry = this.#entry(key);
    if (!entry) return this.mark;
    const { value } = entry;
    return value.kind === 'scalar' && value.range.end > value.range.start ? value.range : entry.key.range;
  }

  /** The place of a key, or what stands for the whole where it is missing. */
  keyAt(key: string): Range {
    return this.#entry(key)?.key.range ?? this.mark;
  }

  #text(key: string, unknown: (text: string) => boolean): string | undefined {
    const value = this.#value(key);
    return value === undefined ? '' : this.#textOf(value, unknown);
  }

  #textOf(value: YamlNode, unknown: (text: string) => boolean): string | undefined {
    if (value.kind !== 'scalar' || typeof value.value !== 'string') return undefined;
    return this.found.careful && unknown(value.value) ? undefined : value.value;
  }

  #isUnknown(value: YamlNode): boolean {
    return this.found.careful && isPlaceholderMap(value, this.found.text);
  }

  #entry(key: string): YamlEntry | undefined {
    const entry = entryOf(this.node, key) ?? this.found.meant(this.node, key);
    return entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null) ? undefined : entry;
  }

  #value(key: string): YamlNode | undefined {
    return this.#entry(key)?.value;
  }
}

/** What stands for a mapping: its own key where it has one, else its first key, else its braces. */
export function firstKey(node: YamlMapping, own: Range | undefined): Range {
  return own ?? node.entries[0]?.key.range ?? node.range;
}
