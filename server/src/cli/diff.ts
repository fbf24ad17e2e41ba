/** Changed files as a unified diff. */
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';

/**
 * A diff that `git apply` and `patch -p1` take.
 *
 * @param path as it stands in the headers
 */
export function unifiedDiff(path: string, before: string, after: string): string {
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
