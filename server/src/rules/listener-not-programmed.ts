/** Listeners of Gateways of Gateway API that istiod does not give to the gateway. */
import { gatewayOf } from '../calls/proxies.ts';
import type { K8sGateway, K8sListener, ObjectReference } from '../manifest/types.ts';
import { hostsOverlap } from '../mesh/hosts.ts';
import { GATEWAY_NAME_LABEL, ISTIO_CLASS, listenerGatewayName, listenersOf } from '../mesh/implied.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { isProgrammed } from '../trace/gateway-api/listeners.ts';
import { mergedGateways } from '../trace/placed-servers.ts';
import { gatewayPodNamed } from '../trace/pods.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { qualified } from './shared/message.ts';

export const rule: CallRule = {
  code: 'listener-not-programmed',
  title: 'Listener not programmed',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  turn: 'first',
  ends: ['no-listener', 'no-route', 'no-virtual-host', 'no-filter-chain', 'tls-error', 'mtls-error', 'protocol-error'],
  explain(failure) {
    const found = listenersHere(failure);
    if (!found) return undefined;
    for (const listener of found.listeners) {
      const report = ofConflict(failure, found.gateway, listener) ?? ofCertificate(failure, found.gateway, listener);
      if (report) return report;
    }
    return undefined;
  },
  page: {
    what: 'Calls come to a listener of a Gateway that istiod leaves out: another listener has its port, or none of its certificates can be used.',
    why: 'Listeners of one port must be of one sort: plain HTTP does not share a port with TLS, and of two the first counts. A listener that ends TLS needs a certificate: a Secret in the namespace of the Gateway, or in another one with a ReferenceGrant there.',
    symptom:
      'The gateway does not listen on the port, or reads something else there: connections are refused or reset.',
    remedy: 'Give each sort of listener a port of its own, and a listener that ends TLS a Secret that it may use.',
    bad: example(443),
    good: example(80),
    sources: [
      'https://gateway-api.sigs.k8s.io/reference/spec/#listener',
      'istio/istio: pilot/pkg/config/kube/gateway/conversion.go',
    ],
  },
};

function example(port: number): string {
  return `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: egress, namespace: team-a}
spec:
  gatewayClassName: istio
  listeners:
    - {name: plain, port: ${port}, protocol: HTTP, hostname: other.example.com}
    - name: tls
      port: 443
      protocol: TLS
      hostname: api.example.com
      tls: {mode: Passthrough}
# -- routes.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: to-gateway, namespace: team-a}
spec:
  parentRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: api}
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - {name: egress-istio, port: 443}
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: from-gateway, namespace: team-a}
spec:
  parentRefs:
    - {name: egress, sectionName: tls}
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 443}
`;
}

interface Here {
  readonly gateway: MeshObject<K8sGateway>;
  readonly listeners: readonly K8sListener[];
}

/** The Gateway whose pods the call fails at, and its listeners on the port that take the host. */
function listenersHere({ outcome: { ending, call }, plane }: Failure): Here | undefined {
  const at = gatewayOf(ending.at);
  const pod = at && gatewayPodNamed(plane, at.namespace, at.name);
  const name = pod?.labels[GATEWAY_NAME_LABEL];
  if (!pod || name === undefined) return undefined;
  const [gateway] = plane.reader
    .named('K8sGateway', pod.namespace || undefined, name)
    .filter((each) => each.resource.gatewayClassName?.value === ISTIO_CLASS);
  if (!gateway) return undefined;
  const listeners = listenersOf(gateway.resource).filter(
    ({ port, hostname }) =>
      port?.value === ending.at.port && (!hostname || hostsOverlap(hostname.value ?? '*', call.host)),
  );
  return { gateway, listeners };
}

function titleOf(gateway: MeshObject<K8sGateway>, { name }: K8sListener): string {
  return `listener \`${name?.value ?? ''}\` of Gateway \`${qualified(gateway.namespace, gateway.resource.name.value ?? '')}\``;
}

/** A listener that lost its port, or its hostname there, to another one. */
function ofConflict(
  { outcome: { ending }, plane }: Failure,
  gateway: MeshObject<K8sGateway>,
  listener: K8sListener,
): CallReport | undefined {
  const at = gatewayOf(ending.at);
  const pod = at && gatewayPodNamed(plane, at.namespace, at.name);
  const own =
    pod && mergedGateways(plane, pod).placed.find(({ server }) => server.gateway.implied?.listener === listener);
  const winner = own?.lostTo;
  if (!winner) return undefined;
  const { implied, path } = winner.gateway;
  const by = implied?.listener ? `listener \`${implied.listener.name?.value ?? ''}\`` : 'another Gateway';
  return {
    path: gateway.path,
    range: (listener.port ?? listener).range,
    cause: `${titleOf(gateway, listener)} (${listener.protocol?.value ?? ''}) is not programmed, because ${by} (${winner.protocol}) has port ${winner.number}`,
    remedy: 'Give it another port.',
    related: [{ path, range: winner.server.range, message: 'Has the port.' }],
  };
}

/** Only where it is known that there is no Secret, or that none may be used. */
function ofCertificate(
  { plane }: Failure,
  gateway: MeshObject<K8sGateway>,
  listener: K8sListener,
): CallReport | undefined {
  const implied = plane.reader
    .named(
      'Gateway',
      gateway.namespace,
      listenerGatewayName(gateway.resource.name.value ?? '', listener.name?.value ?? ''),
    )
    .find((each) => each.implied);
  const references = listener.tls?.certificateRefs;
  if (!implied || !references || isProgrammed(plane, implied)) return undefined;
  return {
    path: gateway.path,
    range: references.range,
    cause: `no certificate of ${titleOf(gateway, listener)} can be used, so it is not programmed`,
    remedy: remedyFor(gateway, listener, references.items),
  };
}

/** What takes TLSRoutes is hardly there to end the TLS of applications. */
function remedyFor(
  { namespace }: MeshObject<K8sGateway>,
  { protocol }: K8sListener,
  references: readonly ObjectReference[],
): string {
  const isSecret = (each: ObjectReference) => (each.kind?.value ?? 'Secret') === 'Secret' && !each.group?.value;
  const isElsewhere = (each: ObjectReference) => (each.namespace?.value ?? namespace) !== namespace;
  if (references.length > 2) return 'Name one or two.';
  if (!references.some(isSecret)) return 'Name a Secret.';
  const needed = references.every(isElsewhere) ? 'allow it with a ReferenceGrant there' : 'create the Secret';
  if (protocol?.value === 'TLS') return `Pass TLS through, or ${needed}.`;
  return `${needed.charAt(0).toUpperCase()}${needed.slice(1)}, or pass TLS through.`;
}
