/** Snippets where a document may begin, filled in with what the workspace tells. */
import {
  type CancellationToken,
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
} from 'vscode-languageserver';
import { documentStartAt } from '../features/completion/document-start.ts';
import { filledSnippets, takesSnippets } from '../scaffold/filled-snippets.ts';
import { snippetText } from '../scaffold/snippet-text.ts';
import { type Snippet, snippets } from '../scaffold/snippets.ts';
import type { FileContents } from '../manifest/contents.ts';
import type { Lines } from './convert.ts';
import type { Folder } from './folder.ts';
import type { Planning } from './planning.ts';

/** What the client can do with snippets. */
export interface SnippetAbilities {
  /** Text with places to fill in; without it, a snippet is its text. */
  readonly places: boolean;
  readonly markdown: boolean;
  /** The client has those of the extension: beside them, only what the workspace changes is offered, by another name. */
  readonly own: boolean;
}

/** What an item carries to be resolved by. */
interface SnippetData {
  readonly what: string;
  readonly body: string;
}

/** In larger folders, the proof takes longer than a list may. */
const FILES_AT_MOST = 500;

/** Told from the snippet that knows no workspace by this ending. */
const HERE = '-here';

interface Filled {
  readonly folder: Folder;
  readonly path: string;
  /** Of all other files. */
  readonly contents: ReadonlySet<FileContents>;
  readonly around: string;
  readonly snippets: readonly Snippet[];
}

export class SnippetItems {
  readonly #planning: Planning;
  readonly #abilities: SnippetAbilities;
  /** The last ones: while a word is typed, nothing else changes. */
  #last: Filled | undefined;

  constructor(planning: Planning, abilities: SnippetAbilities) {
    this.#planning = planning;
    this.#abilities = abilities;
  }

  /**
   * The snippets at a position; undefined where no document begins.
   *
   * @throws ResponseError where the request is taken back
   */
  async at(
    folder: Folder,
    { path, lines, offset }: { readonly path: string; readonly lines: Lines; readonly offset: number },
    token: CancellationToken,
  ): Promise<readonly CompletionItem[] | undefined> {
    const { text } = lines;
    const word = takesSnippets(path) ? documentStartAt(text, offset) : undefined;
    if (!word) return undefined;
    const around = { before: text.slice(0, word.start), after: text.slice(word.end) };
    const filled = await this.#filled(folder, path, around, token);
    const place = lines.range(word);
    return this.#chosen(filled).map(({ prefix, title, what, body }, index) => {
      const data: SnippetData = { what, body };
      const { places } = this.#abilities;
      return {
        label: prefix,
        kind: CompletionItemKind.Snippet,
        detail: title,
        insertTextFormat: places ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
        textEdit: { range: place, newText: places ? body : snippetText(body) },
        filterText: prefix,
        // Before those that know no workspace, which editors sort by their names.
        sortText: ` ${String(index).padStart(4, '0')}`,
        data,
      };
    });
  }

  /** Whether an item is one of these. */
  has({ kind }: CompletionItem): boolean {
    return kind === CompletionItemKind.Snippet;
  }

  /** The item with its whole text. */
  resolve(item: CompletionItem): CompletionItem {
    const { what, body } = (item.data ?? {}) as Partial<SnippetData>;
    if (typeof what !== 'string' || typeof body !== 'string') return item;
    const text = snippetText(body);
    const { markdown } = this.#abilities;
    const value = markdown ? `${what}\n\n\`\`\`yaml\n${text}\n\`\`\`` : `${what}\n\n${text}`;
    return { ...item, documentation: { kind: markdown ? MarkupKind.Markdown : MarkupKind.PlainText, value } };
  }

  #chosen(filled: readonly Snippet[]): readonly Snippet[] {
    if (this.#abilities.own) return filled.map((each) => ({ ...each, prefix: `${each.prefix}${HERE}` }));
    const here = new Map(filled.map((each) => [each.prefix, each]));
    return snippets().map((each) => here.get(each.prefix) ?? each);
  }

  async #filled(
    folder: Folder,
    path: string,
    around: { readonly before: string; readonly after: string },
    token: CancellationToken,
  ): Promise<readonly Snippet[]> {
    const { files } = folder.analysis.snapshot;
    if (files.size > FILES_AT_MOST) return [];
    const contents = new Set([...files.values()].flatMap((each) => (each.path === path ? [] : each.contents)));
    const key = JSON.stringify([around, folder.analysis.settings]);
    const last = this.#last;
    if (last?.folder === folder && last.path === path && last.around === key && isSame(last.contents, contents))
      return last.snippets;
    const file = { path, with: (text: string) => `${around.before}${text}\n${around.after.replace(/^\r?\n/, '')}` };
    const made = await this.#planning.inFolder(folder, (site) => filledSnippets(site, file), token);
    this.#last = { folder, path, contents, around: key, snippets: made };
    return made;
  }
}

function isSame<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}
