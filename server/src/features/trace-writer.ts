/** A document in the making: text, with links into files. */
import type { Plane } from '../trace/plane.ts';
import type { Range } from '../yaml/nodes.ts';

/** A stretch of the document that stands for a place in a file. */
export interface TextLink {
  readonly range: Range;
  readonly path: string;
  /** Into the file's text. */
  readonly offset: number;
}

export interface LinkedText {
  readonly text: string;
  readonly links: readonly TextLink[];
}

export interface TraceTextOptions {
  readonly plane: Plane;
  /** A place as the user would write it: `egress/virtualservice.yaml:14`. */
  readonly place: (path: string, offset: number) => string;
}

/** A piece of a line: text, or text that is a link. */
export type Piece = string | { readonly text: string; readonly path: string; readonly offset: number };

export class TraceWriter {
  #text = '';
  readonly #links: TextLink[] = [];

  line(...pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      const start = this.#text.length;
      this.#text += typeof piece === 'string' ? piece : piece.text;
      if (typeof piece === 'string') continue;
      this.#links.push({ range: { start, end: this.#text.length }, path: piece.path, offset: piece.offset });
    }
    this.#text += '\n';
  }

  written(): LinkedText {
    return { text: this.#text, links: this.#links };
  }
}
