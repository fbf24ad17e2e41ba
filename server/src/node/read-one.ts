/** Reads one file again, as a watcher asks. */
import { EMPTY_CONTENTS } from '../manifest/contents.ts';
import { readContents, SIZE_LIMIT } from '../manifest/read-contents.ts';
import { isCandidate } from '../manifest/relevance.ts';
import type { Filter } from '../workspace/filter.ts';
import type { FileChange } from '../workspace/types.ts';
import { readBytes } from './read-bytes.ts';

/**
 * What a changed file holds now.
 *
 * @returns a change without contents where the file is gone; undefined where it does not count
 */
export async function readOne(path: string, filter: Filter): Promise<FileChange | undefined> {
  if (!isCandidate(path) || !filter.keepsFile(path)) return undefined;
  const file = readBytes(path, SIZE_LIMIT);
  if (!file) return { path, contents: undefined };
  if (!file.bytes) return { path, contents: file.istio ? { ...EMPTY_CONTENTS, class: 'too-large' } : EMPTY_CONTENTS };
  return { path, contents: readContents(path, file.bytes.toString('utf8')) };
}
