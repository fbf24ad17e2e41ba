/** Which files count: one filter for the index, the findings and the terminal. */
import ignore, { type Ignore } from 'ignore';
import { globMatcher } from './globs.ts';
import { folderOf, isWithin, relativeTo } from './paths.ts';

/** A `.gitignore` and the folder that it is in. */
export interface IgnoreFile {
  readonly folder: string;
  readonly text: string;
}

export interface Filter {
  readonly root: string;
  /** Whether a file counts: neither it nor a folder that it is in is excluded or ignored. Only paths under the root do. */
  keepsFile(path: string): boolean;
  /** Whether a folder is worth entering. */
  keepsFolder(path: string): boolean;
  /** The same filter with one more `.gitignore`. */
  withIgnoreFile(file: IgnoreFile): Filter;
}

export interface FilterOptions {
  /** Absolute, with forward slashes. */
  readonly root: string;
  /** Glob patterns, relative to the root; one without a slash holds at any depth, and what names a folder holds for all in it. */
  readonly exclude: readonly string[];
  readonly ignoreFiles: readonly IgnoreFile[];
}

export function createFilter({ root, exclude, ignoreFiles }: FilterOptions): Filter {
  const excluded = globMatcher(exclude);
  return build(root, excluded, new Map(ignoreFiles.map(compiled)));
}

function compiled({ folder, text }: IgnoreFile): readonly [string, Ignore] {
  return [folder, ignore({ allowRelativePaths: false }).add(text)];
}

function build(root: string, excluded: (path: string) => boolean, ignores: ReadonlyMap<string, Ignore>): Filter {
  const folders = new Map<string, boolean>([[root, true]]);

  function keepsFolder(path: string): boolean {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const parent = folderOf(path);
    const keeps = isWithin(root, path) && parent !== path && keepsFolder(parent) && keepsOne(path, '/');
    folders.set(path, keeps);
    return keeps;
  }

  /** @param mark `/` for a folder, as in Git's patterns */
  function keepsOne(path: string, mark: '' | '/'): boolean {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name === '.git') return false;
    const relative = relativeTo(root, path);
    if (excluded(relative) || (mark === '/' && excluded(`${relative}/`))) return false;
    return !isIgnored(path, mark);
  }

  /** The nearest `.gitignore` that has an opinion decides. */
  function isIgnored(path: string, mark: '' | '/'): boolean {
    if (ignores.size === 0) return false;
    for (let folder = folderOf(path); isWithin(root, folder); folder = folderOf(folder)) {
      const result = ignores.get(folder)?.test(relativeTo(folder, path) + mark);
      if (result?.ignored) return true;
      if (result?.unignored || folder === root) return false;
    }
    return false;
  }

  return {
    root,
    keepsFile: (path) => path !== root && isWithin(root, path) && keepsFolder(folderOf(path)) && keepsOne(path, ''),
    keepsFolder,
    withIgnoreFile: (file) => build(root, excluded, new Map([...ignores, compiled(file)])),
  };
}
