/** The shapes of objects in which nothing was found: others of the same shape need not be looked at. */

/** Repositories have few; where there are more, starting over costs less than remembering all. */
const MOST = 4096;

/** Belongs to whoever reads many files, and lives as long. */
export class CleanShapes {
  readonly #shapes = new Set<string>();

  has(shape: string): boolean {
    return this.#shapes.has(shape);
  }

  add(shape: string): void {
    if (this.#shapes.size >= MOST) this.#shapes.clear();
    this.#shapes.add(shape);
  }
}
