/** Reads a whole folder. */
import { readFile, stat } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { EMPTY_CONTENTS, type FileContents } from '../manifest/contents.ts';
import { SIZE_LIMIT } from '../manifest/read-contents.ts';
import { isCandidate, relevanceOf } from '../manifest/relevance.ts';
import { createFilter, type Filter } from '../workspace/filter.ts';
import { isWithin, resolvePath } from '../workspace/paths.ts';
import { readSettings } from '../workspace/read-settings.ts';
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from '../workspace/settings.ts';
import type { FileChange } from '../workspace/types.ts';
import { toSystemPath } from './paths.ts';
import { type FileBytes, readBytes } from './read-bytes.ts';
import { CleanShapes } from '../manifest/clean-shapes.ts';
import { type Job, readJob, type Readers, workerPool } from './readers.ts';
import { walk } from './walk.ts';

export const SETTINGS_FILE = '.istio-egress.yaml';

export interface LoadOptions {
  /** Absolute, as `toWorkspacePath` gives it. */
  readonly root: string;
  /** Those of the editor or the command line; the folder's file goes before them. */
  readonly settings?: Partial<Settings>;
  /** `folder` leaves out `context` outside the folder: what an editor does in a folder that is not trusted. */
  readonly reach?: 'anywhere' | 'folder';
  /** `always` reads kustomizations and the like also where no file names one of our groups: what is to be written has to fit into them. */
  readonly support?: 'where needed' | 'always';
  /** The bundle of `reader-worker.ts`; absent reads everything in this thread. */
  readonly worker?: string;
  readonly signal?: AbortSignal;
  onProgress?(progress: { readonly done: number; readonly total: number }): void;
}

export interface Loaded {
  readonly changes: readonly FileChange[];
  /** The text of `.istio-egress.yaml`, where there is one. */
  readonly settingsFile?: { readonly path: string; readonly text: string };
  /** Those that the files were chosen by. */
  readonly settings: Settings;
  /** Tells of a new or changed file whether it counts. */
  readonly filter: Filter;
}

/** How long this thread may be busy before others get a turn, in milliseconds. */
const TURN = 8;
/**
 * Files over this many bytes would hold up a thread that has other work. Sending what smaller ones hold from thread to thread costs more
 * than reading them.
 */
const LARGE = 100_000;

/**
 * Reads the files of a folder that matter: first those that name one of our groups; what supports them (core kinds, Kustomize, Argo CD,
 * Flux, charts) only where there is one. Files that hold nothing for us are left out.
 *
 * @throws the signal's reason; never for files that cannot be read
 */
export async function loadFolder(options: LoadOptions): Promise<Loaded> {
  const { root, signal } = options;
  const settingsFile = await readSettingsFile(root);
  const written = settingsFile ? readSettings(settingsFile.text).settings : {};
  const settings = mergeSettings(DEFAULT_SETTINGS, options.settings ?? {}, written);
  const { files, filter } = await walk(createFilter({ root, exclude: settings.exclude, ignoreFiles: [] }), signal);
  const context = await contextFiles(options, settings);
  const paths = [...new Set([...files, ...context])].filter((path) => path !== settingsFile?.path);
  const changes = await readAll(paths, options);
  return { changes, settings, filter, ...(settingsFile ? { settingsFile } : {}) };
}

async function readSettingsFile(root: string): Promise<Loaded['settingsFile']> {
  const path = resolvePath(root, SETTINGS_FILE);
  const text = await readFile(toSystemPath(path), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : { path, text };
}

/** Files that the settings name as context; what `.gitignore` says does not hold for them. */
async function contextFiles({ root, reach, signal }: LoadOptions, settings: Settings): Promise<readonly string[]> {
  const result: string[] = [];
  for (const written of settings.context) {
    const path = resolvePath(root, written);
    if (reach === 'folder' && !isWithin(root, path)) continue;
    const target = await stat(toSystemPath(path)).catch(() => undefined);
    if (target?.isFile() && isCandidate(path)) result.push(path);
    if (!target?.isDirectory()) continue;
    const filter = createFilter({ root: path, exclude: DEFAULT_SETTINGS.exclude, ignoreFiles: [] });
    result.push(...(await walk(filter, signal)).files);
  }
  return result;
}

async function readAll(paths: readonly string[], options: LoadOptions): Promise<readonly FileChange[]> {
  const results = new Map<string, FileChange>();
  const work = new Work(options, results);
  const others: string[] = [];
  let done = 0;
  let found = options.support === 'always';
  const tell = () => options.onProgress?.({ done, total: paths.length });
  try {
    await each(paths, options.signal, (path) => {
      const file = readBytes(path, SIZE_LIMIT);
      if (file?.istio) {
        found = true;
        work.add(file);
      } else if (file?.bytes) others.push(path);
      if (!file?.bytes || file.istio) done++;
      tell();
    });
    await each(found ? others : [], options.signal, (path) => {
      const file = readBytes(path, SIZE_LIMIT);
      if (file?.bytes && relevanceOf(path, file.bytes.toString('utf8')) !== 'no') work.add(file);
      done++;
      tell();
    });
    await work.finish();
  } finally {
    await work.close();
  }
  done = paths.length;
  tell();
  // In the order of the paths, whatever was read first.
  return paths.flatMap((path) => results.get(path) ?? []);
}

/** Runs a task for each item, and gives others a turn every few milliseconds. */
async function each<T>(items: readonly T[], signal: AbortSignal | undefined, task: (item: T) => void) {
  let turn = performance.now();
  for (const item of items) {
    signal?.throwIfAborted();
    task(item);
    if (performance.now() - turn < TURN) continue;
    await setImmediate();
    turn = performance.now();
  }
}

/** What is made of the files: of small ones at once, of large ones in other threads. */
class Work {
  #readers: Readers | undefined;
  readonly #clean = new CleanShapes();
  readonly #running: Promise<void>[] = [];

  constructor(
    readonly options: LoadOptions,
    readonly results: Map<string, FileChange>,
  ) {}

  add({ path, bytes }: FileBytes): void {
    if (!bytes) this.#keep(path, { ...EMPTY_CONTENTS, class: 'too-large' });
    else if (bytes.length <= LARGE || this.options.worker === undefined)
      this.#keep(path, readJob({ path, bytes }, this.#clean));
    else this.#send(this.options.worker, { path, bytes });
  }

  async finish(): Promise<void> {
    await Promise.all(this.#running);
  }

  async close(): Promise<void> {
    await this.#readers?.close();
  }

  #send(worker: string, job: Job): void {
    this.#readers ??= workerPool(worker);
    this.#running.push(this.#readers.read(job).then((contents) => this.#keep(job.path, contents)));
  }

  #keep(path: string, contents: FileContents): void {
    this.results.set(path, { path, contents });
  }
}
