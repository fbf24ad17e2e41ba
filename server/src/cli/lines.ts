/** Offsets into a text as lines and characters, as LSP counts them. */
import type { Range } from '../yaml/nodes.ts';

/** Both from 0; characters are UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface PositionRange {
  readonly start: Position;
  readonly end: Position;
}

/**
 * Where the lines of a text begin: made once for each text that is asked about. A line ends with LF, CRLF or CR. A byte order mark is
 * before the first line: editors do not count it.
 */
export class LineIndex {
  readonly #starts: readonly number[];

  constructor(readonly text: string) {
    const starts = [text.startsWith('\ufeff') ? 1 : 0];
    for (const each of text.matchAll(/\r\n|\n|\r/g)) starts.push(each.index + each[0].length);
    this.#starts = starts;
  }

  /** The position of an offset; one that is not in the text becomes the nearest that is. */
  position(offset: number): Position {
    const inside = Math.max(this.#starts[0] ?? 0, Math.min(offset, this.text.length));
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= inside) low = middle;
      else high = middle;
    }
    return { line: low, character: inside - (this.#starts[low] ?? 0) };
  }

  range({ start, end }: Range): PositionRange {
    return { start: this.position(start), end: this.position(end) };
  }

  /** A line without its end, and the offset at which it starts. */
  line(number: number): { readonly text: string; readonly start: number } {
    const start = this.#starts[number] ?? this.text.length;
    const next = this.#starts[number + 1] ?? this.text.length;
    return { text: this.text.slice(start, next).replace(/[\r\n]+$/, ''), start };
  }
}
