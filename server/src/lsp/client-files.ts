import type { Connection } from 'vscode-languageserver';
import { readContents } from '../manifest/read-contents.ts';
import { relevanceOf } from '../manifest/relevance.ts';
import { SETTINGS_FILE } from '../node/load.ts';
import { LIST_FILES, type ListFiles, READ_FILE, type ReadFile } from '../protocol.ts';
import { Filter } from '../workspace/filter.ts';
import { readSettings } from '../workspace/read-settings.ts';
import { DEFAULT_SETTINGS, mergeSettings } from '../workspace/settings.ts';
import type { FileChange } from '../workspace/types.ts';
import type { Files } from './files.ts';
import { toPath, toUri } from './uris.ts';

/** How many files are asked for at once. */
const AT_ONCE = 16;

/** Files of virtual workspaces: the client reads them. Ignore files are not looked at there, and `context` stays inside the folder. */
export function clientFiles(connection: Connection): Files {
  const readText = async (path: string) => {
    const text = await connection.sendRequest<string | null>(READ_FILE, { uri: toUri(path) } satisfies ReadFile);
    return text ?? undefined;
  };
  return {
    readText,
    async readChange(path, filter) {
      const text = filter.counts(path) ? await readText(path) : undefined;
      return { path, contents: text === undefined ? undefined : readContents(path, text) };
    },
    async load({ root, settings, signal, onProgress }) {
      const uris = await connection.sendRequest<readonly string[]>(LIST_FILES, {
        folder: toUri(root),
      } satisfies ListFiles);
      const all = uris.map(toPath);
      const settingsPath = `${root}/${SETTINGS_FILE}`;
      const text = all.includes(settingsPath) ? await readText(settingsPath) : undefined;
      const settingsFile = text === undefined ? undefined : { path: settingsPath, text };
      const file = settingsFile ? readSettings(settingsFile.text).settings : {};
      const filter = new Filter({ root, exclude: mergeSettings(DEFAULT_SETTINGS, settings, file).exclude });
      const paths = all.filter((path) => path !== settingsPath && filter.counts(path)).sort();
      const changes: FileChange[] = [];
      let hasIstio = false;
      for (let at = 0; at < paths.length; at += AT_ONCE) {
        signal.throwIfAborted();
        onProgress(at);
        const slice = paths.slice(at, at + AT_ONCE);
        const texts = await Promise.all(slice.map(readText));
        slice.forEach((path, index) => {
          const each = texts[index];
          if (each === undefined) return;
          hasIstio ||= relevanceOf(path, each) === 'istio';
          changes.push({ path, contents: readContents(path, each) });
        });
      }
      return { changes: hasIstio ? changes : [], ...(settingsFile ? { settingsFile } : {}), filter, hasIstio };
    },
  };
}
