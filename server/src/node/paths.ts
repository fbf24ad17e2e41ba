/** Paths of this machine and as the workspace names them. */
import { resolve, sep } from 'node:path';

/**
 * A path of this machine as the workspace names it: absolute, forward slashes, none at the end. A Windows drive has a small letter, as
 * in the addresses that editors send.
 */
export function toWorkspacePath(path: string): string {
  return normalised(resolve(path), sep);
}

/** The path as the operating system takes it. */
export function toSystemPath(path: string): string {
  return sep === '/' ? path : path.replaceAll('/', sep);
}

/** @param separator of the operating system that the absolute path is from */
export function normalised(path: string, separator: string): string {
  const slashes = separator === '\\' ? path.replaceAll('\\', '/') : path;
  const drive = slashes.replace(/^[A-Z](?=:)/, (letter) => letter.toLowerCase());
  return drive.length > 1 ? drive.replace(/\/$/, '') : drive;
}
