/** A ServiceEntry that the egress gateway's pods cannot see. */
import type { ServiceEntry, VirtualService } from '../manifest/types.ts';
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { Related } from './finding.ts';
import type { MeshRule, Report } from './rule.ts';
import { exportFixes } from './shared/export-fixes.ts';
import {
  type BoundGateway,
  exportedTo,
  exportToRange,
  gatewaySees,
  gatewaysWithPods,
  podsEvidence,
} from './shared/gateway-view.ts';
import { message, names } from './shared/message.ts';
import { hostsOf, type RoutedDestination, routedDestinations } from './shared/route-destinations.ts';
import { gatewayWord, withoutCluster } from './shared/route-words.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'service-entry-hidden-from-gateway',
  title: 'ServiceEntry hidden from the gateway',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'VirtualService',
  accountsFor: ['no-cluster'],
  *check(subject, mesh) {
    const reported = new Set<string>();
    for (const gateway of gatewaysWithPods(subject, mesh)) {
      for (const routed of routedDestinations(subject, mesh)) {
        if (!routed.acting.includes(gateway.key) || reported.has(routed.written)) continue;
        const hidden = hiddenEntry(subject, mesh, gateway, routed);
        if (!hidden) continue;
        reported.add(routed.written);
        yield reportOn(subject, mesh, gateway, routed, hidden);
      }
    }
  },
  page: {
    what: 'A gateway sends to the host of a ServiceEntry that `exportTo` hides from its pods.',
    why: 'A proxy knows only the services that are exported to the namespace in which it runs. An egress gateway usually runs in a namespace of its own, so `exportTo: ["."]` beside the application hides the external host from the one proxy that must send to it.',
    symptom:
      'Calls reach the egress gateway and are answered with 503, response flag NC (no cluster). `istioctl proxy-config clusters` of the gateway does not list the host.',
    remedy: "Add the namespace of the gateway's pods to `exportTo`.",
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  exportTo: ["."]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: team-a
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [mesh, egress]
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  exportTo: [".", "istio-system"]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: team-a
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [mesh, egress]
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry',
      'istio/istio: pilot/pkg/model/push_context.go',
    ],
  },
};

/** The ServiceEntry to blame where the gateway's pods see none for this destination. */
function hiddenEntry(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  gateway: BoundGateway,
  routed: RoutedDestination,
): MeshObject<ServiceEntry> | undefined {
  const lookup = lookupDestination(mesh, routed.written, subject.namespace, hostsOf(subject));
  if (lookup.status !== 'found' || lookup.services.length > 0 || lookup.declared) return undefined;
  const { entries } = lookup;
  if (entries.some((each) => isAmbiguous(each, mesh))) return undefined;
  if (!entries.every((each) => gatewaySees(each, gateway.pods, mesh) === 'hidden')) return undefined;
  return entries.find((each) => each.namespace === subject.namespace && !each.context) ?? entries[0];
}

function reportOn(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  gateway: BoundGateway,
  routed: RoutedDestination,
  entry: MeshObject<ServiceEntry>,
): Report {
  const runs = gateway.pods.map((each) => each.namespace);
  const shown = exportedTo(entry, mesh);
  const symptom = `${withoutCluster(routed.rule)} at the ${gatewayWord(subject, mesh)}`;
  const which = entry.resource.exportTo ? 'this exportTo' : "the mesh's default exportTo";
  const audience = shown.length > 0 ? `only to ${names(shown)}` : 'to nobody';
  const cause = `${symptom}: its pods run in ${names(runs)}, but ${which} shows ${routed.written} ${audience}.`;
  const route: Related = {
    path: subject.path,
    range: routed.host.range,
    message: `Sends ${routed.written} on from the gateway.`,
  };
  const elsewhere: Related = {
    path: entry.path,
    range: exportToRange(entry),
    message: 'Who may see the ServiceEntry.',
  };
  return {
    ...(entry.context
      ? { range: routed.host.range, related: [elsewhere, ...podsEvidence(gateway)] }
      : { path: entry.path, range: exportToRange(entry), related: [route, ...podsEvidence(gateway)] }),
    severity: gateway.assumed ? 'hint' : sure(mesh, 'error'),
    message: message(
      cause,
      '',
      entry.resource.exportTo ? `Add ${names(runs)}.` : `Write an exportTo with ${names(runs)}.`,
    ),
    fixes: exportFixes(entry, runs),
  };
}
