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
  /** Routes that do not fail, and have a warning. */
  readonly warned: number;
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

/** Client to server, request: every egress route and how it stands, the failing ones first. */
export const ROUTES = 'istioEgress/routes';

export interface RoutesResult {
  readonly routes: readonly RouteItem[];
}

export interface RouteItem extends Place {
  /** `namespace/name` of the VirtualService. */
  readonly name: string;
  readonly state: 'pass' | 'fail' | 'unchecked';
  /** What an unchecked route needs. */
  readonly needs?: string;
  /** How many warnings are about it; absent where there are none. */
  readonly warnings?: number;
}

/** Client to server, request: waits until all that is pending is checked. */
export const CHECK_WORKSPACE = 'istioEgress/checkWorkspace';

export interface CheckWorkspaceResult extends StatusParams {
  readonly findings: Readonly<Record<'error' | 'warning' | 'information' | 'hint', number>>;
}

/** Client to server, request: one edit with all fixes that are safe and the one right answer; nothing is changed by asking. */
export const FIX_ALL = 'istioEgress/fixAll';

export interface FixAllParams {
  /** A file; the whole workspace where it is absent. */
  readonly uri?: string;
}

export interface FixAllResult {
  /** In the order of files and places; none where nothing can be fixed. */
  readonly fixes: readonly SafeFix[];
  /** A WorkspaceEdit of LSP; its annotations are the titles of the fixes that each edit belongs to. */
  readonly edit: {
    readonly documentChanges?: readonly unknown[];
    readonly changes?: unknown;
    readonly changeAnnotations: unknown;
  };
}

/** A fix, and the place of the finding that it is for. */
export interface SafeFix extends Place {
  readonly title: string;
  readonly code: string;
}

/** Client to server, request: why a file belongs where it does. */
export const EXPLAIN_FILE = 'istioEgress/explainFile';

export interface ExplainFileParams {
  readonly uri: string;
}

export interface ExplainFileResult {
  readonly markdown: string;
}

/** Client to server, request: the calls that the workspace has, with what becomes of them. */
export const LIST_CALLS = 'istioEgress/listCalls';

export interface ListCallsResult {
  readonly calls: readonly CallItem[];
  /** Whether there are more than were followed. */
  readonly more: boolean;
}

export interface CallItem extends TraceQuestion {
  readonly verdict: TraceVerdict;
  /** `404 at the egress gateway`. */
  readonly outcome: string;
  /** The apply set, where there are several. */
  readonly setTitle?: string;
}

/** A call as people write it, and where to follow it. */
export interface TraceQuestion {
  /** `[METHOD] URL from NAMESPACE[/label=value,…] [-H 'name: value']… [--address IP]`. */
  readonly text: string;
  /** URI of a workspace folder; the server chooses where it is absent. */
  readonly folder?: string;
  /** Id of an apply set; the server chooses where it is absent or no longer there. */
  readonly set?: string;
}

export type TraceVerdict = 'outside' | 'outside-not-through-gateway' | 'blocked' | 'failed' | 'unknown';

/** Client to server, request: what Istio would do with a call. */
export const TRACE_CALL = 'istioEgress/traceCall';

export type TraceCallResult =
  /** The text is no call, or there is nothing to follow it in: one sentence. */
  | { readonly problem: string }
  | {
      /** With folder and set as they were chosen. */
      readonly question: TraceQuestion;
      readonly verdict: TraceVerdict;
      /** The document. */
      readonly text: string;
      readonly links: readonly TraceLink[];
      /** Lines for a shell. */
      readonly istioctl: string;
      readonly sets: readonly { readonly id: string; readonly title: string }[];
    };

export interface TraceLink {
  /** In the document. */
  readonly range: { readonly start: Position; readonly end: Position };
  readonly uri: string;
  readonly position: Position;
}

/** Client to server, request: the call that a finding or a resource is about; null where there is none. */
export const CALL_AT = 'istioEgress/callAt';

export interface CallAtParams {
  readonly uri: string;
  readonly position: Position;
  /** The code of the finding that is there; without it, the resource's first call is meant. */
  readonly code?: string;
}

/** Client to server, request: what a route would be written as; nothing is changed by asking. */
export const PLAN_ROUTE = 'istioEgress/planRoute';

/** A route that is asked for: an address, and the answers that were changed. */
export interface RouteQuestion {
  /** Exactly as the application calls it: `https://api.example.com`. */
  readonly address: string;
  /** URI of a workspace folder, or of a file or folder in it; the server chooses where it is absent. */
  readonly folder?: string;
  readonly changes?: RouteChanges;
  /** An answer that was typed; it is among the `changes` of the plan. */
  readonly typed?: { readonly field: string; readonly text: string };
}

/** Answers that differ from what the server chooses; only the server reads them. */
export type RouteChanges = Readonly<Record<string, unknown>>;

export type PlanRouteResult =
  /** The address or the typed answer is none, or there is no folder: one sentence. */
  { readonly problem: string } | PlannedRoute;

export interface PlannedRoute {
  /** With the folder that was chosen, and with all changes. */
  readonly question: RouteQuestion;
  /** `unchanged`: the route is there already. `blocked`: nothing can be written; `conflicts` say why. */
  readonly state: 'ready' | 'unchanged' | 'blocked';
  /** How many resources are new, and how many change. */
  readonly created: number;
  readonly changed: number;
  /** How calls end with the plan applied. */
  readonly traced: readonly { readonly from: string; readonly text: string }[];
  /** `api.example.com:443`. */
  readonly target: string;
  readonly choices: readonly RouteChoice[];
  readonly conflicts: readonly RouteConflict[];
  /** What somebody should know before writing. */
  readonly notes: readonly string[];
  readonly files: readonly RouteFile[];
  /** Tells this plan from another. */
  readonly key: string;
}

export interface RouteChoice {
  readonly id: string;
  /** `Gateway`. */
  readonly title: string;
  readonly value: string;
  readonly alternatives: readonly RouteWayOut[];
  /** Absent where nothing can be typed. */
  readonly typed?: { readonly field: string; readonly prompt: string; readonly value: string };
}

/** Something that can be done: changes to ask again with, or a place to look at. */
export interface RouteWayOut {
  readonly title: string;
  readonly changes?: RouteChanges;
  readonly open?: Place;
}

export interface RouteConflict {
  readonly text: string;
  readonly place?: Place;
  readonly waysOut: readonly RouteWayOut[];
}

export interface RouteFile {
  readonly uri: string;
  /** Null for a new file. */
  readonly before: string | null;
  readonly after: string;
}

/** Client to server, request: the edit that writes a route, and what takes it back. */
export const ROUTE_EDIT = 'istioEgress/routeEdit';

export interface RouteEditParams {
  readonly question: RouteQuestion;
  /** Of the plan that was shown. */
  readonly key: string;
}

export type RouteEditResult =
  | { readonly problem: string }
  /** Files have changed since the plan was shown: this is the plan now. */
  | { readonly plan: PlannedRoute }
  | {
      /** A WorkspaceEdit of LSP, with all files. */
      readonly edit: unknown;
      readonly undo: readonly RestoredFile[];
    };

export interface RestoredFile {
  readonly uri: string;
  /** The text that the edit leaves there. Another one is somebody's later work. */
  readonly expected: string;
  /** The text to put back; null where the file is to be deleted. */
  readonly text: string | null;
}

/** Client to server, request: the address that is written at a place, or that the resource there is for; null where there is none. */
export const ADDRESS_AT = 'istioEgress/addressAt';

export interface AddressAtParams {
  readonly uri: string;
  readonly position: Position;
  /** The line as the client has it: documents of any language may have an address. */
  readonly text: string;
}

export interface AddressAtResult {
  readonly address: string;
}

/** The client's command that creates a route; its one argument is a `RouteQuestion`, whose summary is shown at once. */
export const CREATE_COMMAND = 'istioEgress.createRoute';

/** Server to client, notification: traces may differ from what was answered. Sent once something was traced. */
export const TRACES_CHANGED = 'istioEgress/tracesChanged';

/** The client's command that shows a trace; its one argument is a `TraceQuestion` or `CallAtParams`. */
export const TRACE_COMMAND = 'istioEgress.trace';

/** Client to server, notification: whether the workspace is trusted has changed. */
export const TRUST = 'istioEgress/trust';

export interface TrustParams {
  readonly trusted: boolean;
}

/** Client to server, notification: whether something else in the editor compares manifests with schemas has changed. */
export const SCHEMA_CHECKS = 'istioEgress/schemaChecks';

export interface SchemaChecksParams {
  readonly elsewhere: boolean;
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
  /** True where something else in the editor compares manifests with the schemas of their kinds, and ours would say the same again. */
  readonly schemaChecksElsewhere?: boolean;
  /** True where the client has `TRACE_COMMAND`: findings and hovers lead to it. */
  readonly traces?: boolean;
  /** True where the client has `CREATE_COMMAND`: code actions lead to it. */
  readonly creates?: boolean;
  /** True where the client has the snippets of the extension: only those that the workspace fills in are offered beside them. */
  readonly snippets?: boolean;
  /** True where the client answers `LIST_FILES` and `READ_FILE`. */
  readonly files?: boolean;
}
