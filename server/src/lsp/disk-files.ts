import { loadFolder, readChange, readTextFile } from '../node/load.ts';
import type { Files } from './files.ts';

/** Files on this machine's disk. */
export const diskFiles: Files = {
  load: loadFolder,
  readChange: async (path, filter) => readChange(path, filter),
  readText: async (path) => readTextFile(path),
};
