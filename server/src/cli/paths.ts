/** Paths as the analysis names them (absolute, forward slashes) and as people read them. */
import { posix, relative, resolve, sep } from 'node:path';

/** A path of this machine as the analysis names it. */
export function toSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}

/** A path as written by the user, made absolute. */
export function absolutePath(folder: string, written: string): string {
  return toSlashes(resolve(folder, written));
}

/** Relative to the folder that is checked: how programs read it. */
export function relativePath(root: string, path: string): string {
  return posix.relative(root, path);
}

/** Whether a path is a folder or something in it. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** As the user would write it from where they stand: relative or absolute, whichever is shorter. */
export function shownPath(path: string, folder: string): string {
  const fromFolder = toSlashes(relative(folder, path));
  return fromFolder.length < path.length ? fromFolder : path;
}
