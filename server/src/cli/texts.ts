/** The texts that findings point into, each read and split into lines once. */
import type { FixEdit } from '../rules/finding.ts';
import { resolveFix } from '../analysis/resolve-fix.ts';
import type { TextEdit } from '../yaml/edits.ts';
import { LineIndex } from './lines.ts';

/** The text of a file as the analysis read it; empty where it cannot be read any more. */
export type ReadText = (path: string) => string;

export class Texts {
  readonly #read: ReadText;
  readonly #indexes = new Map<string, LineIndex>();

  constructor(read: ReadText) {
    this.#read = read;
  }

  /** The lines of a file. */
  index(path: string): LineIndex {
    const known = this.#indexes.get(path);
    if (known) return known;
    const index = new LineIndex(this.#read(path));
    this.#indexes.set(path, index);
    return index;
  }

  /** Takes in what a file has become. */
  set(path: string, text: string): void {
    this.#indexes.set(path, new LineIndex(text));
  }

  /** A fix as edits of texts, file by file; undefined where one of its edits has no place in the text any more. */
  resolve(edits: readonly FixEdit[]): ReadonlyMap<string, readonly TextEdit[]> | undefined {
    return resolveFix(edits, (path) => this.index(path).text);
  }
}
