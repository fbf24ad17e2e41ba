/** One folder, its files as the editor has them, and the analysis that follows them. */
import { createAnalysis } from '../analysis/analysis.ts';
import type { Analysis, SettingsInput } from '../analysis/types.ts';
import { readParsed, type ReadText } from '../manifest/read-contents.ts';
import { isCandidate } from '../manifest/relevance.ts';
import type { Kind } from '../manifest/types.ts';
import { SETTINGS_FILE } from '../node/load.ts';
import { createFilter, type Filter } from '../workspace/filter.ts';
import { isWithin, nameOf } from '../workspace/paths.ts';
import { readSettings } from '../workspace/read-settings.ts';
import { DEFAULT_SETTINGS, mergeSettings, type Settings } from '../workspace/settings.ts';
import type { FileChange } from '../workspace/types.ts';
import { Ahead } from './ahead.ts';
import type { Clock } from './clock.ts';
import type { FileSource } from './sources.ts';

export interface FolderOptions {
  /** As the workspace names paths. */
  readonly root: string;
  readonly source: FileSource;
  readonly settings: Partial<Settings>;
  readonly context: 'anywhere' | 'inside';
  readonly clock: Clock;
  readonly listener: FolderListener;
}

export interface FolderListener {
  /** @param done how many files were read so far */
  reading(folder: Folder, done: number): void;
  /** @param paths files whose findings may differ from before; @param typed those among them that were changed in the editor */
  changed(folder: Folder, paths: ReadonlySet<string>, typed: ReadonlySet<string>): void;
  /** Files that are looked at have their findings, while others are still being checked. */
  ahead(paths: ReadonlySet<string>): void;
  failed(error: unknown): void;
}

export interface DiskEvent {
  readonly path: string;
  readonly kind: 'created' | 'changed' | 'deleted';
}

/** Files change one after the other when a branch is switched: how long to wait for the next, and at most, in milliseconds. */
const GATHER = 100;
const GATHER_AT_MOST = 1000;

const CORE_KINDS: ReadonlySet<Kind> = new Set<Kind>([
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Pod',
  'Namespace',
  'NetworkPolicy',
]);

interface OpenFile {
  readonly text: string;
  /** As it was read last. */
  readonly read: ReadText | undefined;
}

export class Folder {
  readonly root: string;
  analysis: Analysis;
  /** Whether all files have been read once. */
  isLoaded = false;
  readonly #options: FolderOptions;
  readonly #open = new Map<string, OpenFile>();
  readonly #typed = new Set<string>();
  readonly #forgotten = new Set<string>();
  readonly #onDisk = new Map<string, DiskEvent['kind']>();
  readonly #abort = new AbortController();
  #settings: Partial<Settings>;
  #context: 'anywhere' | 'inside';
  #filter: Filter;
  #hasIstio = false;
  #settingsText: string | undefined;
  #due = new Set<'load' | 'settings'>(['load']);
  #running: Promise<void> | undefined;
  readonly #ahead = new Ahead();
  #gatheringSince: number | undefined;
  #stopGathering: (() => void) | undefined;

  constructor(options: FolderOptions) {
    this.#options = options;
    this.root = options.root;
    this.#settings = options.settings;
    this.#context = options.context;
    this.#filter = createFilter({ root: options.root, exclude: [], ignoreFiles: [] });
    this.analysis = createAnalysis({ root: options.root, settings: { editor: options.settings } });
    this.#wake();
  }

  /** Takes in the text of a file that is open. */
  edit(path: string, text: string): void {
    this.#forgotten.delete(path);
    this.#ahead.delete(path);
    this.#open.set(path, { text, read: this.#open.get(path)?.read });
    this.#typed.add(path);
    this.#wake();
  }

  /** The file is no longer open: what is on disk counts again. */
  close(path: string): void {
    this.#open.delete(path);
    this.#typed.add(path);
    this.#wake();
  }

  /** The file is no longer open, and does not count any more either. */
  forget(path: string): void {
    this.#open.delete(path);
    this.#forgotten.add(path);
    this.close(path);
  }

  get hasOpenFiles(): boolean {
    return this.#open.size > 0;
  }

  /** Whether findings of a file can be asked for here. */
  has(path: string): boolean {
    return isWithin(this.root, path);
  }

  /** Takes note of what happened on disk. What happens shortly after belongs to the same update. */
  diskChanged(events: readonly DiskEvent[]): void {
    for (const { path, kind } of events) this.#onDisk.set(path, kind);
    const { clock } = this.#options;
    this.#gatheringSince ??= clock.now();
    const waited = clock.now() - this.#gatheringSince;
    this.#stopGathering?.();
    this.#stopGathering = clock.later(Math.min(GATHER, Math.max(0, GATHER_AT_MOST - waited)), () => {
      this.#stopGathering = undefined;
      this.#gatheringSince = undefined;
      this.#wake();
    });
  }

  configure(settings: Partial<Settings>, context: 'anywhere' | 'inside'): void {
    const same = JSON.stringify([settings, context]) === JSON.stringify([this.#settings, this.#context]);
    if (same) return;
    const before = this.#scopeOf(this.#settingsText);
    this.#settings = settings;
    const reads = context !== this.#context || this.#scopeOf(this.#settingsText) !== before;
    this.#context = context;
    this.#due.add(reads ? 'load' : 'settings');
    this.#wake();
  }

  /** An analysis of the same files and settings, to try changes in. */
  async copy(): Promise<Analysis> {
    const { files } = this.analysis.snapshot;
    const copy = createAnalysis({ root: this.root, settings: this.#settingsInput });
    await this.#stepThrough(copy, [...files.values()]);
    return copy;
  }

  /** A copy to plan in: where nothing of Istio's was read yet, with what new resources have to fit into. */
  async copyToPlanIn(): Promise<Analysis> {
    const copy = await this.copy();
    if (this.#hasIstio) return copy;
    const { changes } = await this.#options.source.load({
      root: this.root,
      settings: this.#settings,
      reach: this.#context === 'anywhere' ? 'anywhere' : 'folder',
      support: 'always',
      signal: this.#abort.signal,
    });
    await this.#stepThrough(
      copy,
      changes.filter(({ path }) => !this.#open.has(path)),
    );
    return copy;
  }

  /** Resolves when everything that the editor has said so far is in the analysis. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Resolves when a file has its findings, as the editor has it: that may be before others have theirs. */
  async checked(path: string): Promise<void> {
    while (this.#running && !this.#ahead.has(path)) await this.#ahead.changed();
  }

  dispose(): void {
    this.#abort.abort(new Error('The folder was closed.'));
    this.#stopGathering?.();
    this.#due.clear();
  }

  #wake(): void {
    if (this.#running || this.#abort.signal.aborted) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      this.#ahead.set(new Set());
      // Something may have come in after the last look.
      if (this.#hasWork()) this.#wake();
    });
  }

  #hasWork(): boolean {
    const gathered = this.#onDisk.size > 0 && this.#stopGathering === undefined;
    return this.#due.size > 0 || this.#typed.size > 0 || gathered;
  }

  async #run(): Promise<void> {
    // What comes in one go from the editor is one update.
    await this.#options.clock.turn();
    let hasFailed = false;
    while (this.#hasWork() && !this.#abort.signal.aborted) {
      try {
        await this.#work();
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        this.#options.listener.failed(error);
        // Whatever state that left behind is thrown away, once.
        if (hasFailed) return;
        hasFailed = true;
        this.analysis = createAnalysis({ root: this.root, settings: { editor: this.#settings } });
        this.#due.add('load');
      }
    }
  }

  async #work(): Promise<void> {
    const typed = new Set(this.#typed);
    this.#typed.clear();
    const due = new Set(this.#due);
    this.#due.clear();
    if (due.has('load')) return this.#load(typed);
    const gathered = this.#stopGathering === undefined ? await this.#takeFromDisk() : new Set<string>();
    if (this.#due.has('load')) return this.#load(typed);
    const changed = new Set<string>();
    const files: FileChange[] = [];
    for (const path of new Set([...gathered, ...typed])) {
      if (this.#isSettings(path)) {
        const before = this.#scopeOf(this.#settingsText);
        this.#settingsText = this.#open.get(path)?.text ?? (await this.#options.source.read(path));
        due.add('settings');
        if (this.#scopeOf(this.#settingsText) !== before) this.#due.add('load');
      } else files.push(await this.#read(path));
    }
    if (due.has('settings')) for (const path of this.#configureAnalysis()) changed.add(path);
    if (files.length > 0) await this.#update(files, changed, typed);
    // Core kinds on disk are read only beside Istio's, so the first of those makes all files worth another look.
    if (!this.#hasIstio && files.some(({ path }) => gathered.has(path) && this.#isIstio(path))) this.#due.add('load');
    if (changed.size > 0 || typed.size > 0) this.#tell(changed, typed);
  }

  /** Of files that were told ahead, what came after that is news that the editor does not ask for by itself. */
  #tell(changed: ReadonlySet<string>, typed: ReadonlySet<string>): void {
    const asked = this.#ahead.without(typed);
    this.#options.listener.changed(this, new Set([...changed, ...asked]), asked);
  }

  async #load(typed: ReadonlySet<string>): Promise<void> {
    const { source, listener } = this.#options;
    this.#onDisk.clear();
    listener.reading(this, 0);
    const loaded = await source.load({
      root: this.root,
      settings: this.#settings,
      reach: this.#context === 'anywhere' ? 'anywhere' : 'folder',
      signal: this.#abort.signal,
      onProgress: ({ done }) => listener.reading(this, done),
    });
    this.#filter = loaded.filter;
    // Where nothing names Istio, nothing else was kept.
    this.#hasIstio = loaded.changes.length > 0;
    const settingsPath = this.settingsPath;
    this.#settingsText = this.#open.get(settingsPath)?.text ?? loaded.settingsFile?.text;
    const changed = new Set(this.#configureAnalysis());
    const files = new Map<string, FileChange>();
    for (const path of this.analysis.snapshot.files.keys()) files.set(path, { path, contents: undefined });
    for (const change of loaded.changes) files.set(change.path, change);
    const open = new Set(this.#open.keys());
    for (const path of open) {
      // What was typed until now is read here.
      this.#typed.delete(path);
      if (path !== settingsPath) files.set(path, await this.#read(path));
    }
    await this.#update([...files.values()], changed, open);
    this.isLoaded = true;
    this.#tell(changed, new Set([...typed, ...open]));
  }

  /** @param first files that are looked at: they are told of before all is checked */
  async #update(files: readonly FileChange[], changed: Set<string>, first: ReadonlySet<string>): Promise<void> {
    for (const path of await this.#stepThrough(this.analysis, files, first)) changed.add(path);
    this.#ahead.set(new Set());
  }

  /** Updates an analysis with room for other work between its steps. */
  async #stepThrough(
    analysis: Analysis,
    files: readonly FileChange[],
    first: ReadonlySet<string> = new Set(),
  ): Promise<ReadonlySet<string>> {
    const steps = analysis.updateInSteps(files, first);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      if (step.value) this.#isAhead(step.value);
      await this.#options.clock.turn();
      this.#abort.signal.throwIfAborted();
    }
  }

  #isAhead(paths: ReadonlySet<string>): void {
    // What was typed meanwhile has yet to be read.
    const current = new Set([...paths].filter((path) => !this.#typed.has(path)));
    this.#ahead.set(current);
    this.#options.listener.ahead(current);
  }

  #configureAnalysis(): ReadonlySet<string> {
    return this.analysis.configure(this.#settingsInput);
  }

  get #settingsInput(): SettingsInput {
    const file = this.#settingsText === undefined ? undefined : { path: this.settingsPath, text: this.#settingsText };
    return { editor: this.#settings, ...(file ? { file } : {}) };
  }

  async #read(path: string): Promise<FileChange> {
    const gone = { path, contents: undefined };
    const open = this.#open.get(path);
    if (!open)
      return this.#forgotten.has(path) ? gone : ((await this.#options.source.change(path, this.#filter)) ?? gone);
    if (!this.#counts(path)) return gone;
    const { contents, read } = readParsed(path, open.text, open.read ? { previous: open.read } : {});
    // It may have been typed on meanwhile.
    if (this.#open.get(path) === open) this.#open.set(path, { text: open.text, read });
    return { path, contents };
  }

  #isIstio(path: string): boolean {
    const resources = this.analysis.snapshot.files.get(path)?.contents.resources ?? [];
    return resources.some(({ kind }) => !CORE_KINDS.has(kind));
  }

  #counts(path: string): boolean {
    return isCandidate(path) && this.#filter.keepsFile(path);
  }

  /** Files to be read again, for what happened on disk. Folders that went or came stand for the files in them. */
  async #takeFromDisk(): Promise<ReadonlySet<string>> {
    const paths = new Set<string>();
    const known = this.analysis.snapshot.files;
    const goneFolders: string[] = [];
    const created: string[] = [];
    for (const [path, kind] of this.#onDisk) {
      if (nameOf(path) === '.gitignore') this.#due.add('load');
      else if (this.#isSettings(path) || known.has(path) || this.#counts(path)) paths.add(path);
      else if (kind === 'deleted') goneFolders.push(path);
      else if (kind === 'created') created.push(path);
    }
    this.#onDisk.clear();
    for (const path of created) {
      for (const each of await this.#options.source.list(path, this.#filter)) paths.add(each);
    }
    if (goneFolders.length > 0) {
      const gone = new Set(goneFolders);
      for (const path of known.keys()) if (isBelowAny(path, gone)) paths.add(path);
    }
    return paths;
  }

  /** Where the settings of the folder are, whether there are any or not. */
  get settingsPath(): string {
    return `${this.root}/${SETTINGS_FILE}`;
  }

  #isSettings(path: string): boolean {
    return path === this.settingsPath;
  }

  /** What decides which files are read at all. */
  #scopeOf(settingsText: string | undefined): string {
    const own = settingsText === undefined ? {} : readSettings(settingsText).settings;
    const { exclude, context } = mergeSettings(DEFAULT_SETTINGS, this.#settings, own);
    return JSON.stringify([exclude, context]);
  }
}

function isBelowAny(path: string, folders: ReadonlySet<string>): boolean {
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    if (folders.has(path.slice(0, slash))) return true;
  }
  return false;
}
