/** What may decide otherwise than routing does: policies that select a proxy on the way. They are named, not followed. */
import type { Policy } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { routingConfig } from '../trace/mesh-config.ts';
import { gatewayPodNamed } from '../trace/pods.ts';
import { nameOf, type Plane, selects } from '../trace/plane.ts';
import type { Call, Hop } from '../trace/types.ts';
import type { Ending } from '../calls/endings.ts';
import { gatewayOf } from '../calls/proxies.ts';

export interface Limit {
  readonly policy: MeshObject<Policy>;
  /** After the policy's name: `selects this gateway (may answer 403)`. */
  readonly text: string;
}

interface Pod {
  readonly namespace: string;
  /** Undefined where the caller's labels are not told: any may be. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly gateway: boolean;
}

const EFFECTS: Readonly<Record<Policy['kind'], string>> = {
  AuthorizationPolicy: 'may answer 403',
  NetworkPolicy: 'may drop the connection',
  EnvoyFilter: 'may change anything',
};

/** Each policy once, in the order of the proxies. */
export function limitsOf(plane: Plane, { from }: Call, endings: readonly Ending[]): readonly Limit[] {
  const hops = new Map<string, Hop>(endings.flatMap((each) => each.hops).map((hop) => [hop.proxy, hop]));
  const pods = [...hops.values()].map((hop): Pod => {
    const gateway = gatewayOf(hop);
    if (!gateway) return { namespace: from.namespace, labels: from.labels, gateway: false };
    const pod = gatewayPodNamed(plane, gateway.namespace, gateway.name);
    return { namespace: gateway.namespace, labels: pod?.labels ?? {}, gateway: true };
  });
  const seen = new Map<MeshObject<Policy>, Limit>();
  for (const pod of pods) {
    for (const policy of policiesOn(plane, pod)) {
      if (seen.has(policy)) continue;
      const whom = pod.gateway ? 'selects this gateway' : `selects ${whichPods(policy, pod)}`;
      seen.set(policy, { policy, text: `${whom} (${EFFECTS[policy.resource.kind]})` });
    }
  }
  return [...seen.values()];
}

/** An AuthorizationPolicy acts on what a proxy receives from others, so one on the client's sidecar has no say here. */
function policiesOn(plane: Plane, { namespace, labels, gateway }: Pod): readonly MeshObject<Policy>[] {
  const { rootNamespace } = routingConfig(plane);
  // Of callers whose labels are not told, only policies of their own namespace are named: a selector in the root namespace means anybody.
  const fits = ({ resource, namespace: own }: MeshObject<Policy>) =>
    labels === undefined
      ? own === namespace || Object.keys(resource.selector?.value ?? {}).length === 0
      : selects(resource.selector?.value, labels);
  const kinds = gateway ? (['AuthorizationPolicy', 'EnvoyFilter'] as const) : (['EnvoyFilter'] as const);
  const ofMesh = kinds.flatMap((kind) =>
    [...new Set([namespace, rootNamespace])].flatMap((each) => plane.reader.inNamespace(kind, each || undefined)),
  );
  const ofNetwork = plane.reader.inNamespace('NetworkPolicy', namespace || undefined);
  return [...ofMesh, ...ofNetwork]
    .filter(fits)
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0));
}

function whichPods({ resource }: MeshObject<Policy>, { namespace, labels }: Pod): string {
  const pairs = Object.entries(resource.selector?.value ?? {}).map(([label, value]) => `${label}=${value}`);
  return pairs.length > 0 && labels === undefined
    ? `pods of ${namespace} with ${pairs.join(', ')}`
    : `the calling pods in ${namespace}`;
}
