/** Reads what is to be checked: a folder, one file with what stands beside it, or standard input. */
import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createAnalysis } from '../analysis/analysis.ts';
import type { Rechecks } from '../analysis/set-checker.ts';
import type { Analysis } from '../analysis/types.ts';
import { readContents } from '../manifest/read-contents.ts';
import { loadFolder, SETTINGS_FILE } from '../node/load.ts';
import { toWorkspacePath } from '../node/paths.ts';
import { readTextFile } from '../node/text-file.ts';
import { folderOf, isWithin, resolvePath } from '../workspace/paths.ts';
import { readSettings } from '../workspace/read-settings.ts';
import type { FileChange } from '../workspace/types.ts';
import type { CheckCommand } from './args.ts';
import { CannotRun } from './cannot-run.ts';
import type { Fixable } from '../analysis/fix-all.ts';
import { findOnly, type Place } from './only.ts';
import type { ReadText } from './texts.ts';

export interface Opened extends Omit<Fixable, 'read'> {
  /** The folder that paths are relative to, as the analysis names it. */
  readonly root: string;
  readonly analysis: Analysis;
  readonly text: ReadText;
  /** What the user should know, a line each. */
  readonly notes: readonly string[];
}

/** The name of standard input, as a file of the folder that the user stands in. */
const STANDARD_INPUT = '-';

/**
 * Reads what a command is about.
 *
 * @param folder where the user stands
 * @param input all of standard input, asked for only where the command is about it
 * @throws CannotRun where there is no such folder
 */
export async function open(
  command: Pick<CheckCommand, 'target' | 'only'> & Partial<Pick<CheckCommand, 'fix'>>,
  folder: string,
  input: () => Promise<Uint8Array>,
): Promise<Opened> {
  // Fixes are changes, after which not everything has to be checked again.
  const rechecks = (command.fix ?? 'no') === 'no' ? 'everything' : 'what-changed';
  if (command.target === STANDARD_INPUT) return openInput(toWorkspacePath(folder), await input(), rechecks);
  const target = toWorkspacePath(resolve(folder, command.target));
  const kind = await kindOf(target);
  if (kind === undefined) throw new CannotRun(`no such folder: ${command.target}`);
  if (!(await isReadable(target))) throw new CannotRun(`${command.target} cannot be read`);
  if (kind === 'file') return openFolder(folderOf(target), [{ path: target, written: command.target }], rechecks);
  return openFolder(target, command.only && (await findOnly(command.only, target, folder)), rechecks);
}

async function openFolder(root: string, only: readonly Place[] | undefined, rechecks: Rechecks): Promise<Opened> {
  const { changes, settingsFile } = await loadFolder({ root });
  const analysis = createAnalysis({ root, settings: settingsFile ? { file: settingsFile } : {}, rechecks });
  analysis.update(changes);
  const read = (path: string) => readTextFile(path) ?? '';
  const paths = analysis.paths();
  const notes = (only ?? [])
    .filter((each) => !paths.some((path) => isWithin(each.path, path)))
    .map(({ written }) => `Not checked: ${written} holds nothing for Istio, or is excluded.`);
  return { root, analysis, notes, text: read, ...fixable(analysis, root, only, (path) => path) };
}

async function openInput(root: string, bytes: Uint8Array, rechecks: Rechecks): Promise<Opened> {
  const path = `${root}/${STANDARD_INPUT}`;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const settingsPath = `${root}/${SETTINGS_FILE}`;
  const settingsText = readTextFile(settingsPath);
  const file = settingsText === undefined ? {} : { file: { path: settingsPath, text: settingsText } };
  const analysis = createAnalysis({ root, settings: file, rechecks });
  // Nothing says how standard input is called: it is read as the YAML that it is taken for.
  const named = (each: string) => (each === path ? `${path}.yaml` : each);
  analysis.update([...(await contextOf(root, settingsText)), { path, contents: readContents(named(path), text) }]);
  const read = (each: string) => (each === path ? text : (readTextFile(each) ?? ''));
  return { root, analysis, notes: [], text: read, ...fixable(analysis, root, undefined, named) };
}

/** What the settings name under `context`; the rest of the folder is not what standard input brings. */
async function contextOf(root: string, settingsText: string | undefined): Promise<readonly FileChange[]> {
  const context = settingsText === undefined ? [] : (readSettings(settingsText).settings.context ?? []);
  if (context.length === 0) return [];
  const places = context.map((each) => resolvePath(root, each));
  const { changes } = await loadFolder({ root });
  return changes.filter(({ path }) => places.some((place) => isWithin(place, path)));
}

function fixable(
  analysis: Analysis,
  root: string,
  only: readonly Place[] | undefined,
  named: (path: string) => string,
): Omit<Fixable, 'read'> {
  const isAsked = (path: string) => !only || only.some((each) => isWithin(each.path, path));
  return {
    findings: () => analysis.paths().filter(isAsked).flatMap(analysis.findings),
    update: async (texts) => {
      analysis.update([...texts].map(([path, text]) => ({ path, contents: readContents(named(path), text) })));
    },
    mayWrite: (path) => isWithin(root, path) && analysis.snapshot.files.get(path)?.context === false,
  };
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : undefined;
  } catch {
    return undefined;
  }
}

async function isReadable(path: string): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
