/** Routes for sidecars in a namespace whose pods have none. */
import type { Namespace, VirtualService } from '../manifest/types.ts';
import { bindsWaypoint, waypointFor } from '../mesh/ambient.ts';
import { isEgressRoute } from '../mesh/egress-routes.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { boundGateways, rulesOf } from '../mesh/virtual-service-rules.ts';
import type { MeshRule } from './rule.ts';
import { ambientClients, isForSidecarsElsewhere } from './shared/ambient-clients.ts';
import { audienceOf } from './shared/audience.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'sidecar-route-in-ambient',
  title: 'Route for sidecars in an ambient namespace',
  kind: 'fault',
  severity: 'warning',
  covers: ['KIA1109', 'KIA1113'],
  subject: 'VirtualService',
  *check(subject, mesh) {
    const ambient = ambientClients(mesh, subject.namespace);
    if (!ambient || !boundGateways(subject).has(MESH_GATEWAY)) return;
    if (!isEgressRoute(subject, mesh.settings.clusterDomain)) return;
    if (!rulesOf(subject).some((each) => each.gateways.has(MESH_GATEWAY))) return;
    if (usesWaypoint(subject, ambient, mesh) || isForOthers(subject, mesh)) return;
    const { gateways, name } = subject.resource;
    yield {
      range: gateways?.items.find((each) => each.value === MESH_GATEWAY)?.range ?? gateways?.range ?? name.range,
      severity: sure(mesh, 'warning'),
      message: message(
        `Not used by pods in \`${ambient.resource.name.value ?? ''}\`: the namespace is ambient, so they have no sidecar and take no route of \`mesh\`.`,
        '',
        'Bind the ServiceEntry to a waypoint.',
      ),
      related: [{ path: ambient.path, range: ambient.resource.name.range, message: 'Makes the namespace ambient.' }],
    };
  },
  page: {
    what: 'A VirtualService sends calls from sidecars to an egress gateway, in a namespace that is ambient.',
    why: 'Pods of a namespace with the label `istio.io/dataplane-mode: ambient` have no sidecar. Their calls go through ztunnel, which knows no VirtualService; a waypoint does, where the ServiceEntry is bound to one. There the waypoint itself is the egress gateway: no Gateway, no DestinationRule for it, no leg for `mesh`.',
    symptom: 'Calls go straight out; the log of the egress gateway stays empty.',
    remedy:
      'Bind the ServiceEntry to a waypoint with the label `istio.io/use-waypoint`, and leave the VirtualService out.',
    bad: `# -- namespace.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: team-a
  labels: {istio.io/dataplane-mode: ambient}
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  gateways: [mesh]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    good: `# -- namespace.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: team-a
  labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
`,
    sources: [
      'https://istio.io/latest/docs/ambient/usage/egress-gateway/',
      'https://github.com/istio/istio/issues/52532',
    ],
  },
};

function usesWaypoint(
  subject: MeshObject<VirtualService>,
  namespace: MeshObject<Namespace>,
  mesh: MeshReader,
): boolean {
  if (bindsWaypoint(namespace.resource.labels)) return true;
  const hosts = (subject.resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
  return hosts.some((each) => waypointFor(mesh, each) !== undefined);
}

/** A shared namespace for configuration may serve sidecars of others. */
function isForOthers(subject: MeshObject<VirtualService>, mesh: MeshReader): boolean {
  const audience = audienceOf(subject, mesh);
  if (!audience) return true;
  return isForSidecarsElsewhere(mesh, subject.namespace, (each) => audience === 'all' || audience.has(each));
}
