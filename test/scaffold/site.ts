/** Workspaces made of texts, as plans take them. */
import { readContents } from '../../server/src/manifest/read-contents.ts';
import type { RoutePlan, Site } from '../../server/src/scaffold/types.ts';
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from '../../server/src/workspace/settings.ts';
import type { WorkspaceFile } from '../../server/src/workspace/types.ts';

export const ROOT = '/workspace';

export type Texts = ReadonlyMap<string, string>;

/** @param texts by path, relative to the workspace */
export function siteOf(texts: Texts, settings: Partial<Settings> = {}): Site {
  const files = new Map<string, WorkspaceFile>();
  for (const [path, text] of texts) {
    const absolute = `${ROOT}/${path}`;
    files.set(absolute, { path: absolute, contents: readContents(absolute, text), context: false });
  }
  return {
    root: ROOT,
    settings: mergeSettings(DEFAULT_SETTINGS, settings),
    files,
    text: (path) => texts.get(path.slice(ROOT.length + 1)),
  };
}

/** The texts after a plan. */
export function applied(texts: Texts, plan: RoutePlan): Texts {
  const result = new Map(texts);
  for (const { path, after } of plan.files) result.set(path.slice(ROOT.length + 1), after);
  return result;
}

export function fixture(text: string): Texts {
  const result = new Map<string, string>();
  for (const part of text.split(/^# -- /m).slice(1)) {
    const end = part.indexOf('\n');
    result.set(part.slice(0, end).trim(), part.slice(end + 1));
  }
  return result;
}
