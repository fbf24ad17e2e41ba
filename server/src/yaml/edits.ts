/**
 * Edits to YAML that keep comments and style: what to change as plain data, turned into text edits when the text is at hand.
 */
import type { Range, ScalarValue } from './nodes.ts';

/** Plain data to be written as YAML. */
export type YamlData = ScalarValue | readonly YamlData[] | { readonly [key: string]: YamlData };

/** A change to one YAML file. Ranges are those of the nodes in the current text. */
export type YamlEdit =
  /** Write another value in place of the scalar at `range`: a string in its quoting style where that can hold it, a number plain. */
  | { readonly kind: 'replace-scalar'; readonly range: Range; readonly value: string | number }
  /** Add an item at the end of the sequence at `range`, written in the style of its siblings. */
  | { readonly kind: 'append-item'; readonly range: Range; readonly value: YamlData }
  /** Remove the item of a sequence that is at `range`, with its line or comma. */
  | { readonly kind: 'remove-item'; readonly range: Range }
  /** Write `key: value` in the mapping at `range`: replaces the value of an existing key, else adds the key at its end. */
  | { readonly kind: 'set-key'; readonly range: Range; readonly key: string; readonly value: YamlData }
  /** Remove `key` of the mapping at `range`. */
  | { readonly kind: 'remove-key'; readonly range: Range; readonly key: string }
  /**
   * Move the item of a block sequence that is at `range` to the end of the list under `key` beside its own list, as it is written, comments and all; the key is
   * written where it is missing. `changes` are made to the item on the way: edits whose ranges lie in it.
   */
  | {
      readonly kind: 'move-item';
      readonly range: Range;
      readonly key: string;
      readonly changes: readonly YamlEdit[];
    }
  /** Add an item to the list at this path of keys from the root of the first document; what is missing is written, in an empty file too. */
  | { readonly kind: 'append-path'; readonly path: readonly string[]; readonly value: YamlData }
  /** Write a value at this path of keys from the root of the first document; what is missing is written, in an empty file too. */
  | { readonly kind: 'set-path'; readonly path: readonly string[]; readonly value: YamlData }
  /** Add a document at the end of the file. */
  | { readonly kind: 'append-document'; readonly value: YamlData }
  /** Write a comment on a line of its own above the line that `range` begins on, as far in as that. `text` begins with its number sign. */
  | { readonly kind: 'insert-comment'; readonly range: Range; readonly text: string }
  /** Write another text in place of a part of a comment. A whole comment with nothing in its place is removed, with its line where it is alone there. */
  | { readonly kind: 'replace-comment'; readonly range: Range; readonly text: string };

/** Text to put in place of a range of the old text. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}
