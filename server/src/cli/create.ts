/** The command `create`: plans a route into a folder, and prints or writes it. */
import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { createAnalysis } from '../analysis/analysis.ts';
import { siteFindings } from '../analysis/site-findings.ts';
import { isKustomizationName } from '../manifest/assemblies.ts';
import { loadFolder } from '../node/load.ts';
import { toSystemPath, toWorkspacePath } from '../node/paths.ts';
import { readTextFile } from '../node/text-file.ts';
import { planRoute } from '../scaffold/plan.ts';
import type { Conflict, PlannedFile, RoutePlan, Site, WayOut } from '../scaffold/types.ts';
import { DEFAULT_SETTINGS } from '../workspace/settings.ts';
import { relativeTo } from '../workspace/paths.ts';
import { parseDocuments } from '../yaml/documents.ts';
import { CannotRun } from './cannot-run.ts';
import type { Terminal } from './check.ts';
import type { CreateCommand } from './create-args.ts';
import { flagsOf } from './create-flags.ts';
import { unifiedDiff } from './diff.ts';
import { LineIndex } from './lines.ts';
import { shownPath } from './paths.ts';
import { writeText } from './write.ts';

/**
 * Runs `create`.
 *
 * @returns the exit code: 0 where the route is written, printed or there already, 1 where it cannot be created
 * @throws CannotRun
 */
export async function create(command: CreateCommand, terminal: Terminal): Promise<0 | 1> {
  const site = await siteOf(command, terminal.folder);
  const plan = planRoute(site, command.request);
  for (const note of plan.notes) await terminal.note(note);
  if (plan.status === 'blocked') {
    for (const each of plan.conflicts) await terminal.note(conflictText(each, site, terminal.folder));
    return 1;
  }
  if (plan.status === 'unchanged') return 0;
  if (command.output === undefined) await terminal.print(manifestsOf(plan));
  else if (command.preview) await terminal.print(diffOf(plan, site));
  else
    await terminal.print(await write(plan, site, toWorkspacePath(resolve(terminal.folder, command.output)), terminal));
  await terminal.note(closing(plan));
  return 0;
}

/** The workspace; one without files where the command names no folder, or one that is not there yet. */
async function siteOf({ workspace, output }: CreateCommand, folder: string): Promise<Site> {
  const root = toWorkspacePath(resolve(folder, workspace ?? '.'));
  const exists = workspace !== undefined && (await isThere(root, workspace));
  if (!exists) {
    if (workspace !== undefined && workspace !== output) throw new CannotRun(`no such folder: ${workspace}`);
    return { root, settings: DEFAULT_SETTINGS, files: new Map(), text: () => undefined };
  }
  const { changes, settings, settingsFile } = await loadFolder({ root, reach: 'folder', support: 'always' });
  const analysis = createAnalysis({ root, settings: settingsFile ? { file: settingsFile } : {} });
  analysis.update(changes);
  return {
    root,
    settings,
    // A copy: the analysis is taken to other texts and back.
    files: new Map(analysis.snapshot.files),
    text: readTextFile,
    findings: siteFindings(
      analysis,
      new Map(changes.flatMap(({ path, contents }) => (contents ? [[path, { contents }]] : []))),
    ),
  };
}

/** @throws CannotRun where something else than a folder is there */
async function isThere(path: string, written: string): Promise<boolean> {
  const found = await stat(toSystemPath(path)).catch(() => undefined);
  if (found && !found.isDirectory()) throw new CannotRun(`${written} is no folder`);
  return found !== undefined;
}

/** What would have to be applied: new resources, and those that change as they become. */
function manifestsOf({ files }: RoutePlan): string {
  return files
    .filter(({ path }) => !isKustomizationName(basename(path)))
    .flatMap(changedDocuments)
    .join('---\n');
}

function changedDocuments({ before, after }: PlannedFile): readonly string[] {
  if (before === undefined) return [after];
  const old = new Set(documentsOf(before));
  return documentsOf(after).filter((each) => !old.has(each));
}

function documentsOf(text: string): readonly string[] {
  return parseDocuments(text).documents.map(({ range }) => {
    const slice = text
      .slice(range.start, range.end)
      .replace(/^\ufeff/, '')
      .replaceAll('\r\n', '\n')
      .trim();
    return `${slice}\n`;
  });
}

function diffOf({ files }: RoutePlan, { root }: Site): string {
  return files
    .map(({ path, before, after }) => {
      const diff = unifiedDiff(relativeTo(root, path), before ?? '', after);
      return before === undefined ? diff.replace(/^--- .*$/m, '--- /dev/null') : diff;
    })
    .join('');
}

/** Writes the files below the output folder. All are looked at before the first is written. */
async function write({ files }: RoutePlan, { root }: Site, output: string, terminal: Terminal): Promise<string> {
  const targets = files.map((each) => {
    const path = `${output}/${relativeTo(root, each.path)}`;
    return { ...each, path, found: readTextFile(path) };
  });
  const other = targets.find(({ found, before }) => found !== undefined && found !== before);
  if (other) throw new CannotRun(`${shownPath(other.path, terminal.folder)} is there already, and is another file`);
  const lines: string[] = [];
  const done: typeof targets = [];
  for (const target of targets) {
    const { path, found, after } = target;
    const shown = shownPath(path, terminal.folder);
    try {
      if (found === undefined) await writeNew(path, after, shown);
      else await writeText(toSystemPath(path), found, after, shown);
    } catch (error) {
      // All of it or nothing: half a route is worse than none.
      for (const each of done) await takeBack(each);
      throw error;
    }
    done.push(target);
    lines.push(`${found === undefined ? 'created' : 'changed'} ${shown}\n`);
  }
  return lines.join('');
}

async function takeBack({ path, found }: { readonly path: string; readonly found: string | undefined }): Promise<void> {
  if (found === undefined) await rm(toSystemPath(path), { force: true });
  else await writeFile(toSystemPath(path), found);
}

async function writeNew(path: string, text: string, shown: string): Promise<void> {
  try {
    await mkdir(dirname(toSystemPath(path)), { recursive: true });
    await writeFile(toSystemPath(path), text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CannotRun(`${shown} could not be written: ${error.message}`);
  }
}

function closing({ created, reused, traced }: RoutePlan): string {
  const changed = reused.filter(({ edited }) => edited).length;
  const parts = [
    ...(created.length > 0 ? [`${created.length} new ${created.length === 1 ? 'resource' : 'resources'}`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
  ];
  const [first] = traced.filter(({ audience }) => audience);
  const proof = first ? `\nTraced from ${first.from}: ${first.text}` : '';
  return `${parts.join(', ')}${proof}`;
}

function conflictText({ text, at, waysOut }: Conflict, site: Site, folder: string): string {
  const place = at ? ` (${shownPath(at.path, folder)}:${lineOf(at, site)})` : '';
  const lines = waysOut.flatMap((each) => wayOutText(each));
  return [`Cannot create: ${text.replace(/\.$/, '')}${place}.`, ...lines].join('\n');
}

function lineOf({ path, range }: NonNullable<Conflict['at']>, { text }: Site): number {
  return new LineIndex(text(path) ?? '').position(range.start).line + 1;
}

function wayOutText({ title, change }: WayOut): readonly string[] {
  const flags = change ? flagsOf(change) : undefined;
  return flags === undefined ? [] : [`  ${title}: ${flags}`];
}
