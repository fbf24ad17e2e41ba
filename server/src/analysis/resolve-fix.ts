/** Edits of a fix as edits of texts. */
import type { FixEdit } from '../rules/finding.ts';
import type { TextEdit, YamlEdit } from '../yaml/edits.ts';
import { resolveEdits } from '../yaml/resolve-edits.ts';

/** The files that a fix changes, each once. */
export function pathsOf(edits: readonly FixEdit[]): readonly string[] {
  return [...new Set(edits.map(({ path }) => path))];
}

/**
 * A fix as edits of texts, file by file.
 *
 * @param textOf the text of a file as it is now; undefined where it cannot be read
 * @returns undefined where one of its edits has no place any more
 */
export function resolveFix(
  edits: readonly FixEdit[],
  textOf: (path: string) => string | undefined,
): ReadonlyMap<string, readonly TextEdit[]> | undefined {
  const byPath = new Map<string, YamlEdit[]>(pathsOf(edits).map((path) => [path, []]));
  for (const { path, edit } of edits) byPath.get(path)?.push(edit);
  const result = new Map<string, readonly TextEdit[]>();
  for (const [path, list] of byPath) {
    const text = textOf(path);
    const resolved = text === undefined ? undefined : resolveEdits(text, list);
    if (!resolved) return undefined;
    result.set(path, resolved);
  }
  return result;
}
