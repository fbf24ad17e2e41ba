/** A text that is edited again and again, and what all of it comes to. */
import type { Range } from './nodes.ts';
import type { TextEdit } from './edits.ts';

/** An edit of the first text, with who made it. */
export interface AttributedEdit<By> extends TextEdit {
  readonly by: ReadonlySet<By>;
}

/** A stretch of the first text, or what was written. Nothing written stands for what was taken away. */
type Piece<By> = { readonly kept: Range } | { readonly written: string; readonly by: ReadonlySet<By> };

export class EditedText<By> {
  readonly #first: string;
  #pieces: readonly Piece<By>[];
  #text: string;

  constructor(first: string) {
    this.#first = first;
    this.#text = first;
    this.#pieces = [{ kept: { start: 0, end: first.length } }];
  }

  get first(): string {
    return this.#first;
  }

  /** The text as it is now. */
  get text(): string {
    return this.#text;
  }

  /** Makes edits of the text as it is now; they must not overlap. */
  apply(edits: readonly TextEdit[], by: By): void {
    // From the end, so that the ranges of those before stay right; of several at one place the last goes first.
    const sorted = edits.map((edit, index) => ({ edit, index }));
    sorted.sort((a, b) => b.edit.range.start - a.edit.range.start || b.index - a.index);
    for (const { edit } of sorted) this.#replace(edit, by);
    this.#text = this.#pieces.map((piece) => this.#textOf(piece)).join('');
  }

  /** Edits of the first text that lead to this one, in text order. */
  edits(): readonly AttributedEdit<By>[] {
    const result: AttributedEdit<By>[] = [];
    let at = 0;
    let newText = '';
    let by = new Set<By>();
    const close = (start: number) => {
      if (this.#first.slice(at, start) !== newText) result.push({ range: { start: at, end: start }, newText, by });
      newText = '';
      by = new Set();
    };
    for (const piece of this.#pieces) {
      if ('kept' in piece) {
        close(piece.kept.start);
        at = piece.kept.end;
      } else {
        newText += piece.written;
        for (const each of piece.by) by.add(each);
      }
    }
    close(this.#first.length);
    return result;
  }

  #replace({ range, newText }: TextEdit, by: By): void {
    const before: Piece<By>[] = [];
    const after: Piece<By>[] = [];
    const authors = new Set([by]);
    let at = 0;
    for (const piece of this.#pieces) {
      const { length } = this.#textOf(piece);
      const end = at + length;
      if (end <= range.start) before.push(piece);
      else if (at >= range.end) after.push(piece);
      else {
        if (at < range.start) before.push(this.#slice(piece, 0, range.start - at));
        if (end > range.end) after.push(this.#slice(piece, range.end - at, length));
        if ('by' in piece) for (const each of piece.by) authors.add(each);
      }
      at = end;
    }
    this.#pieces = [...before, { written: newText, by: authors }, ...after];
  }

  #slice(piece: Piece<By>, from: number, to: number): Piece<By> {
    if ('written' in piece) return { ...piece, written: piece.written.slice(from, to) };
    return { kept: { start: piece.kept.start + from, end: piece.kept.start + to } };
  }

  #textOf(piece: Piece<By>): string {
    return 'written' in piece ? piece.written : this.#first.slice(piece.kept.start, piece.kept.end);
  }
}
