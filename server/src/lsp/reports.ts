/** What is reported on a file. */
import type { Diagnostic } from 'vscode-languageserver';
import { resultIdOf, toDiagnostic } from './convert.ts';
import type { Folders } from './folders.ts';
import type { Texts } from './texts.ts';

export interface Report {
  readonly items: readonly Diagnostic[];
  readonly resultId: string;
  /** Of the open document that the positions belong to. */
  readonly version: number | null;
}

export class Reports {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #scope: () => 'workspace' | 'openFiles';

  constructor(folders: Folders, texts: Texts, scope: () => 'workspace' | 'openFiles') {
    this.#folders = folders;
    this.#texts = texts;
    this.#scope = scope;
  }

  /** Files that may have findings. */
  paths(): readonly string[] {
    if (this.#scope() === 'openFiles') return this.#folders.openPaths();
    return this.#folders
      .all()
      .flatMap((folder) => folder.analysis.paths().filter((path) => this.#folders.of(path) === folder));
  }

  /** What is reported on a file now. Nothing on files that are not open where only those are wanted. */
  async of(path: string): Promise<Report> {
    const isOpen = this.#folders.document(path) !== undefined;
    const isWanted = isOpen || this.#scope() === 'workspace';
    const findings = isWanted ? (this.#folders.of(path)?.analysis.findings(path) ?? []) : [];
    const version = this.#folders.document(path)?.version ?? null;
    if (findings.length === 0) return { items: [], resultId: resultIdOf([]), version };
    const places = await this.#texts.places(findings);
    const lines = places.lines(path);
    const items = lines ? findings.map((each) => toDiagnostic(each, lines, places)) : [];
    return { items, resultId: resultIdOf(items), version };
  }
}
