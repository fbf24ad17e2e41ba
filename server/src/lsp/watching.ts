/** What happens to files outside the editor. */
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
  WatchKind,
} from 'vscode-languageserver';
import type { DiskEvent } from './folder.ts';
import { toPath } from './uris.ts';

/**
 * Asks the client to tell of files that change on disk. Folders come and go as one event, and a file of any name may turn into one that
 * counts, so all that is made or deleted is asked for; of changes only those to files that may count.
 */
export async function watch(connection: Connection): Promise<void> {
  const change = WatchKind.Change;
  await connection.client.register(DidChangeWatchedFilesNotification.type, {
    watchers: [
      { globPattern: '**/*.{yaml,yml,json,tpl,tmpl,gotmpl}', kind: change },
      { globPattern: '**/{Kustomization,.gitignore}', kind: change },
      { globPattern: '**/*', kind: WatchKind.Create | WatchKind.Delete },
    ],
  });
}

/** Events of a client as those of folders. */
export function diskEvents(events: readonly FileEvent[]): readonly DiskEvent[] {
  return events.map(({ uri, type }) => ({ path: toPath(uri), kind: kindOf(type) }));
}

function kindOf(type: FileChangeType): DiskEvent['kind'] {
  if (type === FileChangeType.Created) return 'created';
  return type === FileChangeType.Deleted ? 'deleted' : 'changed';
}
