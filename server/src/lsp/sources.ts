/** Where the text of files that are not open comes from. */
import { readFile } from 'node:fs/promises';
import { readContents } from '../manifest/read-contents.ts';
import { isCandidate, relevanceOf } from '../manifest/relevance.ts';
import { type Loaded, loadFolder, type LoadOptions, SETTINGS_FILE } from '../node/load.ts';
import { toSystemPath } from '../node/paths.ts';
import { readOne } from '../node/read-one.ts';
import { walk } from '../node/walk.ts';
import { createFilter, type Filter } from '../workspace/filter.ts';
import { folderOf, isWithin, nameOf } from '../workspace/paths.ts';
import { readSettings } from '../workspace/read-settings.ts';
import { DEFAULT_SETTINGS, mergeSettings } from '../workspace/settings.ts';
import type { FileChange } from '../workspace/types.ts';

export interface FileSource {
  /** All files of a folder that count, read. */
  load(options: Omit<LoadOptions, 'worker'>): Promise<Loaded>;
  /** What a file that changed holds now; undefined where it does not count. */
  change(path: string, filter: Filter): Promise<FileChange | undefined>;
  /** The text of a file; undefined where it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** The files that count in what may be a folder that has just appeared. */
  list(path: string, filter: Filter): Promise<readonly string[]>;
}

/** Files of this machine. @param worker the bundle that reads files in other threads */
export function diskSource(worker: string): FileSource {
  return {
    load: (options) => loadFolder({ ...options, worker }),
    change: readOne,
    read: readDisk,
    async list(path, filter) {
      if (!filter.keepsFolder(path)) return [];
      const { files } = await walk(createFilter({ root: path, exclude: [], ignoreFiles: [] }));
      return files.filter((each) => filter.keepsFile(each));
    },
  };
}

/** No folder to load: for files that are looked at one by one. Those on disk can still be read. */
export const LOOSE: FileSource = {
  load: async ({ root, settings = {} }) => ({
    changes: [],
    settings: mergeSettings(DEFAULT_SETTINGS, settings),
    filter: createFilter({ root, exclude: [], ignoreFiles: [] }),
  }),
  change: async () => undefined,
  read: readDisk,
  list: async () => [],
};

/** What a client does for folders that only it can read. */
export interface RemoteFiles {
  /** Paths of a folder's files, of any kind. */
  find(folder: string): Promise<readonly string[]>;
  read(path: string): Promise<string | undefined>;
}

/** How many files are asked for at once. */
const AT_ONCE = 16;

/** Files that only the client can read. */
export function remoteSource(files: RemoteFiles): FileSource {
  return {
    load: (options) => loadRemote(files, options),
    async change(path, filter) {
      if (!isCandidate(path) || !filter.keepsFile(path)) return undefined;
      const text = await files.read(path);
      return { path, contents: text === undefined ? undefined : readContents(path, text) };
    },
    read: files.read,
    list: async () => [],
  };
}

async function loadRemote(files: RemoteFiles, options: Omit<LoadOptions, 'worker'>): Promise<Loaded> {
  const { root, signal, onProgress } = options;
  const settingsPath = `${root}/${SETTINGS_FILE}`;
  const found = (await files.find(root)).filter((path) => isWithin(root, path));
  const settingsText = found.includes(settingsPath) ? await files.read(settingsPath) : undefined;
  const own = settingsText === undefined ? {} : readSettings(settingsText).settings;
  const settings = mergeSettings(DEFAULT_SETTINGS, options.settings ?? {}, own);
  const ignoreFiles = await Promise.all(
    found
      .filter((path) => nameOf(path) === '.gitignore')
      .map(async (path) => ({ folder: folderOf(path), text: (await files.read(path)) ?? '' })),
  );
  const filter = createFilter({ root, exclude: settings.exclude, ignoreFiles });
  const paths = found.filter((path) => path !== settingsPath && isCandidate(path) && filter.keepsFile(path)).sort();
  const changes: FileChange[] = [];
  let hasIstio = false;
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    signal?.throwIfAborted();
    onProgress?.({ done: at, total: paths.length });
    const some = paths.slice(at, at + AT_ONCE);
    const texts = await Promise.all(some.map(files.read));
    some.forEach((path, index) => {
      const text = texts[index];
      const relevance = text === undefined ? 'no' : relevanceOf(path, text);
      if (text === undefined || relevance === 'no') return;
      hasIstio ||= relevance === 'istio';
      changes.push({ path, contents: readContents(path, text) });
    });
  }
  return {
    changes: hasIstio || options.support === 'always' ? changes : [],
    settings,
    filter,
    ...(settingsText === undefined ? {} : { settingsFile: { path: settingsPath, text: settingsText } }),
  };
}

async function readDisk(path: string): Promise<string | undefined> {
  return readFile(toSystemPath(path), 'utf8').catch(() => undefined);
}
