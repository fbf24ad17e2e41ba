/**
 * A quick reader for the YAML that most manifests are: block mappings and lists of short scalars, each on one line. It reads such a
 * document many times faster than a parser of all of YAML, and leaves every other one alone: where anything is unusual it gives up.
 */
import { isKeyCharacter, isUnusual, isWord, readInline } from './inline-values.ts';
import type { Range, YamlEntry, YamlMapping, YamlNode, YamlScalar } from './nodes.ts';
import { resolvePlain } from './scalars.ts';

/**
 * Reads a document that is a block mapping.
 *
 * @param range of the document in `text`
 * @returns what the full parser would give, which would report no problem; undefined where that is not certain
 */
export function readPlainBlocks(text: string, range: Range): YamlMapping | undefined {
  // A document that begins in the middle of a line follows its dashes there.
  if (range.start > 1 && text.charCodeAt(range.start - 1) !== LINE_FEED) return undefined;
  return new PlainBlocks(text, range.end).read(range.start);
}

const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const BLANK = 0x20;
const HASH = 0x23;
const DASH = 0x2d;
const COLON = 0x3a;

/** Deeper than manifests go; the full parser has a limit of its own. */
const DEPTH = 60;

/** Reads line by line. Every method that returns `undefined` has met something unusual. */
class PlainBlocks {
  readonly #text: string;
  readonly #end: number;
  /** The first character of the content that comes next, its column, and the end of its line. Column -1: there is no more. */
  #at = 0;
  #column = -1;
  #lineEnd = 0;
  #depth = 0;

  constructor(text: string, end: number) {
    this.#text = text;
    this.#end = end;
  }

  read(start: number): YamlMapping | undefined {
    if (!this.#advance(start) || this.#column < 0) return undefined;
    const root = this.#mapping(this.#column);
    return this.#column < 0 ? root : undefined;
  }

  /** Goes to the first line with content at or after `from`; false where a line is unusual. */
  #advance(from: number): boolean {
    const text = this.#text;
    for (let line = from; line < this.#end; ) {
      let at = line;
      while (at < this.#end && text.charCodeAt(at) === BLANK) at++;
      const newline = text.indexOf('\n', at);
      const stop = newline < 0 || newline > this.#end ? this.#end : newline;
      const lineEnd = stop > at && stop < this.#end && text.charCodeAt(stop - 1) === RETURN ? stop - 1 : stop;
      const first = text.charCodeAt(at);
      if (at < lineEnd && first !== HASH) {
        this.#at = at;
        this.#column = at - line;
        this.#lineEnd = lineEnd;
        return true;
      }
      if (!isUsual(text, at, lineEnd)) return false;
      line = stop + 1;
    }
    this.#column = -1;
    return true;
  }

  #mapping(column: number): YamlMapping | undefined {
    if (++this.#depth > DEPTH) return undefined;
    const start = this.#at;
    const entries: YamlEntry[] = [];
    let end = start;
    while (this.#column === column) {
      const keyEnd = this.#keyEnd(this.#at);
      if (keyEnd < 0) return undefined;
      const key = this.#plainScalar(this.#at, keyEnd);
      if (entries.some((each) => each.key.text === key.text)) return undefined;
      const value = this.#value(column, keyEnd + 1);
      if (!value) return undefined;
      entries.push({ key, value });
      end = value.range.end;
    }
    this.#depth--;
    if (this.#column > column) return undefined;
    return { kind: 'mapping', range: { start, end }, style: 'block', entries };
  }

  /** What follows a key's colon, on its line or below it. */
  #value(column: number, afterColon: number): YamlNode | undefined {
    const at = this.#content(afterColon);
    if (at < this.#lineEnd) return this.#inline(at);
    if (!isUsual(this.#text, at, this.#lineEnd) || !this.#nextLine()) return undefined;
    if (this.#column > column) return this.#isItem() ? this.#sequence(this.#column) : this.#mapping(this.#column);
    // A list may stand in its key's column. No value at all is left to the full parser.
    return this.#column === column && this.#isItem() ? this.#sequence(column) : undefined;
  }

  #sequence(column: number): YamlNode | undefined {
    if (++this.#depth > DEPTH) return undefined;
    const start = this.#at;
    const items: YamlNode[] = [];
    let end = start;
    while (this.#column === column && this.#isItem()) {
      const item = this.#item(column);
      if (!item) return undefined;
      items.push(item);
      end = item.range.end;
    }
    this.#depth--;
    if (this.#column > column) return undefined;
    return { kind: 'sequence', range: { start, end }, style: 'block', items };
  }

  /** What follows an item's dash on its line. */
  #item(column: number): YamlNode | undefined {
    const at = this.#content(this.#at + 1);
    if (at >= this.#lineEnd) return undefined;
    if (this.#keyEnd(at) < 0) return this.#inline(at);
    // The mapping's first key is as far in as it stands.
    this.#column = column + at - this.#at;
    this.#at = at;
    return this.#mapping(this.#column);
  }

  #inline(at: number): YamlNode | undefined {
    const value = readInline(this.#text, at, this.#lineEnd);
    if (!value) return undefined;
    const rest = this.#content(value.range.end);
    if (rest < this.#lineEnd || !isUsual(this.#text, value.range.end, this.#lineEnd)) return undefined;
    return this.#nextLine() ? value : undefined;
  }

  #nextLine(): boolean {
    return this.#advance(Math.min(this.#text.indexOf('\n', this.#lineEnd) + 1 || this.#end, this.#end));
  }

  /** The first character that is neither a blank nor in a comment, at most the line's end. */
  #content(from: number): number {
    let at = from;
    while (at < this.#lineEnd && this.#text.charCodeAt(at) === BLANK) at++;
    return at > from && this.#text.charCodeAt(at) === HASH ? this.#lineEnd : at;
  }

  #isItem(): boolean {
    return this.#text.charCodeAt(this.#at) === DASH && this.#text.charCodeAt(this.#at + 1) === BLANK;
  }

  /** The end of a key of letters, digits and `_ . / -` that a colon follows at once; -1 where there is none. */
  #keyEnd(from: number): number {
    const text = this.#text;
    let at = from;
    if (!isWord(text.charCodeAt(at))) return -1;
    while (at < this.#lineEnd && isKeyCharacter(text.charCodeAt(at))) at++;
    if (at >= this.#lineEnd || text.charCodeAt(at) !== COLON || at - from > 200) return -1;
    return at + 1 === this.#lineEnd || text.charCodeAt(at + 1) === BLANK ? at : -1;
  }

  #plainScalar(start: number, end: number): YamlScalar {
    const text = this.#text.slice(start, end);
    return { kind: 'scalar', range: { start, end }, text, value: resolvePlain(text), style: 'plain' };
  }
}

/** Whether comments and blanks hold nothing that is not plain text: tabs, other line ends and the like. */
function isUsual(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (isUnusual(text.charCodeAt(at))) return false;
  }
  return true;
}
