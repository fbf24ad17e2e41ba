/** Files that are made, deleted and renamed in the client. */
import type { Connection } from 'vscode-languageserver';
import type { Folders } from './folders.ts';
import { toPath } from './uris.ts';

export function listenToFileOperations({ workspace }: Connection, folders: Folders): void {
  workspace.onDidCreateFiles(({ files }) =>
    folders.diskChanged(files.map(({ uri }) => ({ path: toPath(uri), kind: 'created' }))),
  );
  workspace.onDidDeleteFiles(({ files }) =>
    folders.diskChanged(files.map(({ uri }) => ({ path: toPath(uri), kind: 'deleted' }))),
  );
  workspace.onDidRenameFiles(({ files }) =>
    folders.diskChanged(
      files.flatMap(({ oldUri, newUri }) => [
        { path: toPath(oldUri), kind: 'deleted' as const },
        { path: toPath(newUri), kind: 'created' as const },
      ]),
    ),
  );
}
