/** One call followed in one apply set: what Istio would do, how sure that is, and what explains it. */
import { ambientNamespace, waypointFor } from '../mesh/ambient.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { Finding } from '../rules/finding.ts';
import { PASSTHROUGH_CLUSTER } from '../trace/cluster-names.ts';
import type { Plane } from '../trace/plane.ts';
import { sidecarScope } from '../trace/scope.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { Call, Hop } from '../trace/types.ts';
import { assumptions } from './assumptions.ts';
import { withAddress } from '../calls/address.ts';
import { type Ending, endingsOf, type Verdict, worst } from '../calls/endings.ts';
import { explainingFinding, type FindingsOf } from './explaining.ts';
import { type Limit, limitsOf } from './limits.ts';
import { type Rejected, rejectedFor } from './rejected.ts';
import { needsOf } from '../calls/needs.ts';

/** An apply set that calls can be followed in. */
export interface Traceable {
  readonly id: string;
  /** Undefined for the only set of a workspace. */
  readonly name: string | undefined;
  readonly mesh: Mesh;
  readonly tracer: Tracer;
  readonly findings: FindingsOf;
}

export interface TraceResult {
  readonly set: { readonly id: string; readonly name: string | undefined };
  /** As asked, with the address that a `tcp` call goes to filled in. */
  readonly call: Call;
  readonly hop: Hop;
  readonly endings: readonly [Ending, ...Ending[]];
  /** The worst of them. */
  readonly worst: Ending;
  readonly verdict: Verdict;
  /** Why it fails, where a finding says it. */
  readonly finding: Finding | undefined;
  /** What would have to be here to know; empty unless the verdict is `unknown`. */
  readonly needs: readonly string[];
  /** The way depends on an outbound policy that nothing tells: out under ALLOW_ANY, refused under REGISTRY_ONLY. */
  readonly policyUnknown: boolean;
  /** What is not in the workspace and was taken for given. Each a sentence without its full stop. */
  readonly assumed: readonly string[];
  /** What is written for the call and never gets into the mesh. */
  readonly rejected: readonly Rejected[];
  /** What may decide otherwise and is not followed. */
  readonly limits: readonly Limit[];
}

/** Follows a call. The same YAML and the same call give the same result. */
export function traceCall(subject: Traceable, asked: Call): TraceResult {
  const { mesh, tracer, findings, id, name } = subject;
  const plane = tracer.plane(mesh.reader());
  const call = withAddress(plane, asked);
  const hop = tracer.trace(call, plane.reader);
  const policyUnknown = dependsOnPolicy(plane, call, hop);
  const judged = endingsOf(hop).map((each) => judge(plane, call, each, findings, policyUnknown));
  const [first, ...others] = judged.map(({ ending }) => ending);
  const endings: TraceResult['endings'] = [first ?? nowhere(hop), ...others];
  const decisive = worst(endings) ?? endings[0];
  const { finding, needs = [] } = judged.find(({ ending }) => ending === decisive) ?? {};
  return {
    set: { id, name },
    call,
    hop,
    endings,
    worst: decisive,
    verdict: decisive.verdict,
    finding,
    needs,
    policyUnknown,
    rejected: rejectedFor(plane, call),
    assumed: assumptions(plane, call, endings),
    limits: limitsOf(plane, call, endings),
  };
}

interface Judged {
  readonly ending: Ending;
  readonly finding?: Finding | undefined;
  readonly needs?: readonly string[];
}

/** A failure that no finding explains and that may be due to what is not here is not known. */
function judge(plane: Plane, call: Call, ending: Ending, findings: FindingsOf, policyUnknown: boolean): Judged {
  const ambient = needOfAmbient(plane, call);
  if (ambient !== undefined) return { ending: { ...ending, verdict: 'unknown' }, needs: [ambient] };
  if (ending.cluster?.name === PASSTHROUGH_CLUSTER && policyUnknown) {
    return {
      ending: { ...ending, verdict: 'unknown' },
      needs: ['the outbound policy (istio.outboundTrafficPolicy in .istio-egress.yaml, or the mesh configuration)'],
    };
  }
  if (ending.verdict === 'outside' || ending.verdict === 'outside-not-through-gateway') return { ending };
  const finding = explainingFinding(plane.reader, call, ending, findings);
  if (finding?.severity === 'error' || (ending.verdict !== 'failed' && ending.verdict !== 'unknown'))
    return { ending, finding };
  const needs = needsOf(plane, call, ending);
  return needs.length > 0 ? { ending: { ...ending, verdict: 'unknown' }, finding, needs } : { ending, finding };
}

/** Pods of an ambient namespace have no sidecar unless their labels ask for one. */
function needOfAmbient({ reader }: Plane, { from, host }: Call): string | undefined {
  if (!ambientNamespace(reader, from.namespace) || from.labels?.['sidecar.istio.io/inject'] === 'true')
    return undefined;
  const waypoint = waypointFor(reader, host);
  return waypoint === undefined
    ? `sidecars in ${from.namespace}: its pods are ambient, and without a waypoint their calls follow no route`
    : `the way through waypoint ${waypoint}, which is not traced`;
}

function dependsOnPolicy(plane: Plane, { from }: Call, hop: Hop): boolean {
  const passes = hop.clusters?.some(({ name }) => name === PASSTHROUGH_CLUSTER) ?? false;
  return passes && sidecarScope(plane, from.namespace, from.labels).policy.assumed;
}

/** A hop without an error and without a way is none that istiod makes; it is told as a failure all the same. */
function nowhere(hop: Hop): Ending {
  return { kind: 'no-route', verdict: 'failed', hops: [hop], at: hop, cluster: undefined, share: 1 };
}
