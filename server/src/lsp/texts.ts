/** Lines of files, open or not: what positions are counted in. */
import type { Finding } from '../rules/finding.ts';
import { type Lines, linesOfDocument, linesOfFile, type Places } from './convert.ts';
import type { Folders } from './folders.ts';

/** How many files that are not open are kept: those with findings, and those that findings point at. */
const KEPT = 200;

export class Texts {
  readonly #folders: Folders;
  readonly #rulePageBase: string | undefined;
  readonly #kept = new Map<string, Lines>();

  constructor(folders: Folders, rulePageBase: string | undefined) {
    this.#folders = folders;
    this.#rulePageBase = rulePageBase;
  }

  /** Forgets what may no longer be so. */
  changed(paths: Iterable<string>): void {
    for (const path of paths) this.#kept.delete(path);
  }

  /** The lines of a file; undefined where it cannot be read any more. */
  async lines(path: string): Promise<Lines | undefined> {
    const document = this.#folders.document(path);
    if (document) return linesOfDocument(document);
    const kept = this.#kept.get(path);
    if (kept) return kept;
    const text = await this.#folders.read(path);
    if (text === undefined) return undefined;
    const lines = linesOfFile(text);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(path, lines);
    return lines;
  }

  /** All places that findings speak of. */
  async places(findings: readonly Finding[]): Promise<Places> {
    const paths = new Set(findings.flatMap((each) => [each.path, ...each.related.map(({ path }) => path)]));
    const lines = new Map<string, Lines>();
    for (const path of paths) {
      const found = await this.lines(path);
      if (found) lines.set(path, found);
    }
    return {
      lines: (path) => lines.get(path),
      uri: (path) => this.#folders.uri(path),
      rulePageBase: this.#rulePageBase,
    };
  }
}
