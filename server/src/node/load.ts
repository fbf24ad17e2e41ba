/** A folder on disk to what the analysis takes in. */
import { readFileSync, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { readContents } from '../manifest/read-contents.ts';
import { relevanceOf } from '../manifest/relevance.ts';
import { Filter } from '../workspace/filter.ts';
import { isWithin, resolvePath } from '../workspace/paths.ts';
import { readSettings } from '../workspace/read-settings.ts';
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from '../workspace/settings.ts';
import type { FileChange } from '../workspace/types.ts';
import { toSystemPath } from './paths.ts';
import { walk } from './walk.ts';

/** The name of the settings file at the root of a folder. */
export const SETTINGS_FILE = '.istio-egress.yaml';

export interface LoadOptions {
  /** As the workspace names paths. */
  readonly root: string;
  /** Of the editor or the command line. */
  readonly settings?: Partial<Settings>;
  /** `inside` where the folder is not trusted: then `context` paths outside it are not read. */
  readonly context?: 'anywhere' | 'inside';
  readonly signal?: AbortSignal;
  onProgress?(done: number): void;
}

export interface LoadedFolder {
  readonly changes: readonly FileChange[];
  readonly settingsFile?: { readonly path: string; readonly text: string };
  /** What counts in the folder, for files that change later. */
  readonly filter: Filter;
  /** Whether any file names one of Istio's groups: only then core kinds were read. */
  readonly hasIstio: boolean;
}

/** How long the thread may be busy before others get a turn, in milliseconds. */
const TURN = 8;

/**
 * Reads all files of a folder that count, and those of its `context`. Files of core kinds are read only where an Istio file was found.
 * Gives way to other work every few milliseconds.
 *
 * @throws the signal's reason where it is aborted; files that cannot be read are left out
 */
export async function loadFolder({
  root,
  settings = {},
  context = 'anywhere',
  signal,
  onProgress,
}: LoadOptions): Promise<LoadedFolder> {
  const settingsFile = readSettingsFile(root);
  const effective = mergeSettings(
    DEFAULT_SETTINGS,
    settings,
    settingsFile ? readSettings(settingsFile.text).settings : {},
  );
  const filter = new Filter({ root, exclude: effective.exclude });
  const contextRoots = effective.context
    .map((each) => resolvePath(root, each))
    .filter((each) => !isWithin(root, each) && context === 'anywhere');
  const changes: FileChange[] = [];
  const supporting: FileChange[] = [];
  let hasIstio = false;
  let last = performance.now();
  let done = 0;
  const pause = async () => {
    if (performance.now() - last < TURN) return;
    signal?.throwIfAborted();
    onProgress?.(done);
    await setImmediate();
    last = performance.now();
  };
  for (const path of pathsIn(root, filter, contextRoots, effective)) {
    await pause();
    done++;
    const text = readTextFile(path);
    if (text === undefined) continue;
    const relevance = relevanceOf(path, text);
    if (relevance === 'no') continue;
    if (relevance === 'istio') {
      hasIstio = true;
      changes.push({ path, contents: readContents(path, text) });
    } else if (hasIstio) supporting.push({ path, contents: readContents(path, text) });
    else supporting.push({ path, contents: undefined });
  }
  if (hasIstio) {
    for (const each of supporting) {
      await pause();
      const contents = each.contents ?? readFile(each.path);
      if (contents) changes.push({ path: each.path, contents });
    }
  }
  onProgress?.(done);
  return { changes, ...(settingsFile ? { settingsFile } : {}), filter, hasIstio };
}

/**
 * Reads one file that was changed, made or deleted on disk.
 *
 * @returns contents undefined where it is gone or does not count
 */
export function readChange(path: string, filter: Filter): FileChange {
  return { path, contents: filter.counts(path) ? readFile(path) : undefined };
}

/** The text of a file; undefined where it cannot be read. Invalid UTF-8 becomes replacement characters. */
export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(toSystemPath(path), 'utf8');
  } catch {
    return undefined;
  }
}

function readFile(path: string) {
  const text = readTextFile(path);
  return text === undefined ? undefined : readContents(path, text);
}

function readSettingsFile(root: string): LoadedFolder['settingsFile'] {
  const path = `${root}/${SETTINGS_FILE}`;
  const text = readTextFile(path);
  return text === undefined ? undefined : { path, text };
}

function* pathsIn(root: string, filter: Filter, contextRoots: readonly string[], settings: Settings) {
  for (const path of walk(root, filter)) {
    if (path !== `${root}/${SETTINGS_FILE}`) yield path;
  }
  for (const each of contextRoots) {
    // A context path may be a single file.
    if (isFile(each)) yield each;
    else yield* walk(each, new Filter({ root: each, exclude: settings.exclude }));
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(toSystemPath(path)).isFile();
  } catch {
    return false;
  }
}
