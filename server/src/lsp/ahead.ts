/** Files that have their findings while others are still being checked, and those who wait for one. */

export class Ahead {
  #files: ReadonlySet<string> = new Set();
  readonly #told = new Set<string>();
  readonly #waiting = new Set<() => void>();

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** These files are as far now, and no others. */
  set(paths: ReadonlySet<string>): void {
    this.#files = paths;
    for (const path of paths) this.#told.add(path);
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }

  /** The file was changed: what is known of it is of before. */
  delete(path: string): void {
    this.#files = new Set([...this.#files].filter((each) => each !== path));
  }

  /** Resolves when `set` is called next. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** Of these files those that were not ahead since this was asked last. */
  without(paths: ReadonlySet<string>): ReadonlySet<string> {
    const rest = new Set([...paths].filter((path) => !this.#told.has(path)));
    this.#told.clear();
    return rest;
  }
}
