/** Completion: choices for the place of the cursor, and more about one of them when it is looked at. */
import {
  type CancellationToken,
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  type CompletionParams,
  MarkupKind,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CandidateKind } from '../features/completion/candidate.ts';
import { type CompletionChoice, type CompletionOptions, complete } from '../features/completion/complete.ts';
import { type Described, type Description, describe } from '../features/completion/describe.ts';
import { setOf } from '../features/completion/set-of.ts';
import { throwIfCancelled, unlessCancelled } from './cancellation.ts';
import { linesOfDocument } from './convert.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import type { SnippetItems } from './snippet-items.ts';
import type { Texts } from './texts.ts';
import { toPath } from './uris.ts';

/** What the client can show. */
export interface CompletionAbilities {
  readonly markdown: boolean;
  /** Of completion items: a text beside the label in every row. */
  readonly labelDetails: boolean;
}

/**
 * Characters after which editors ask by themselves, beside those of words: where a value begins, and inside names of several parts. A dash is
 * none of them, for every list begins with one and the blank after it asks.
 */
export const TRIGGER_CHARACTERS: readonly string[] = [' ', '/', '.', '"', "'", '['];

/** Longer details would push the labels aside. */
const BESIDE = 60;

const KINDS: Readonly<Record<CandidateKind, CompletionItemKind>> = {
  gateway: CompletionItemKind.Reference,
  host: CompletionItemKind.Reference,
  namespace: CompletionItemKind.Module,
  port: CompletionItemKind.Value,
  subset: CompletionItemKind.Reference,
  constant: CompletionItemKind.EnumMember,
  label: CompletionItemKind.Value,
  secret: CompletionItemKind.Reference,
  field: CompletionItemKind.Property,
};

/** What an item carries to be resolved by. */
interface ItemData {
  readonly folder: string;
  readonly set: string;
  readonly names: Described;
}

export class Completions {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #abilities: CompletionAbilities;
  readonly #snippets: SnippetItems;

  constructor(folders: Folders, texts: Texts, abilities: CompletionAbilities, snippets: SnippetItems) {
    this.#folders = folders;
    this.#snippets = snippets;
    this.#texts = texts;
    this.#abilities = abilities;
  }

  /**
   * @param schemasOf who offers what schemas list in a folder
   * @throws ResponseError where the request is taken back
   */
  async at(
    { textDocument, position, context }: CompletionParams,
    schemasOf: (root: string) => CompletionOptions['schemas'],
    token: CancellationToken,
  ): Promise<CompletionList> {
    const nothing: CompletionList = { isIncomplete: false, items: [] };
    const path = toPath(textDocument.uri);
    const document = this.#folders.document(path);
    const folder = this.#folders.of(path);
    if (!folder || !document) return nothing;
    // The document goes on changing while the folder takes in what was typed before.
    const lines = linesOfDocument(TextDocument.create(document.uri, 'yaml', document.version, document.getText()));
    await unlessCancelled(token, folder.settled());
    throwIfCancelled(token);
    // A blank or a quote begins no word of a snippet.
    const isWord = context?.triggerCharacter === undefined;
    const start = { path, lines, offset: lines.offset(position) };
    const snippets = isWord ? await this.#snippets.at(folder, start, token) : undefined;
    if (snippets) return { isIncomplete: false, items: [...snippets] };
    const { analysis } = folder;
    const found = setOf(analysis.snapshot, analysis.traceables(), path);
    if (!found) return nothing;
    const { set, namespaces } = found;
    const file = { path, text: lines.text, ...namespaces };
    const trigger = context?.triggerCharacter === undefined ? {} : { trigger: context.triggerCharacter };
    const { items, range, incomplete } = complete(set, file, lines.offset(position), {
      schemas: schemasOf(folder.root),
      ...trigger,
    });
    const place = lines.range(range);
    const data = (names: Described): ItemData => ({ folder: this.#folders.uri(folder.root), set: set.id, names });
    return {
      isIncomplete: incomplete,
      items: items.map((each, index) => ({
        ...this.#shown(each),
        textEdit: { range: place, newText: each.text },
        filterText: each.filter,
        sortText: String(index).padStart(4, '0'),
        ...(each.names ? { data: data(each.names) } : {}),
      })),
    };
  }

  /** The item with what is known of the resource that it names; as it is where that is gone. */
  async resolve(item: CompletionItem): Promise<CompletionItem> {
    if (this.#snippets.has(item)) return this.#snippets.resolve(item);
    const data = item.data as Partial<ItemData> | undefined;
    const folder = this.#folders.all().find((each) => this.#folders.uri(each.root) === data?.folder);
    const set = folder?.analysis.traceables().find(({ id }) => id === data?.set);
    const found = set && data?.names && describe(set.mesh, data.names);
    if (!folder || !found) return item;
    const line = (await this.#texts.lines(found.path))?.range({ start: found.offset, end: found.offset }).start.line;
    const where = line === undefined ? '' : this.#written(folder, found.path, line + 1);
    const { markdown } = this.#abilities;
    const value = `${markdown ? markdownOf(found) : plainOf(found)}${where}`;
    return { ...item, documentation: { kind: markdown ? MarkupKind.Markdown : MarkupKind.PlainText, value } };
  }

  #shown({ label, kind, detail }: CompletionChoice): CompletionItem {
    const beside = this.#abilities.labelDetails && detail !== undefined && detail.length <= BESIDE;
    return {
      label,
      kind: KINDS[kind],
      ...(detail === undefined ? {} : { detail }),
      ...(beside ? { labelDetails: { description: detail } } : {}),
    };
  }

  #written({ root }: Folder, path: string, line: number): string {
    const shown = `${path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path}:${line}`;
    if (!this.#abilities.markdown) return `\n\n${shown}`;
    return `\n\n[${shown.replace(/[\\`*_[\]<>]/g, '\\$&')}](${this.#folders.uri(path)}#L${line})`;
  }
}

function markdownOf({ kind, title, lines }: Description): string {
  return [`**${kind}** ${code(title)}`, ...lines.map(([field, text]) => `- ${field}: ${code(text)}`)].join('\n');
}

function plainOf({ kind, title, lines }: Description): string {
  return [`${kind} ${title}`, ...lines.map(([field, text]) => `- ${field}: ${text}`)].join('\n');
}

/** Code in Markdown, whatever is in it. */
function code(text: string): string {
  return `\`${text.replaceAll('`', '')}\``;
}
