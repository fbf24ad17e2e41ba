/** Paths of this machine and of the workspace. */
import { resolve, sep } from 'node:path';

/** An absolute path with forward slashes and none at its end. Relative paths are taken from the current folder. */
export function toWorkspacePath(path: string): string {
  const absolute = resolve(path);
  const slashed = sep === '/' ? absolute : absolute.replaceAll(sep, '/');
  return /^[a-z]:/.test(slashed) ? slashed.charAt(0).toUpperCase() + slashed.slice(1) : slashed;
}

/** The path as this machine writes it. */
export function toSystemPath(path: string): string {
  return sep === '/' ? path : path.replaceAll('/', sep);
}
