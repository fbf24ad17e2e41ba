/** A plan for a route: everything that would be written, what it rests on, and the proof. Plain data: a summary, a diff and a command line show the same. */
import type { KnownCluster } from '../workspace/mesh-settings.ts';
import type { Settings } from '../workspace/settings.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { ApplySet, Snapshot, WorkspaceFile } from '../workspace/types.ts';
import type { Range } from '../yaml/nodes.ts';
import type { RouteRequest } from './request.ts';
import type { Steps } from './steps.ts';
import type { TypedField } from './typed.ts';

/** A workspace at a revision, with what a plan needs of it. */
export interface Site {
  /** Absolute, forward slashes, none at the end. */
  readonly root: string;
  readonly settings: Settings;
  /** As in a snapshot. */
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  /** The text of a file as it was read; undefined where there is none. */
  readonly text: (path: string) => string | undefined;
  /** What is known of the cluster beyond YAML. */
  readonly cluster?: KnownCluster;
  /**
   * The findings of the workspace with some texts replaced (new ones by new paths). Where it is given, a plan that brings a further error or warning is not
   * proved: this room is left of the one that keeps findings.
   */
  readonly findings?: (texts: ReadonlyMap<string, string>) => Steps<readonly SiteFinding[]>;
  /** The world of these files, where somebody keeps it: making one again takes its time. */
  readonly world?: () => World;
  /** Whether every text that was asked for was there; where it is not, nothing is proved, for the plan is made again. */
  readonly isWhole?: () => boolean;
}

/** A workspace as meshes that calls can be followed in. */
export interface World {
  readonly snapshot: Snapshot;
  /** The tracer of a set; made when first asked for. */
  tracerOf(set: ApplySet): Tracer;
  /** What is the same however often it is asked for. */
  remembered<T>(key: string, make: () => T): T;
}

export interface SiteFinding {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
}

export interface Place {
  readonly path: string;
  readonly range: Range;
}

/**
 * `ready`: proved, and can be written. `unchanged`: the route is there already, and nothing would change.
 * `blocked`: a conflict is in the way, or it cannot be proved; nothing may be written.
 */
export type PlanStatus = 'ready' | 'unchanged' | 'blocked';

export interface RoutePlan {
  readonly request: RouteRequest;
  readonly status: PlanStatus;
  /** Everything that was chosen, each changeable. */
  readonly choices: readonly Choice[];
  /** Resources that are there and carry a part of the route. */
  readonly reused: readonly ReusedResource[];
  /** Resources that are new. */
  readonly created: readonly NewResource[];
  /** Files that are new or change, with both texts. */
  readonly files: readonly PlannedFile[];
  /** Empty unless blocked. */
  readonly conflicts: readonly Conflict[];
  /** How every kind of call ends with the plan applied; without it where it is blocked by a conflict. */
  readonly traced: readonly TracedCall[];
  /** What somebody should know before writing, each a whole sentence. */
  readonly notes: readonly string[];
}

/** One thing that was chosen. */
export interface Choice {
  readonly id:
    | 'gateway'
    | 'tls'
    | 'audience'
    | 'mutual-hop'
    | 'namespace'
    | 'credential'
    | 'addresses'
    | 'server'
    | 'set'
    | 'form'
    | 'files';
  /** `Gateway`, `Used by`, … */
  readonly title: string;
  /** For people. */
  readonly value: string;
  /** Other answers, each as the change of the request that gives it. */
  readonly alternatives: readonly WayOut[];
  /** Absent where nothing else can be answered. */
  readonly typed?: TypedAnswer;
}

/** An answer that can be typed. */
export interface TypedAnswer {
  readonly field: TypedField;
  /** What to write, with an example. */
  readonly prompt: string;
  /** The answer now; empty where there is none. */
  readonly value: string;
}

/** Something that can be done: a change of the request to plan again with, or a place to look at. */
export interface WayOut {
  readonly title: string;
  readonly change?: Partial<RouteRequest>;
  readonly open?: Place;
}

export type ConflictCode =
  | 'request-invalid'
  | 'gateway-not-found'
  | 'host-routed'
  | 'port-taken'
  | 'port-not-on-gateway'
  | 'port-protocol'
  | 'resolution'
  | 'subset-taken'
  | 'destination-rule-taken'
  | 'resource-hidden'
  | 'sidecar-hides'
  | 'not-editable'
  | 'namespace-not-written'
  | 'form'
  | 'not-proved';

export interface Conflict {
  readonly code: ConflictCode;
  /** One or two plain sentences. */
  readonly text: string;
  readonly at?: Place;
  readonly waysOut: readonly WayOut[];
}

export interface ReusedResource extends Place {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Whether the plan edits it. */
  readonly edited: boolean;
}

export interface NewResource {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

export interface PlannedFile {
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

export interface TracedCall {
  readonly from: string;
  /** Whether the namespace may use the route. */
  readonly audience: boolean;
  readonly url: string;
  /** For example `through istio-system/istio-egressgateway to api.example.com:443`. */
  readonly text: string;
}
