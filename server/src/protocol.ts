/** What our client and our server say to each other beyond LSP: names and types alone. */

/** Server to client, notification: what was read and checked. Sent only where `InitializationOptions.status` is `own`. */
export const STATUS = 'istioEgress/status';

export interface StatusParams {
  readonly state: 'reading' | 'ready';
  /** Files read so far, or all that hold something of ours once ready. */
  readonly files: number;
  readonly resources: number;
  /** Routes that go through or come out of an egress gateway. */
  readonly routes: number;
  readonly failing: number;
  readonly unchecked: readonly UncheckedRoute[];
}

export interface UncheckedRoute extends Place {
  /** What would have to be here: `Gateway istio-system/shared`. */
  readonly needs: string;
}

/** A place in a file; lines and characters as in LSP. */
export interface Place {
  readonly uri: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Client to server, request: waits until all that is pending is checked. */
export const CHECK_WORKSPACE = 'istioEgress/checkWorkspace';

export interface CheckWorkspaceResult extends StatusParams {
  readonly findings: Readonly<Record<'error' | 'warning' | 'information' | 'hint', number>>;
}

/** Client to server, request: why a file belongs where it does. */
export const EXPLAIN_FILE = 'istioEgress/explainFile';

export interface ExplainFileParams {
  readonly uri: string;
}

export interface ExplainFileResult {
  readonly markdown: string;
}

/** Client to server, notification: whether the workspace is trusted has changed. */
export const TRUST = 'istioEgress/trust';

export interface TrustParams {
  readonly trusted: boolean;
}

/** Server to client, request: the URIs of all files in a folder that is not on disk. Answered with a list of URIs. */
export const LIST_FILES = 'istioEgress/listFiles';

export interface ListFiles {
  readonly folder: string;
}

/** Server to client, request: the text of a file that is not on disk; null where it cannot be read. */
export const READ_FILE = 'istioEgress/readFile';

export interface ReadFile {
  readonly uri: string;
}

/** Any editor may give these; all are optional. */
export interface InitializationOptions {
  /** The value of the editor's `istioEgress` settings, for clients that do not answer `workspace/configuration`. */
  readonly settings?: unknown;
  /** Where pages of rules are: the code of a rule is added to it. Without it, codes are no links. */
  readonly rulePageBase?: string;
  /** `own`: the client shows `STATUS`, so progress is not reported in LSP's way as well. */
  readonly status?: 'own';
  /** False in a restricted workspace: nothing outside its folders is read. */
  readonly trusted?: boolean;
  /** True where the client answers `LIST_FILES` and `READ_FILE`. */
  readonly files?: boolean;
}
