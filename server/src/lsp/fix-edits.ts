/** Fixes as edits of a workspace. */
import type {
  AnnotatedTextEdit,
  CreateFile,
  TextDocumentEdit,
  TextEdit as LspTextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import { pathsOf, resolveFix } from '../analysis/resolve-fix.ts';
import type { Fix } from '../rules/finding.ts';
import type { TextEdit } from '../yaml/edits.ts';
import { type Lines, linesOfFile } from './convert.ts';
import type { Folders } from './folders.ts';
import type { Texts } from './texts.ts';

export interface EditAbilities {
  /** The client takes edits with versions of documents; else plain ones. */
  readonly versions: boolean;
  /** The client makes files in an edit. */
  readonly creates: boolean;
}

export class FixEdits {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #abilities: EditAbilities;

  constructor(folders: Folders, texts: Texts, abilities: EditAbilities) {
    this.#folders = folders;
    this.#texts = texts;
    this.#abilities = abilities;
  }

  /** The edit of one fix; undefined where it has no place in the texts any more. */
  async of({ edits }: Fix): Promise<WorkspaceEdit | undefined> {
    const lines = new Map<string, Lines>();
    const missing = new Set<string>();
    for (const path of pathsOf(edits)) {
      const found = await this.#texts.lines(path);
      if (!found) missing.add(path);
      lines.set(path, found ?? linesOfFile(''));
    }
    if (missing.size > 0 && !this.#abilities.creates) return undefined;
    const resolved = resolveFix(edits, (path) => lines.get(path)?.text);
    return resolved && this.#written(resolved, lines, missing);
  }

  /**
   * The edit of texts, with annotations where edits have them.
   *
   * @param created files that are new
   */
  async ofTexts(
    files: ReadonlyMap<string, readonly (TextEdit & { readonly annotationId?: string })[]>,
    created: ReadonlySet<string> = new Set(),
  ): Promise<WorkspaceEdit> {
    const lines = new Map<string, Lines>();
    for (const path of files.keys()) {
      const found = created.has(path) ? linesOfFile('') : await this.#texts.lines(path);
      if (found) lines.set(path, found);
    }
    return this.#written(files, lines, created);
  }

  /** Whether edits can make files. */
  get creates(): boolean {
    return this.#abilities.versions && this.#abilities.creates;
  }

  #written(
    files: ReadonlyMap<string, readonly (TextEdit & { readonly annotationId?: string })[]>,
    lines: ReadonlyMap<string, Lines>,
    missing: ReadonlySet<string>,
  ): WorkspaceEdit {
    const changes: (TextDocumentEdit | CreateFile)[] = [];
    const plain: Record<string, LspTextEdit[]> = {};
    for (const [path, list] of files) {
      const uri = this.#folders.uri(path);
      if (missing.has(path)) changes.push({ kind: 'create', uri, options: { ignoreIfExists: true } });
      const edits = list.flatMap(({ range, newText, annotationId }): readonly (LspTextEdit | AnnotatedTextEdit)[] => {
        const place = lines.get(path)?.range(range);
        if (!place) return [];
        return [{ range: place, newText, ...(annotationId === undefined ? {} : { annotationId }) }];
      });
      plain[uri] = [...edits];
      changes.push({
        textDocument: { uri, version: this.#folders.document(path)?.version ?? null },
        edits: [...edits],
      });
    }
    return this.#abilities.versions ? { documentChanges: changes } : { changes: plain };
  }
}
