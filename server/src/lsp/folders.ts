/** All folders of a window, and the documents that are in none of them. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Settings } from '../workspace/settings.ts';
import type { Files } from './files.ts';
import { Folder } from './folder.ts';
import { isOnDisk, toPath, toUri } from './uris.ts';

export interface FoldersOptions {
  filesOf(root: string): Files;
  readonly context: 'anywhere' | 'inside';
  settings(): Partial<Settings>;
  onChanged(paths: ReadonlySet<string>): void;
}

export class Folders {
  readonly #options: FoldersOptions;
  readonly #folders = new Map<string, Folder>();
  /** Documents in no folder, each a world of its own. */
  readonly #single = new Map<string, Folder>();
  readonly #documents = new Map<string, TextDocument>();

  constructor(options: FoldersOptions) {
    this.#options = options;
  }

  get all(): readonly Folder[] {
    return [...this.#folders.values(), ...this.#single.values()];
  }

  get roots(): readonly Folder[] {
    return [...this.#folders.values()];
  }

  /** The address of a path: an open document's own, so that untitled ones keep theirs. */
  uri(path: string): string {
    return this.#documents.get(path)?.uri ?? toUri(path);
  }

  /** The document that is open at a path. */
  document(path: string): TextDocument | undefined {
    return this.#documents.get(path);
  }

  /** The folder to ask about a path: of nested ones the innermost. */
  folderOf(path: string): Folder | undefined {
    const holding = this.roots.filter((each) => each.holds(path));
    holding.sort((a, b) => b.root.length - a.root.length);
    return holding[0] ?? this.#single.get(path);
  }

  /** Adds a folder; it is to be loaded by the caller. */
  add(uri: string): Folder {
    const folder = this.#make(toPath(uri));
    this.#folders.set(folder.root, folder);
    return folder;
  }

  remove(uri: string): void {
    const folder = this.#folders.get(toPath(uri));
    if (!folder) return;
    this.#folders.delete(folder.root);
    this.#options.onChanged(new Set(folder.analysis.paths()));
  }

  /** Takes in a document as it was opened or typed. */
  async edit(document: TextDocument): Promise<void> {
    const path = toPath(document.uri);
    this.#documents.set(path, document);
    let folder = this.folderOf(path);
    if (!folder) {
      folder = this.#make(path);
      this.#single.set(path, folder);
    }
    await folder.edit(path, document);
  }

  async close(uri: string): Promise<void> {
    const path = toPath(uri);
    this.#documents.delete(path);
    const single = this.#single.get(path);
    if (single) {
      this.#single.delete(path);
      this.#options.onChanged(new Set([path]));
      return;
    }
    await this.folderOf(path)?.close(path);
  }

  /** Tells every folder of the files in it that changed. */
  async changed(uris: readonly string[]): Promise<void> {
    const paths = uris.map(toPath);
    await Promise.all(
      this.roots.map(async (folder) => {
        const own = paths.filter((path) => folder.holds(path) || isContextOf(folder, path));
        if (own.length > 0) await folder.changed(own);
      }),
    );
  }

  #make(root: string): Folder {
    const { context, onChanged } = this.#options;
    const files = this.#options.filesOf(root);
    return new Folder({ root, files, context, settings: this.#options.settings(), onChanged });
  }
}

function isContextOf(folder: Folder, path: string): boolean {
  return isOnDisk(path) && folder.analysis.snapshot.files.has(path);
}
