/** Typed reading of a YAML mapping: every value with its range; placeholders and values of another type are unknown. */
import type { Range, YamlMapping, YamlNode, YamlScalar } from '../yaml/nodes.ts';
import { entryOf } from '../yaml/entries.ts';
import { isPlaceholder, isPlaceholderMap, isPlaceholderWord, isTemplated } from '../yaml/placeholders.ts';
import { ownText } from './own-text.ts';
import type { Field, Labels, List } from './types.ts';

/** What reading one resource notes on the way. */
export class Notes {
  templated = false;

  constructor(readonly text: string) {}
}

/** A mapping. */
export class Obj {
  constructor(
    readonly notes: Notes,
    readonly node: YamlMapping,
  ) {}

  get range(): Range {
    return this.node.range;
  }

  /** The value of a key; undefined where it is missing or null. */
  get(key: string): YamlNode | undefined {
    const value = entryOf(this.node, key)?.value;
    return value === undefined || (value.kind === 'scalar' && value.value === null) ? undefined : value;
  }

  /** A name, host, address or enum: text in which a placeholder makes the value unknown. */
  string(key: string): Field<string> | undefined {
    const value = this.get(key);
    return value && this.#text(value, isPlaceholder);
  }

  /** One of a field's constants: capitals with underscores are no placeholder here. */
  constant(key: string): Field<string> | undefined {
    const value = this.get(key);
    return value && this.#text(value, isPlaceholderWord);
  }

  /** Free text, as a regular expression: only a template's expression makes it unknown. */
  free(key: string): Field<string> | undefined {
    const value = this.get(key);
    return value && this.#text(value, isTemplated);
  }

  number(key: string): Field<number> | undefined {
    const value = this.get(key);
    if (!value) return undefined;
    if (value.kind === 'scalar' && typeof value.value === 'number') return { value: value.value, range: value.range };
    return this.#unknown(value);
  }

  boolean(key: string): Field<boolean> | undefined {
    const value = this.get(key);
    if (!value) return undefined;
    if (value.kind === 'scalar' && typeof value.value === 'boolean') return { value: value.value, range: value.range };
    return this.#unknown(value);
  }

  /** A number or the name of a port. */
  numberOrString(key: string): Field<number | string> | undefined {
    const value = this.get(key);
    if (value?.kind === 'scalar' && typeof value.value === 'number') return { value: value.value, range: value.range };
    return this.string(key);
  }

  object(key: string): Obj | undefined {
    const value = this.get(key);
    if (!value) return undefined;
    if (value.kind === 'mapping' && !this.#isPlaceholderMap(value)) return new Obj(this.notes, value);
    this.#unknown(value);
    return undefined;
  }

  /** That a key is there; nothing of its value but the range. */
  present(key: string): Field<never> | undefined {
    const value = this.get(key);
    return value && { value: undefined, range: value.range };
  }

  /** A list of objects; items that are no objects are left out. */
  list<T>(key: string, read: (item: Obj) => T): List<T> | undefined {
    const value = this.get(key);
    if (!value) return undefined;
    if (value.kind !== 'sequence') {
      this.#unknown(value);
      return undefined;
    }
    const items: T[] = [];
    value.items.forEach((item) => {
      if (isNull(item)) return;
      if (item.kind === 'mapping' && !this.#isPlaceholderMap(item)) {
        items.push(read(new Obj(this.notes, item)));
      } else this.#unknown(item);
    });
    return { range: value.range, items };
  }

  /** A list of names, hosts or addresses. A list that is itself a placeholder is one unknown item. */
  strings(key: string): List<Field<string>> | undefined {
    const value = this.get(key);
    if (!value) return undefined;
    if (value.kind !== 'sequence') return { range: value.range, items: [this.#unknown(value)] };
    const items = value.items.map((item) => this.#text(item, isPlaceholder));
    return { range: value.range, items };
  }

  /** Labels: unknown as a whole where one of them is. */
  labels(key: string): Labels | undefined {
    const value = this.get(key);
    if (!value) return undefined;
    const object = this.object(key);
    if (!object) return { value: undefined, range: value.range };
    const result: Record<string, string> = {};
    let known = true;
    for (const entry of object.node.entries) {
      if (isNull(entry.value)) continue;
      const text = object.#text(entry.value, isPlaceholder);
      if (text.value === undefined || isPlaceholder(entry.key.text)) known = false;
      else result[entry.key.text] = text.value;
    }
    return { value: known ? result : undefined, range: value.range };
  }

  /** Text by key, for annotations and the like: what is no text is noted and left out. */
  texts(key: string): Readonly<Record<string, string>> {
    const result: Record<string, string> = {};
    const object = this.object(key);
    if (!object) return result;
    for (const { key: name, value } of object.node.entries) {
      if (isNull(value)) continue;
      const text = object.#text(value, () => false).value;
      if (text !== undefined) result[name.text] = text;
    }
    return result;
  }

  #text(value: YamlNode, unknown: (text: string) => boolean): Field<string> {
    if (value.kind !== 'scalar' || typeof value.value !== 'string') return this.#unknown(value);
    if (!unknown(value.value)) return { value: ownText(value.value), range: value.range };
    this.notes.templated = true;
    return { value: undefined, range: value.range };
  }

  /** A value of another type: a placeholder, or a mistake, which is reported elsewhere. */
  #unknown(value: YamlNode): Field<never> {
    if (this.#isPlaceholderMap(value) || (value.kind === 'scalar' && isPlaceholder(value.text))) {
      this.notes.templated = true;
    }
    return { value: undefined, range: value.range };
  }

  #isPlaceholderMap(value: YamlNode): boolean {
    return isPlaceholderMap(value, this.notes.text);
  }
}

function isNull(value: YamlNode): value is YamlScalar {
  return value.kind === 'scalar' && value.value === null;
}
