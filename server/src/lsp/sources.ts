/** Where the text of files that are not open comes from. */
import { readContents } from '../manifest/read-contents.ts';
import { relevanceOf } from '../manifest/relevance.ts';
import { loadFolder, type LoadedFolder, type LoadOptions, readTextFile, SETTINGS_FILE } from '../node/load.ts';
import { walk } from '../node/walk.ts';
import { Filter } from '../workspace/filter.ts';
import { folderOf, isWithin, nameOf } from '../workspace/paths.ts';
import { readSettings } from '../workspace/read-settings.ts';
import { DEFAULT_SETTINGS, mergeSettings } from '../workspace/settings.ts';
import type { FileChange } from '../workspace/types.ts';

export interface FileSource {
  /** All files of a folder that count, read. */
  load(options: LoadOptions): Promise<LoadedFolder>;
  /** The text of a file; undefined where it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** The files that count in what may be a folder that has just appeared. */
  list(path: string, filter: Filter): readonly string[];
}

/** Files of this machine. */
export const DISK: FileSource = {
  load: loadFolder,
  read: async (path) => readTextFile(path),
  list: (path, filter) => (filter.entersFolder(path) ? [...walk(path, filter)] : []),
};

/** No folder to load: for files that are looked at one by one. Those on disk can still be read. */
export const LOOSE: FileSource = {
  load: async ({ root }) => ({ changes: [], filter: new Filter({ root, exclude: [] }), hasIstio: true }),
  read: DISK.read,
  list: () => [],
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
    read: files.read,
    list: () => [],
  };
}

async function loadRemote(files: RemoteFiles, options: LoadOptions): Promise<LoadedFolder> {
  const { root, settings = {}, signal, onProgress } = options;
  const settingsPath = `${root}/${SETTINGS_FILE}`;
  const found = (await files.find(root)).filter((path) => isWithin(root, path));
  const settingsText = found.includes(settingsPath) ? await files.read(settingsPath) : undefined;
  const own = settingsText === undefined ? {} : readSettings(settingsText).settings;
  const filter = new Filter({ root, exclude: mergeSettings(DEFAULT_SETTINGS, settings, own).exclude });
  for (const path of found) {
    if (nameOf(path) === '.gitignore') filter.addIgnoreFile(folderOf(path), (await files.read(path)) ?? '');
  }
  const paths = found.filter((path) => path !== settingsPath && filter.counts(path)).sort();
  const changes: FileChange[] = [];
  let hasIstio = false;
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    signal?.throwIfAborted();
    const texts = await Promise.all(
      paths.slice(at, at + AT_ONCE).map(async (path) => ({ path, text: await files.read(path) })),
    );
    for (const { path, text } of texts) {
      if (text === undefined) continue;
      hasIstio ||= relevanceOf(path, text) === 'istio';
      changes.push({ path, contents: readContents(path, text) });
    }
    onProgress?.(Math.min(at + AT_ONCE, paths.length));
  }
  return {
    changes,
    filter,
    hasIstio,
    ...(settingsText === undefined ? {} : { settingsFile: { path: settingsPath, text: settingsText } }),
  };
}
