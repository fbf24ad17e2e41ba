/** The findings of a workspace with some texts replaced, as plans are proved with them. */
import { readContents } from '../manifest/read-contents.ts';
import type { Steps } from '../scaffold/steps.ts';
import type { Site, SiteFinding } from '../scaffold/types.ts';
import type { FileChange, WorkspaceFile } from '../workspace/types.ts';
import type { Analysis } from './types.ts';

/**
 * @param analysis nobody else's: it is taken to other texts and back, and what that makes due is checked with the next texts
 * @param files as they are in the analysis
 */
export function siteFindings(
  analysis: Analysis,
  files: ReadonlyMap<string, Pick<WorkspaceFile, 'contents'>>,
): NonNullable<Site['findings']> {
  const all = () => analysis.paths().flatMap(analysis.findings);
  let before: readonly SiteFinding[] | undefined;
  return function* (texts) {
    before ??= all();
    if (texts.size === 0) return before;
    try {
      yield* settled(analysis, changesTo(texts));
      return all();
    } finally {
      // Only taken in: the next texts touch much of the same, and one check is enough for both.
      analysis.updateInSteps([...texts.keys()].map((path) => ({ path, contents: files.get(path)?.contents }))).next();
    }
  };
}

function changesTo(texts: ReadonlyMap<string, string>): readonly FileChange[] {
  return [...texts].map(([path, text]) => ({ path, contents: readContents(path, text) }));
}

function* settled(analysis: Analysis, changes: readonly FileChange[]): Steps<void> {
  for (const _ of analysis.updateInSteps(changes)) yield undefined;
}
