/** Files by folder, for questions about everything below one. */
import { folderOf } from '../paths.ts';

export class Folders {
  readonly #files = new Map<string, string[]>();
  readonly #folders = new Map<string, string[]>();

  /** @param paths absolute */
  constructor(paths: Iterable<string>) {
    for (const path of paths) this.#add(path);
  }

  /** Whether there is something below a folder. */
  has(folder: string): boolean {
    return this.#files.has(folder) || this.#folders.has(folder);
  }

  /** All files below a folder. */
  *below(folder: string): Generator<string> {
    yield* this.#files.get(folder) ?? [];
    for (const each of this.#folders.get(folder) ?? []) yield* this.below(each);
  }

  #add(path: string): void {
    let child = path;
    let folder = folderOf(path);
    const siblings = this.#files.get(folder);
    if (siblings) {
      siblings.push(path);
      return;
    }
    let isNew = !this.#folders.has(folder);
    this.#files.set(folder, [path]);
    while (isNew) {
      child = folder;
      folder = folderOf(folder);
      if (folder === child) return;
      const known = this.#folders.get(folder);
      isNew = !known && !this.#files.has(folder);
      if (known) known.push(child);
      else this.#folders.set(folder, [child]);
    }
  }
}
