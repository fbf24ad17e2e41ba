/** What is planned in a folder as the editor has it: routes, and snippets that fit into it. */
import type { CancellationToken } from 'vscode-languageserver';
import { siteFindings } from '../analysis/site-findings.ts';
import type { Analysis } from '../analysis/types.ts';
import { planRouteInSteps } from '../scaffold/plan.ts';
import type { RouteRequest } from '../scaffold/request.ts';
import type { Steps } from '../scaffold/steps.ts';
import type { RoutePlan, Site, World } from '../scaffold/types.ts';
import { worldOf } from '../scaffold/world.ts';
import type { Snapshot, WorkspaceFile } from '../workspace/types.ts';
import { throwIfCancelled } from './cancellation.ts';
import type { Clock } from './clock.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';

/** How often a plan may ask for texts that it did not have. */
const ROUNDS = 6;

/** How long others wait for a turn, in milliseconds. */
const SLICE = 8;

interface Copied {
  readonly folder: Folder;
  readonly snapshot: Snapshot;
  readonly analysis: Analysis;
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  readonly findings: NonNullable<Site['findings']>;
  world: World | undefined;
}

export class Planning {
  readonly #folders: Folders;
  readonly #clock: Clock;
  /** The last copy: the same folder is asked about again and again while somebody chooses. */
  #copied: Copied | undefined;
  /** Plans of that copy by request: a light bulb asks for the same whenever the cursor moves. */
  readonly #plans = new Map<string, RoutePlan>();
  /** The copy is taken to other texts and back, so there is one plan at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(folders: Folders, clock: Clock) {
    this.#folders = folders;
    this.#clock = clock;
  }

  /** Plans a route in a folder. @throws ResponseError where the request is taken back */
  plan(folder: Folder, request: RouteRequest, token: CancellationToken): Promise<RoutePlan> {
    return this.#alone(token, async () => {
      const copied = await this.#copyOf(folder);
      const key = JSON.stringify(request);
      const known = this.#plans.get(key);
      if (known) return known;
      const plan = await this.#made(copied, (site) => planRouteInSteps(site, request), token);
      if (this.#copied === copied) this.#plans.set(key, plan);
      return plan;
    });
  }

  /** Does other work with a folder as a plan has it. @throws ResponseError where the request is taken back */
  inFolder<T>(folder: Folder, work: (site: Site) => Steps<T>, token: CancellationToken): Promise<T> {
    return this.#alone(token, async () => this.#made(await this.#copyOf(folder), work, token));
  }

  /** Lets go of the copy. */
  done(): void {
    this.#copied = undefined;
    this.#plans.clear();
  }

  #alone<T>(token: CancellationToken, work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => {
      throwIfCancelled(token);
      return work();
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Work takes texts as it needs them, and those on disk have to be waited for: what it missed is read, and it is done again. */
  async #made<T>(copied: Copied, work: (site: Site) => Steps<T>, token: CancellationToken): Promise<T> {
    const { folder, analysis, files, findings } = copied;
    const texts = new Map<string, string | undefined>();
    const missed = new Set<string>();
    const site: Site = {
      root: folder.root,
      settings: analysis.settings,
      files,
      text: (path) => {
        const open = this.#folders.document(path)?.getText();
        if (open !== undefined) return open;
        if (!texts.has(path)) missed.add(path);
        return texts.get(path);
      },
      findings,
      isWhole: () => missed.size === 0,
      world: () => {
        copied.world ??= worldOf({ root: folder.root, settings: analysis.settings, files, text: () => undefined });
        return copied.world;
      },
    };
    for (let round = 1; ; round++) {
      const result = await this.#stepThrough(work(site), token);
      if (missed.size === 0 || round === ROUNDS) return result;
      for (const path of missed) texts.set(path, await this.#folders.read(path));
      missed.clear();
    }
  }

  /** Other requests get a turn, and one of them may take this one back. */
  async #stepThrough<T>(steps: Steps<T>, token: CancellationToken): Promise<T> {
    let since = this.#clock.now();
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      if (this.#clock.now() - since < SLICE) continue;
      await this.#clock.turn();
      leaveIfCancelled(steps, token);
      since = this.#clock.now();
    }
  }

  async #copyOf(folder: Folder): Promise<Copied> {
    const { snapshot } = folder.analysis;
    const known = this.#copied;
    if (known?.folder === folder && known.snapshot === snapshot) return known;
    const analysis = await folder.copyToPlanIn();
    this.done();
    const files = new Map(analysis.snapshot.files);
    const findings = siteFindings(analysis, files);
    const copied = { folder, snapshot, analysis, files, findings, world: undefined };
    this.#copied = copied;
    return copied;
  }
}

/** Steps that are left put things back as they were. */
function leaveIfCancelled(steps: Steps<unknown>, token: CancellationToken): void {
  try {
    throwIfCancelled(token);
  } catch (error) {
    steps.throw(error);
  }
}
