/** The text of one file. */
import { readFileSync } from 'node:fs';
import { toSystemPath } from './paths.ts';

/** The text of a file, a byte order mark included; undefined where it cannot be read. Invalid UTF-8 becomes replacement characters. */
export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(toSystemPath(path), 'utf8');
  } catch {
    return undefined;
  }
}
