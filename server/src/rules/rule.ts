/** What a rule is: one object with its text, its check and its fixes. */
import type { EndingKind } from '../calls/endings.ts';
import type { FileContents, Suppression } from '../manifest/contents.ts';
import type { K8sRoute, Kind, ResourceOf } from '../manifest/types.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { MeantWay } from '../calls/meant-way.ts';
import type { Outcome } from '../calls/outcomes.ts';
import type { Plane } from '../trace/plane.ts';
import type { Fix, Related, Severity } from './finding.ts';
import type { Range } from '../yaml/nodes.ts';

/** A page of documentation. All texts are Markdown. */
export interface RulePage {
  /** One sentence: what the rule finds. It is the rule's cell in tables. */
  readonly what: string;
  /** Why Istio behaves so, and what people usually meant. */
  readonly why: string;
  /** What is seen in a cluster: status codes, response flags, log lines. */
  readonly symptom: string;
  /** A fixture (several files under `# -- path` headers) that gives exactly one finding with this code. Absent where no page can show it. */
  readonly bad?: string;
  /** A fixture without findings: the bad one after its first fix, where it has one. */
  readonly good?: string;
  /** What to do. */
  readonly remedy: string;
  /** Istio pages, issues, or source files that the rule rests on. */
  readonly sources: readonly string[];
}

interface RuleBase {
  /** `<noun>-<problem>`, kebab case, stable for ever. */
  readonly code: string;
  readonly title: string;
  readonly kind: 'fault' | 'advice';
  /** The severity where a finding does not say another one. */
  readonly severity: Severity;
  /** On trial: its findings are never above hint. */
  readonly preview?: true;
  /** The IST and KIA codes whose ground this rule covers. */
  readonly covers: readonly string[];
  readonly page: RulePage;
}

/** What a check yields; `path` is the subject's file unless told otherwise. */
export interface Report {
  readonly path?: string;
  readonly range: Range;
  readonly severity?: Severity;
  readonly message: string;
  readonly related?: readonly Related[];
  readonly fixes?: readonly Fix[];
  /** What is missing, as `external` in the settings names it, where it may live elsewhere: `Gateway istio-system/shared`. */
  readonly elsewhere?: string;
}

/** Looks at one resource in one mesh, and through the reader at whatever has to do with it. */
export interface MeshRule<K extends Kind = Kind> extends RuleBase {
  readonly subject: K;
  /** Ends of calls that a finding of this rule accounts for: a call that ends so because of it needs no finding of its own. */
  readonly accountsFor?: readonly CallEnd[];
  check(subject: MeshObject<ResourceOf<K>>, mesh: MeshReader): Iterable<Report>;
}

/** Looks at one route of Gateway API in one mesh. */
export interface ApiRouteRule extends RuleBase {
  readonly subject: 'api-route';
  /** HTTPRoute and TLSRoute unless given. */
  readonly kinds?: readonly K8sRoute['kind'][];
  readonly accountsFor?: readonly CallEnd[];
  check(subject: MeshObject<K8sRoute>, mesh: MeshReader): Iterable<Report>;
}

/** Looks at one file alone. */
export interface FileRule extends RuleBase {
  readonly subject: 'file';
  check(path: string, contents: FileContents): Iterable<Report>;
}

/** How a followed call ends: as a trace says it, or with the wrong bytes, or past the gateway that the YAML sends it to. */
export type CallEnd = EndingKind | 'plain-to-tls' | 'tls-in-tls' | 'bypass';

/**
 * Says why calls end as they do, for one mistake. Calls are followed by the same trace that users ask for; each way of failing is put to the rules for its end, in the
 * order of `turn` and then of codes, until one knows the cause.
 */
export interface CallRule extends RuleBase {
  readonly subject: 'call';
  readonly ends: readonly CallEnd[];
  /** `last`: only names what is seen, where no other rule knows the cause. */
  readonly turn?: 'first' | 'last';
  /** Codes of findings that are consequences of this mistake: they are left out on a resource that it is reported on. */
  readonly settles?: readonly string[];
  explain(failure: Failure): CallReport | undefined;
}

/** One way in which the calls of a resource fail, and what may be asked about it. */
export interface Failure {
  readonly end: CallEnd;
  readonly outcome: Outcome;
  /** The VirtualService or ServiceEntry whose calls were followed. */
  readonly subject: MeshObject;
  /** For a bypass: how the YAML means the call to go. */
  readonly meant?: MeantWay;
  readonly mesh: MeshReader;
  readonly plane: Plane;
}

/** The cause of a failure. What is seen, and by whom, is put before it. */
export interface CallReport extends Omit<Report, 'message'> {
  /** `no DestinationRule that they can use defines subset `cnn` of …`, without its full stop. */
  readonly cause: string;
  /** May be left out where the whole would be too long; a sentence. */
  readonly explanation?: string;
  /** One sentence: what to do. */
  readonly remedy: string;
  /** Its fixes know how Gateway API is written. Without it those that would change a route or a Gateway of Gateway API are left out. */
  readonly writes?: 'gateway-api';
  /** In place of what is seen otherwise: `Not through the egress gateway`. */
  readonly symptom?: string;
}

/** Looks at one comment that silences findings, once it is known what it silenced. */
export interface SuppressionRule extends RuleBase {
  readonly subject: 'suppression';
  check(path: string, suppression: Suppression, outcome: SuppressionOutcome): Iterable<Report>;
}

export interface SuppressionOutcome {
  /** Codes of the findings that it silenced. */
  readonly silenced: ReadonlySet<string>;
  /** Codes of all rules. */
  readonly known: readonly string[];
  /** Whether a rule looks at the file. */
  isOn(code: string): boolean;
}

/** Shows what the API server and istiod's webhook say of a resource of any kind; run where they say anything. */
export interface JudgedRule extends RuleBase {
  readonly subject: 'judged';
  check(subject: MeshObject, mesh: MeshReader): Iterable<Report>;
}

export type Rule =
  | { readonly [K in Kind]: MeshRule<K> }[Kind]
  | ApiRouteRule
  | FileRule
  | CallRule
  | SuppressionRule
  | JudgedRule;
