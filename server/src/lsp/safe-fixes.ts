/** All fixes that need no second thought, in a file or everywhere, as one edit. */
import type { ChangeAnnotation, WorkspaceEdit } from 'vscode-languageserver';
import { type Fixed, fixAll, safeFixOf } from '../analysis/fix-all.ts';
import type { Analysis } from '../analysis/types.ts';
import { readContents } from '../manifest/read-contents.ts';
import type { FixAllParams, FixAllResult, SafeFix } from '../protocol.ts';
import type { Finding } from '../rules/finding.ts';
import { isWithin } from '../workspace/paths.ts';
import type { TextEdit } from '../yaml/edits.ts';
import type { FixEdits } from './fix-edits.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import type { Texts } from './texts.ts';
import { toPath } from './uris.ts';

export class SafeFixes {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #edits: FixEdits;

  constructor(folders: Folders, texts: Texts, edits: FixEdits) {
    this.#folders = folders;
    this.#texts = texts;
    this.#edits = edits;
  }

  /** How many findings of a file have such a fix. */
  count(path: string): number {
    return this.#own(this.#folders.of(path), path).filter((each) => safeFixOf(each)).length;
  }

  /** The edit for a file; undefined where nothing can be fixed. */
  async ofFile(path: string): Promise<WorkspaceEdit | undefined> {
    const folder = this.#folders.of(path);
    const fixed = folder && (await this.#fixed(folder, [path]));
    if (!fixed || fixed.files.size === 0) return undefined;
    const files = new Map<string, readonly TextEdit[]>();
    for (const [each, text] of fixed.files) files.set(each, text.edits());
    return this.#edits.ofTexts(files);
  }

  /** The edit for a file, or for all, with what it does: each edit is annotated with the titles of its fixes. */
  async all({ uri }: FixAllParams): Promise<FixAllResult> {
    await this.#folders.settled();
    const fixes: SafeFix[] = [];
    const changeAnnotations: Record<string, ChangeAnnotation> = {};
    const files = new Map<string, readonly (TextEdit & { readonly annotationId: string })[]>();
    for (const { folder, paths } of this.#asked(uri)) {
      const fixed = await this.#fixed(folder, paths);
      for (const { finding, title } of fixed.applied) fixes.push(...(await this.#shown(finding, title)));
      for (const [path, text] of fixed.files) {
        const edits = text.edits().map(({ range, newText, by }) => {
          const label = [...new Set([...by].sort((a, b) => a - b).map((each) => fixed.applied[each]?.title))].join(
            '; ',
          );
          changeAnnotations[label] = { label, needsConfirmation: false };
          return { range, newText, annotationId: label };
        });
        files.set(path, [...(files.get(path) ?? []), ...edits]);
      }
    }
    return { fixes, edit: { ...(await this.#edits.ofTexts(files)), changeAnnotations } };
  }

  #asked(uri: string | undefined): readonly { readonly folder: Folder; readonly paths: readonly string[] }[] {
    if (uri === undefined) return this.#folders.all().map((folder) => ({ folder, paths: folder.analysis.paths() }));
    const path = toPath(uri);
    const folder = this.#folders.of(path);
    return folder ? [{ folder, paths: [path] }] : [];
  }

  /** Fixes a copy: nothing changes here before the editor applies it. */
  async #fixed(folder: Folder, paths: readonly string[]): Promise<Fixed> {
    let copy: Analysis | undefined;
    const now = () => copy ?? folder.analysis;
    return fixAll({
      findings: () => paths.flatMap((path) => this.#own(folder, path, now())),
      read: async (path) => (await this.#texts.lines(path))?.text,
      update: async (texts) => {
        copy ??= await folder.copy();
        const changes = [...texts].map(([path, text]) => ({ path, contents: readContents(path, text) }));
        copy.update(changes);
      },
      mayWrite: (path) => isWithin(folder.root, path) && folder.analysis.snapshot.files.get(path)?.context === false,
    });
  }

  /** Files in nested folders are the innermost one's to judge. */
  #own(folder: Folder | undefined, path: string, analysis = folder?.analysis): readonly Finding[] {
    return analysis && this.#folders.of(path) === folder ? analysis.findings(path) : [];
  }

  async #shown({ code, path, range }: Finding, title: string): Promise<readonly SafeFix[]> {
    const place = (await this.#texts.lines(path))?.range(range);
    return place ? [{ title, code, uri: this.#folders.uri(path), range: place }] : [];
  }
}
