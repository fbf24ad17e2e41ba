/** Files that are not on disk, as the client gives them. */
import type { Connection } from 'vscode-languageserver';
import { LIST_FILES, type ListFiles, READ_FILE, type ReadFile } from '../protocol.ts';
import type { remoteSource } from './sources.ts';
import { toPath, toUri } from './uris.ts';

export function remoteFiles(connection: Connection): Parameters<typeof remoteSource>[0] {
  return {
    find: async (folder) => {
      const params: ListFiles = { folder: toUri(folder) };
      return (await connection.sendRequest<readonly string[]>(LIST_FILES, params)).map(toPath);
    },
    read: async (path) => {
      const params: ReadFile = { uri: toUri(path) };
      return (await connection.sendRequest<string | null>(READ_FILE, params)) ?? undefined;
    },
  };
}
