/** Paths as people and programs read them. */
import { posix, relative } from 'node:path';
import { toSystemPath } from '../node/paths.ts';

/** Relative to the folder that is checked, with forward slashes: how programs read it. */
export function relativePath(root: string, path: string): string {
  return posix.relative(root, path);
}

/** As the user would write it from where they stand: relative or absolute, whichever is shorter. */
export function shownPath(path: string, folder: string): string {
  const absolute = toSystemPath(path);
  const fromFolder = relative(folder, absolute);
  return fromFolder.length < absolute.length ? fromFolder : absolute;
}
