/** All folders of a window, the documents that are open, and those of them that are in no folder. */
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { folderOf, isWithin } from '../workspace/paths.ts';
import type { Settings } from '../workspace/settings.ts';
import type { Clock } from './clock.ts';
import { type DiskEvent, Folder, type FolderListener } from './folder.ts';
import { type FileSource, LOOSE } from './sources.ts';
import { isOnDisk, isUntitled, toPath, Uris } from './uris.ts';

export interface FoldersOptions {
  /** Where the files of a folder come from; undefined where nobody can read them. */
  sourceOf(root: string): FileSource | undefined;
  /** Settings of a folder; of the window where no folder is given. */
  settingsOf(root: string | undefined): Partial<Settings>;
  context(): 'anywhere' | 'inside';
  readonly clock: Clock;
  readonly listener: FolderListener & {
    /** @param paths files that are no longer looked at */
    removed(paths: ReadonlySet<string>): void;
  };
}

export class Folders {
  readonly #options: FoldersOptions;
  readonly #uris = new Uris();
  readonly #folders = new Map<string, Folder>();
  /** Analyses of open documents that are in no folder, by the folder on disk that they are in. */
  readonly #loose = new Map<string, Folder>();
  readonly #documents = new Map<string, TextDocument>();
  #isStarted = false;

  constructor(options: FoldersOptions) {
    this.#options = options;
  }

  /** The folders of the window are known: until then, nobody can tell which document is in none of them. */
  start(): void {
    this.#isStarted = true;
    for (const document of [...this.#documents.values()]) this.edit(document);
  }

  /** All that is looked at. */
  all(): readonly Folder[] {
    return [...this.#folders.values(), ...this.#loose.values()];
  }

  /** The folders that the window has open. */
  get roots(): readonly Folder[] {
    return [...this.#folders.values()];
  }

  /** The folder to ask about a file: of nested ones the innermost. */
  of(path: string): Folder | undefined {
    let result: Folder | undefined;
    for (const each of this.#folders.values()) {
      if (each.has(path) && each.root.length > (result?.root.length ?? -1)) result = each;
    }
    return result ?? this.#loose.get(folderOf(path));
  }

  add(uri: string): void {
    const root = toPath(uri);
    const source = this.#options.sourceOf(root);
    if (this.#folders.has(root) || !source) return;
    const folder = this.#make(root, source, this.#options.settingsOf(root));
    this.#folders.set(root, folder);
    if (!this.#isStarted) return;
    for (const [path, document] of this.#documents) {
      if (this.of(path) !== folder) continue;
      this.#leaveLoose(path);
      folder.edit(path, document.getText());
    }
  }

  remove(uri: string): void {
    const folder = this.#folders.get(toPath(uri));
    if (!folder) return;
    this.#folders.delete(folder.root);
    folder.dispose();
    this.#options.listener.removed(new Set(folder.analysis.paths()));
    for (const [path, document] of this.#documents) {
      if (isWithin(folder.root, path)) this.edit(document);
    }
  }

  /** Takes in a document as it was opened or typed. Those of schemes that no folder has (`git:`, one side of a diff) do not count. */
  edit(document: TextDocument): void {
    const path = this.#uris.opened(document.uri);
    const folder = this.of(path) ?? (this.#isStarted ? this.#makeLoose(path) : undefined);
    if (!folder && this.#isStarted) this.#documents.delete(path);
    else this.#documents.set(path, document);
    folder?.edit(path, document.getText());
  }

  close(uri: string): void {
    const path = toPath(uri);
    if (!this.#documents.delete(path)) return;
    if (this.#leaveLoose(path)) this.#options.listener.removed(new Set([path]));
    else this.of(path)?.close(path);
  }

  /** Tells every folder of what happened to files in it. */
  diskChanged(events: readonly DiskEvent[]): void {
    for (const folder of this.#folders.values()) {
      const own = events.filter((each) => folder.has(each.path));
      if (own.length > 0) folder.diskChanged(own);
    }
  }

  configure(): void {
    const { settingsOf, context } = this.#options;
    for (const folder of this.#folders.values()) folder.configure(settingsOf(folder.root), context());
    for (const folder of this.#loose.values()) folder.configure(settingsOf(undefined), context());
  }

  document(path: string): TextDocument | undefined {
    return this.#documents.get(path);
  }

  openPaths(): readonly string[] {
    return [...this.#documents.keys()];
  }

  uri(path: string): string {
    return this.#uris.uri(path);
  }

  /** The text of a file that is not open. */
  async read(path: string): Promise<string | undefined> {
    return (this.#options.sourceOf(path) ?? LOOSE).read(path);
  }

  async settled(): Promise<void> {
    await Promise.all(this.all().map((folder) => folder.settled()));
  }

  dispose(): void {
    for (const folder of this.all()) folder.dispose();
  }

  #make(root: string, source: FileSource, settings: Partial<Settings>): Folder {
    const { context, clock, listener } = this.#options;
    return new Folder({ root, source, settings, context: context(), clock, listener });
  }

  #makeLoose(path: string): Folder | undefined {
    if (!isOnDisk(path) && !isUntitled(path)) return undefined;
    const root = folderOf(path);
    const folder = this.#make(root, LOOSE, this.#options.settingsOf(undefined));
    this.#loose.set(root, folder);
    return folder;
  }

  /** @returns whether the file was in no folder */
  #leaveLoose(path: string): boolean {
    const root = folderOf(path);
    const folder = this.#loose.get(root);
    if (!folder) return false;
    folder.forget(path);
    if (folder.hasOpenFiles) return true;
    folder.dispose();
    this.#loose.delete(root);
    return true;
  }
}
