/**
 * What editors and terminals ask: one workspace folder and its findings, kept current change by change.
 * A window with several folders has one analysis for each.
 */
import type { Traceable } from '../features/trace-call.ts';
import type { Finding } from '../rules/finding.ts';
import type { Settings } from '../workspace/settings.ts';
import type { FileChange, Snapshot } from '../workspace/types.ts';

/** Room for other work after each step; at the end the files whose findings may differ. */
export type UpdateSteps = Generator<ReadonlySet<string> | undefined, ReadonlySet<string>>;

/** Created by `createAnalysis` in `analysis.ts`. Synchronous: every answer belongs to the revision of the last `update`. */
export interface Analysis {
  readonly snapshot: Snapshot;

  /** The settings that hold now: the editor's, with those of the folder's file before them. */
  readonly settings: Settings;

  /**
   * Takes in changed, new and deleted files as one change.
   *
   * @returns the files whose findings may differ from before; ask for those again
   */
  update(changes: readonly FileChange[]): ReadonlySet<string>;

  /**
   * The same in steps, so that a large update leaves room for requests between them. Between steps `findings` may still be those of
   * before. An iterator that is left half-way loses nothing: the next update finishes its work, and returns its files too.
   *
   * @param first files that somebody looks at: what is in them is checked before all else, and where much else is due they are yielded as soon as they have
   * their findings; what other files say of them may still be missing
   */
  updateInSteps(changes: readonly FileChange[], first?: ReadonlySet<string>): UpdateSteps;

  /**
   * Takes in other settings: those of the editor, and the text of the folder's `.istio-egress.yaml`, which goes before them.
   * Mistakes in that file become findings of its path.
   *
   * @returns as `update`
   */
  configure(settings: SettingsInput): ReadonlySet<string>;

  /** Findings of a file, in text order; computed when asked for, and kept until something that they looked at changes. */
  findings(path: string): readonly Finding[];

  /** Files that may have findings: all that were read and are not context. */
  paths(): readonly string[];

  /** What was read and checked, for the status item and the last line of the terminal. */
  summary(): Summary;

  /** The apply sets that calls can be followed in; the first is the one to take where nobody says which. */
  traceables(): readonly Traceable[];

  /** Why a file belongs where it does: Markdown, one line per apply set. */
  explain(path: string): string;
}

export interface SettingsInput {
  /** From the editor or the command line; already typed. */
  readonly editor?: Partial<Settings>;
  readonly file?: { readonly path: string; readonly text: string };
}

/** One egress route, for lists. */
export interface RouteState {
  readonly path: string;
  /** Of the resource's name. */
  readonly range: { readonly start: number; readonly end: number };
  /** `namespace/name`. */
  readonly name: string;
  readonly state: 'pass' | 'fail' | 'unchecked';
  /** What an unchecked route needs, for example `Gateway istio-system/shared`. */
  readonly needs?: string;
  /** How many warnings are about it; absent where there are none. They do not make it fail. */
  readonly warnings?: number;
}

export interface Summary {
  readonly files: number;
  readonly resources: number;
  /** VirtualServices, HTTPRoutes and TLSRoutes that go through or come out of an egress gateway. */
  readonly routes: number;
  /** Those routes, the failing ones first. */
  readonly list: readonly RouteState[];
  /** Of those, with an error. */
  readonly failing: number;
  /** Of those, without an error and with a warning. */
  readonly warned: number;
  /** Of those, not checked because something they need is not in the workspace, with what. */
  readonly unchecked: readonly {
    readonly path: string;
    readonly range: { readonly start: number; readonly end: number };
    readonly needs: string;
  }[];
}
