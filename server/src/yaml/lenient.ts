/**
 * A reader for documents that are being typed: it takes what it understands, by columns, and goes past the rest. It reports nothing and
 * never fails, so what it gives is only good for guessing what is meant.
 */
import { FlowReader } from './lenient-flow.ts';
import { isBlankOrEnd, isMark, quotedEnd } from './lenient-text.ts';
import type { Range, YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from './nodes.ts';
import { resolvePlain } from './scalars.ts';

/**
 * Reads a document.
 *
 * @param text may hold one `MARK` (see `lenient-text.ts`): the place of the cursor, which is part of a scalar then. Right after a colon or
 *   a dash it counts as the blank that is still to be typed.
 * @param range of the document in `text`
 * @returns undefined where there is no content. A key without a colon is an entry without a value; an item whose dash is still missing is
 *   part of the list that it stands in, if it holds the mark.
 */
export function readLeniently(text: string, range: Range): YamlNode | undefined {
  return new LenientReader(text, range).read();
}

interface Line {
  /** Its first character that is no blank. */
  readonly at: number;
  readonly column: number;
  /** Before the line break. */
  readonly end: number;
}

const DEPTH = 100;

class LenientReader {
  readonly #text: string;
  readonly #lines: readonly Line[];
  #next = 0;
  #depth = 0;
  /** Where the content that comes next begins: of the line at `#next`, or after a dash in it. */
  #at = 0;
  #column = -1;
  #end = 0;

  constructor(text: string, range: Range) {
    this.#text = text;
    this.#lines = linesIn(text, range);
  }

  read(): YamlNode | undefined {
    this.#goTo(0);
    return this.#column < 0 ? undefined : this.#block(-1);
  }

  #goTo(index: number): void {
    this.#next = index;
    const line = this.#lines[index];
    this.#at = line?.at ?? this.#text.length;
    this.#column = line?.column ?? -1;
    this.#end = line?.end ?? this.#text.length;
  }

  /** Goes past lines that are further in than `column`: what could not be understood there. */
  #skipDeeper(column: number): void {
    while (this.#column > column) this.#goTo(this.#next + 1);
  }

  /** @param above the column of the mapping or list that this is in */
  #block(above: number): YamlNode {
    if (++this.#depth > DEPTH) {
      const empty = emptyAt(this.#at);
      this.#skipDeeper(above);
      this.#depth--;
      return empty;
    }
    const shape = this.#shape();
    const node =
      shape === 'sequence'
        ? this.#sequence(above)
        : shape === 'mapping'
          ? this.#mapping()
          : this.#inline(this.#at, above);
    this.#depth--;
    return node;
  }

  /** What begins here. A word that is being typed belongs to what goes on below it in the same column. */
  #shape(): YamlNode['kind'] {
    if (this.#isItem()) return 'sequence';
    if (this.#keyEnd() !== undefined) return 'mapping';
    const below = this.#lines[this.#next + 1];
    if (!this.#holdsMark() || below?.column !== this.#column || '[{'.includes(this.#text.charAt(this.#at)))
      return 'scalar';
    return this.#text.charAt(below.at) === '-' && isBlankOrEnd(this.#text, below.at + 1) ? 'sequence' : 'mapping';
  }

  #mapping(): YamlMapping {
    const column = this.#column;
    const start = this.#at;
    const entries: YamlEntry[] = [];
    while (this.#column === column && !this.#isItem()) {
      entries.push(this.#entry(column));
      this.#skipDeeper(column);
    }
    return {
      kind: 'mapping',
      range: { start, end: entries.at(-1)?.value.range.end ?? start },
      style: 'block',
      entries,
    };
  }

  #entry(column: number): YamlEntry {
    const keyEnd = this.#keyEnd();
    if (keyEnd === undefined) {
      const key = this.#scalar(this.#at, this.#end);
      this.#goTo(this.#next + 1);
      return { key, value: emptyAt(key.range.end) };
    }
    const key = this.#scalar(this.#at, keyEnd);
    return { key, value: this.#value(keyEnd + 1, column) };
  }

  /** What follows a key's colon or an item's dash: on its line, or on lines that are further in than `column`. */
  #value(after: number, column: number): YamlNode {
    const at = this.#skipProperties(after);
    if (at < this.#end && !this.#isComment(at)) return this.#inline(at, column);
    this.#goTo(this.#next + 1);
    if (this.#column > column) return this.#block(column);
    // A list may stand in its key's column.
    return this.#column === column && this.#isItem() ? this.#sequence(column - 1) : emptyAt(after);
  }

  #sequence(above: number): YamlSequence {
    const column = this.#column;
    const start = this.#at;
    const items: YamlNode[] = [];
    for (;;) {
      if (this.#column === column && this.#isItem()) items.push(this.#item(column));
      // A word where a dash should be: half of an item, where that is being typed.
      else if (this.#column === column && column > above + 1 && this.#holdsMark()) items.push(this.#dashless());
      else break;
      this.#skipDeeper(column);
    }
    return { kind: 'sequence', range: { start, end: items.at(-1)?.range.end ?? start }, style: 'block', items };
  }

  #item(column: number): YamlNode {
    const dash = this.#at;
    const at = this.#skipProperties(dash + 1);
    if (at >= this.#end || this.#isComment(at)) {
      this.#goTo(this.#next + 1);
      return this.#column > column ? this.#block(column) : emptyAt(dash + 1);
    }
    this.#column = column + at - dash;
    this.#at = at;
    return this.#block(column);
  }

  #dashless(): YamlScalar {
    const scalar = this.#scalar(this.#at, this.#end);
    this.#goTo(this.#next + 1);
    return scalar;
  }

  /** A value that begins on this line. */
  #inline(at: number, above: number): YamlNode {
    const first = this.#text.charAt(at);
    if ((first === '[' || first === '{') && !this.#text.startsWith('{{', at)) return this.#flow(at, above);
    const scalar = this.#scalar(at, this.#end);
    this.#goTo(this.#next + 1);
    if (first === '|' || first === '>') this.#skipDeeper(above);
    return scalar;
  }

  #flow(at: number, above: number): YamlNode {
    const last = this.#lines.findIndex(
      ({ at: start, column }, index) =>
        index > this.#next && column <= above && !/[\]}]/.test(this.#text.charAt(start)),
    );
    const end = this.#lines[(last < 0 ? this.#lines.length : last) - 1]?.end ?? this.#end;
    const reader = new FlowReader(this.#text, end);
    const node = reader.read(at);
    const next = this.#lines.findIndex((line, index) => index > this.#next && line.at >= reader.at);
    this.#goTo(next < 0 ? this.#lines.length : next);
    return node;
  }

  /** A scalar from `start` up to a comment, to its closing quote, or to `end`. */
  #scalar(start: number, end: number): YamlScalar {
    const text = this.#text;
    const quote = text.charAt(start);
    if (quote === '"' || quote === "'") {
      const stop = Math.min(quotedEnd(text, start, end), end);
      const closed = stop > start + 1 && text.charAt(stop - 1) === quote;
      const inside = text.slice(start + 1, closed ? stop - 1 : stop);
      const style = quote === '"' ? 'double' : 'single';
      return { kind: 'scalar', range: { start, end: stop }, text: inside, value: inside, style };
    }
    let stop = start;
    while (stop < end && !this.#isComment(stop)) stop++;
    while (stop > start && isBlankOrEnd(text, stop - 1)) stop--;
    const own = text.slice(start, stop);
    const isBlock = quote === '|' || quote === '>';
    const value = isBlock ? '' : resolvePlain(own);
    return { kind: 'scalar', range: { start, end: stop }, text: own, value, style: isBlock ? 'block' : 'plain' };
  }

  /** Where the colon is that ends the key which begins here; undefined where none does. */
  #keyEnd(): number | undefined {
    const text = this.#text;
    let at = this.#at;
    const first = text.charAt(at);
    if (first === '"' || first === "'") at = quotedEnd(text, at, this.#end);
    else if ('[{|>'.includes(first)) return undefined;
    for (; at < this.#end; at++) {
      if (this.#isComment(at)) return undefined;
      if (text.charAt(at) === ':' && (isBlankOrEnd(text, at + 1) || isMark(text, at + 1))) return at;
    }
    return undefined;
  }

  #isItem(): boolean {
    const after = this.#at + 1;
    return this.#text.charAt(this.#at) === '-' && (isBlankOrEnd(this.#text, after) || isMark(this.#text, after));
  }

  #isComment(at: number): boolean {
    return this.#text.charAt(at) === '#' && (at === 0 || isBlankOrEnd(this.#text, at - 1));
  }

  #holdsMark(): boolean {
    for (let at = this.#at; at < this.#end; at++) if (isMark(this.#text, at)) return true;
    return false;
  }

  /** Blanks, anchors and tags before a value. */
  #skipProperties(from: number): number {
    let at = from;
    for (;;) {
      while (at < this.#end && isBlankOrEnd(this.#text, at)) at++;
      const first = this.#text.charAt(at);
      if (at >= this.#end || (first !== '&' && first !== '!')) return at;
      while (at < this.#end && !isBlankOrEnd(this.#text, at) && !isMark(this.#text, at)) at++;
    }
  }
}

/** Lines with content: without comments, and without the lines of a template's own. */
function linesIn(text: string, range: Range): readonly Line[] {
  const lines: Line[] = [];
  for (let start = range.start; start < range.end; ) {
    const newline = text.indexOf('\n', start);
    const stop = newline < 0 || newline > range.end ? range.end : newline;
    const end = stop > start && text.charAt(stop - 1) === '\r' ? stop - 1 : stop;
    let at = start;
    while (at < end && isBlankOrEnd(text, at)) at++;
    if (at < end && text.charAt(at) !== '#' && !text.startsWith('{{', at)) lines.push({ at, column: at - start, end });
    start = stop + 1;
  }
  return lines;
}

function emptyAt(at: number): YamlScalar {
  return { kind: 'scalar', range: { start: at, end: at }, text: '', value: null, style: 'plain' };
}
