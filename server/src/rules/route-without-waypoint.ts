/** Routes of Gateway API for sidecars, of which there are none, and for no waypoint. */
import { isProducer } from '../calls/meant-api-route.ts';
import type { ServiceEntry } from '../manifest/types.ts';
import { waypointFor } from '../mesh/ambient.ts';
import { isEgressRoute } from '../mesh/egress-routes.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { parentEntries, parentGateways } from '../mesh/route-rules.ts';
import type { ApiRouteRule } from './rule.ts';
import { ambientClients, isForSidecarsElsewhere } from './shared/ambient-clients.ts';
import { isUnsure } from './shared/api-route.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: ApiRouteRule = {
  code: 'route-without-waypoint',
  title: 'Route that neither a sidecar nor a waypoint follows',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'api-route',
  *check(subject, mesh) {
    const ambient = ambientClients(mesh, subject.namespace);
    if (!ambient || !parentGateways(subject).includes(MESH_GATEWAY)) return;
    if (!isEgressRoute(subject, mesh.settings.clusterDomain)) return;
    const entries = parentEntries(mesh, subject);
    const [entry] = entries;
    if (!entry || entries.some((each) => isUnsure(each, mesh) || usesWaypoint(each, mesh))) return;
    const followsOwn = subject.resource.kind === 'HTTPRoute' && !isProducer(subject);
    if (isForSidecarsElsewhere(mesh, subject.namespace, (each) => !followsOwn || each === subject.namespace)) return;
    yield {
      range: (subject.resource.parentRefs ?? subject.resource.name).range,
      severity: sure(mesh, 'warning'),
      message: message(
        `Not used by pods in \`${ambient.resource.name.value ?? ''}\`: the namespace is ambient, so they have no sidecar, and the ServiceEntry is bound to no waypoint.`,
        '',
        'Bind it with the label `istio.io/use-waypoint`.',
      ),
      related: [
        { path: entry.path, range: entry.resource.name.range, message: 'The ServiceEntry.' },
        { path: ambient.path, range: ambient.resource.name.range, message: 'Makes the namespace ambient.' },
      ],
    };
  },
  page: {
    what: 'An HTTPRoute or TLSRoute sends calls to an egress gateway for clients that are ambient, and its ServiceEntry has no waypoint.',
    why: 'Pods of a namespace with the label `istio.io/dataplane-mode: ambient` have no sidecar. Their calls go through ztunnel, which follows no route; a waypoint does, where the ServiceEntry, or its namespace, is bound to one by the label `istio.io/use-waypoint`. There the waypoint itself can be the egress gateway, without any route.',
    symptom:
      'Calls go straight out; the log of the egress gateway stays empty. The status of the route says that no waypoint is configured.',
    remedy: 'Bind the ServiceEntry to a waypoint.',
    bad: example(''),
    good: example(', labels: {istio.io/use-waypoint: waypoint}'),
    sources: [
      'https://istio.io/latest/docs/ambient/usage/egress-gateway/',
      'istio/istio: pilot/pkg/config/kube/gateway/conversion.go',
    ],
  },
};

function usesWaypoint({ resource }: MeshObject<ServiceEntry>, mesh: MeshReader): boolean {
  return (resource.hosts?.items ?? []).some(
    ({ value }) => value === undefined || waypointFor(mesh, value) !== undefined,
  );
}

function example(labels: string): string {
  return `# -- namespace.yaml
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: shop${labels}}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: egress, namespace: egress}
spec:
  gatewayClassName: istio
  listeners:
    - {name: http, port: 80, protocol: HTTP}
# -- routes.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: to-gateway, namespace: shop}
spec:
  parentRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: api}
  rules:
    - backendRefs:
        - {name: egress-istio, namespace: egress, port: 80}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: from-gateway, namespace: egress}
spec:
  parentRefs:
    - name: egress
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}
`;
}
