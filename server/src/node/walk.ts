/** The files of a folder that can hold manifests. */
import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isCandidate } from '../manifest/relevance.ts';
import type { Filter } from '../workspace/filter.ts';
import { toSystemPath, toWorkspacePath } from './paths.ts';

export interface Walked {
  /** In a stable order: by folder, then by name. */
  readonly files: readonly string[];
  /** The filter that was given, with all `.gitignore` files that were found. */
  readonly filter: Filter;
}

/**
 * Lists a folder and all in it, as far as the filter goes. What cannot be read is left out. Symbolic links are followed once each: a link
 * to something that was already seen adds nothing, so loops end.
 *
 * @param filter its root is the folder
 * @throws the signal's reason
 */
export async function walk(filter: Filter, signal?: AbortSignal): Promise<Walked> {
  const seen = new Set<string>();
  const files: string[] = [];
  const links: string[] = [];
  let current = filter;
  let listed: Set<string> | undefined;

  async function enter(folder: string): Promise<void> {
    signal?.throwIfAborted();
    const real = await realpath(toSystemPath(folder)).catch(() => undefined);
    if (real === undefined || seen.has(real)) return;
    seen.add(real);
    const entries = await readdir(toSystemPath(folder), { withFileTypes: true }).catch((): Dirent[] => []);
    if (entries.some((each) => each.name === '.gitignore')) {
      const text = await readFile(toSystemPath(`${folder}/.gitignore`), 'utf8').catch(() => '');
      current = current.withIgnoreFile({ folder, text });
    }
    const folders: string[] = [];
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = folder === '/' ? `/${entry.name}` : `${folder}/${entry.name}`;
      if (entry.isSymbolicLink()) links.push(path);
      else if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && isCandidate(path) && current.keepsFile(path)) files.push(path);
    }
    for (const each of folders) if (current.keepsFolder(each)) await enter(each);
  }

  await enter(filter.root);
  // Links last: what is reached without one keeps its own path.
  for (let next = links.shift(); next !== undefined; next = links.shift()) {
    const target = await stat(toSystemPath(next)).catch(() => undefined);
    if (target?.isDirectory() && current.keepsFolder(next)) await enter(next);
    if (!target?.isFile() || !isCandidate(next) || !current.keepsFile(next)) continue;
    const real = await realpath(toSystemPath(next)).catch(() => undefined);
    if (real === undefined || seen.has(real) || (await isListed(real))) continue;
    seen.add(real);
    files.push(next);
  }
  return { files, filter: current };

  async function isListed(real: string): Promise<boolean> {
    listed ??= new Set(files);
    const root = await realpath(toSystemPath(filter.root)).catch(() => '');
    const path = toWorkspacePath(real);
    const rooted = toWorkspacePath(root);
    return listed.has(path) || listed.has(path.startsWith(rooted) ? filter.root + path.slice(rooted.length) : path);
  }
}
