/** What was read and checked, for status items and commands. */
import type { CheckWorkspaceResult, RouteItem, RoutesResult, StatusParams, UncheckedRoute } from '../protocol.ts';
import type { Clock } from './clock.ts';
import type { Folders } from './folders.ts';
import type { Texts } from './texts.ts';

/** How long nothing must have changed before the status is worked out anew, in milliseconds. */
const QUIET = 300;

export class Status {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #clock: Clock;
  readonly #send: (status: StatusParams) => Promise<void>;
  readonly #failed: (error: unknown) => void;
  #cancel: (() => void) | undefined;

  constructor(options: {
    readonly folders: Folders;
    readonly texts: Texts;
    readonly clock: Clock;
    readonly send: (status: StatusParams) => Promise<void>;
    readonly failed: (error: unknown) => void;
  }) {
    this.#folders = options.folders;
    this.#texts = options.texts;
    this.#clock = options.clock;
    this.#send = options.send;
    this.#failed = options.failed;
  }

  /** Says that files are being read, and how many were so far. */
  reading(done: number): void {
    const none = { resources: 0, routes: 0, failing: 0, warned: 0, unchecked: [] };
    const status: StatusParams = { state: 'reading', files: done, ...none };
    this.#send(status).catch(this.#failed);
  }

  /** Says what there is now, in a moment. */
  changed(): void {
    this.#cancel?.();
    this.#cancel = this.#clock.later(QUIET, () => {
      if (this.#folders.roots.some((folder) => !folder.isLoaded)) return;
      this.now().then(this.#send).catch(this.#failed);
    });
  }

  async now(): Promise<StatusParams> {
    const summaries = this.#folders.all().map((folder) => folder.analysis.summary());
    const unchecked: UncheckedRoute[] = [];
    for (const { path, range, needs } of summaries.flatMap((each) => each.unchecked)) {
      const lines = await this.#texts.lines(path);
      if (lines) unchecked.push({ uri: this.#folders.uri(path), range: lines.range(range), needs });
    }
    const sum = (key: 'files' | 'resources' | 'routes' | 'failing' | 'warned') =>
      summaries.reduce((total, each) => total + each[key], 0);
    return {
      state: 'ready',
      files: sum('files'),
      resources: sum('resources'),
      routes: sum('routes'),
      failing: sum('failing'),
      warned: sum('warned'),
      unchecked,
    };
  }

  /** What there is once all that is pending is checked, with the number of findings. */
  async checked(): Promise<CheckWorkspaceResult> {
    await this.#folders.settled();
    const findings = { error: 0, warning: 0, information: 0, hint: 0 };
    for (const { analysis } of this.#folders.all()) {
      for (const path of analysis.paths()) {
        for (const { severity } of analysis.findings(path)) findings[severity]++;
      }
    }
    return { ...(await this.now()), findings };
  }

  /** Every route and how it stands. */
  async routes(): Promise<RoutesResult> {
    await this.#folders.settled();
    const routes: RouteItem[] = [];
    for (const { path, range, ...state } of this.#folders.all().flatMap((folder) => folder.analysis.summary().list)) {
      const lines = await this.#texts.lines(path);
      if (lines) routes.push({ uri: this.#folders.uri(path), range: lines.range(range), ...state });
    }
    return { routes };
  }

  dispose(): void {
    this.#cancel?.();
  }
}
