/** Which files count: one filter for index, findings and terminal. */
import ignore, { type Ignore } from 'ignore';
import picomatch from 'picomatch';
import { isCandidate } from '../manifest/relevance.ts';
import { folderOf, isWithin, relativeTo } from './paths.ts';

/** Folders that never hold the user's manifests. */
const NEVER = new Set(['.git', '.hg', '.svn']);

export interface FilterOptions {
  readonly root: string;
  /** Glob patterns, relative to the root; with or without a leading two stars and a slash. */
  readonly exclude: readonly string[];
}

/** What counts in one folder tree. Ignore files are told as they are met, before what they govern is asked for. */
export class Filter {
  readonly root: string;
  readonly #excluded: (path: string) => boolean;
  readonly #ignoreFiles = new Map<string, Ignore>();

  constructor({ root, exclude }: FilterOptions) {
    this.root = root;
    const globs = exclude.flatMap((glob) => [glob, glob.replace(/\/\*\*$/, '')]);
    this.#excluded = globs.length > 0 ? picomatch(globs, { dot: true }) : () => false;
  }

  /** Takes in the text of a `.gitignore` in a folder. */
  addIgnoreFile(folder: string, text: string): void {
    this.#ignoreFiles.set(folder, ignore().add(text));
  }

  /** Whether a folder may hold files that count: else it need not be entered. */
  entersFolder(folder: string): boolean {
    const name = folder.slice(folder.lastIndexOf('/') + 1);
    return !NEVER.has(name) && !this.#isOut(folder, '/');
  }

  /** Whether a file counts: by its name, the settings, and the ignore files above it. Folders above it are asked too. */
  counts(path: string): boolean {
    if (!isCandidate(path) || !isWithin(this.root, path) || this.#isOut(path, '')) return false;
    for (let folder = folderOf(path); folder !== this.root && isWithin(this.root, folder); folder = folderOf(folder)) {
      if (!this.entersFolder(folder)) return false;
    }
    return true;
  }

  #isOut(path: string, suffix: '' | '/'): boolean {
    if (path === this.root) return false;
    if (this.#excluded(relativeTo(this.root, path))) return true;
    if (this.#ignoreFiles.size === 0) return false;
    // A nearer ignore file can take back what one further up says.
    for (let folder = folderOf(path); isWithin(this.root, folder); folder = folderOf(folder)) {
      const verdict = this.#ignoreFiles.get(folder)?.test(relativeTo(folder, path) + suffix);
      if (verdict?.unignored) return false;
      if (verdict?.ignored) return true;
      if (folder === this.root) break;
    }
    return false;
  }
}
