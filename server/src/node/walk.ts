/** The files of a folder that count. */
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import type { Filter } from '../workspace/filter.ts';
import { toSystemPath } from './paths.ts';

const IGNORE_FILE = '.gitignore';

/**
 * Lists the files below a folder that a filter lets through, in a stable order; tells the filter of the ignore files on the way. A link
 * to a folder is followed once. Folders that cannot be read are left out.
 */
export function* walk(root: string, filter: Filter): Generator<string> {
  yield* walkFolder(root, filter, new Set());
}

function* walkFolder(folder: string, filter: Filter, seen: Set<string>): Generator<string> {
  const real = realPath(folder);
  if (real === undefined || seen.has(real)) return;
  seen.add(real);
  const entries = entriesOf(folder);
  if (entries.some((entry) => entry.name === IGNORE_FILE)) {
    filter.addIgnoreFile(folder, readText(`${folder}/${IGNORE_FILE}`));
  }
  for (const entry of entries) {
    const path = folder.endsWith('/') ? folder + entry.name : `${folder}/${entry.name}`;
    const kind = kindOf(entry, path);
    if (kind === 'folder' && filter.entersFolder(path)) yield* walkFolder(path, filter, seen);
    else if (kind === 'file' && filter.counts(path)) yield path;
  }
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    const entries = readdirSync(toSystemPath(folder), { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function kindOf(entry: Dirent, path: string): 'file' | 'folder' | undefined {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  if (!entry.isSymbolicLink()) return undefined;
  try {
    const target = statSync(toSystemPath(path));
    return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : undefined;
  } catch {
    return undefined;
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(toSystemPath(path));
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(toSystemPath(path), 'utf8');
  } catch {
    return '';
  }
}
