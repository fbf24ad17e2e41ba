/** A VirtualService that the pods of its own gateway cannot see. */
import type { VirtualService } from '../manifest/types.ts';
import { hostsOverlap } from '../mesh/hosts.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { rulesOnce } from '../mesh/virtual-service-rules.ts';
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
import { hostsOf } from './shared/route-destinations.ts';
import { gatewayWord, withoutRoute } from './shared/route-words.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'virtual-service-hidden-from-gateway',
  title: 'VirtualService hidden from its gateway',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'VirtualService',
  accountsFor: ['no-route', 'no-virtual-host', 'no-listener', 'no-filter-chain'],
  *check(subject, mesh) {
    if (isAmbiguous(subject, mesh)) return;
    for (const gateway of gatewaysWithPods(subject, mesh)) {
      const acts = rulesOnce(mesh, subject).some((rule) => rule.gateways.has(gateway.key));
      if (!acts || gatewaySees(subject, gateway.pods, mesh) !== 'hidden') continue;
      if (othersServe(subject, mesh, gateway)) continue;
      yield reportOn(subject, mesh, gateway);
      return;
    }
  },
  page: {
    what: 'A VirtualService is bound to a gateway whose pods `exportTo` hides it from.',
    why: 'A VirtualService counts for the proxies in the namespaces that it is exported to, and an egress gateway usually runs in a namespace of its own. With `exportTo: ["."]` the sidecars beside it send calls to the gateway, and the gateway has no route for them.',
    symptom: 'The egress gateway answers 404 (HTTP), or closes the connection (TLS, TCP).',
    remedy:
      "Add the namespace of the gateway's pods to `exportTo`, or keep the gateway's rules in a VirtualService of their own in that namespace.",
    bad: `# -- gateway.yaml
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
  exportTo:
    - .
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
    good: `# -- gateway.yaml
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
  exportTo:
    - .
    - istio-system
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
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService',
      'istio/istio: pilot/pkg/model/push_context.go',
    ],
  },
};

/** The two legs may stand in VirtualServices of their own, each private where it acts. */
function othersServe(subject: MeshObject<VirtualService>, mesh: MeshReader, gateway: BoundGateway): boolean {
  const hosts = hostsOf(subject);
  return routesBoundTo(mesh, gateway).some(
    (other) =>
      other !== subject &&
      hostsOf(other).some((host) => hosts.some((own) => hostsOverlap(host, own))) &&
      gatewaySees(other, gateway.pods, mesh) !== 'hidden',
  );
}

function routesBoundTo(mesh: MeshReader, { gateway, key }: BoundGateway): readonly MeshObject<VirtualService>[] {
  const name = gateway.resource.name.value;
  const meant = name === undefined ? [] : mesh.boundTo(`${gateway.namespace ?? ''}/${name}`);
  return [...mesh.boundTo(key), ...meant];
}

function reportOn(subject: MeshObject<VirtualService>, mesh: MeshReader, gateway: BoundGateway): Report {
  const runs = gateway.pods.map((each) => each.namespace);
  const shown = exportedTo(subject, mesh);
  const symptom = `${withoutRoute(subject, gateway.key)} at the ${gatewayWord(subject, mesh)}`;
  const which = subject.resource.exportTo ? 'this exportTo' : "the mesh's default exportTo";
  const audience = shown.length > 0 ? `only to ${names(shown)}` : 'to nobody';
  const cause = `${symptom}: its pods run in ${names(runs)}, but ${which} shows the VirtualService ${audience}.`;
  return {
    range: exportToRange(subject),
    severity: gateway.assumed ? 'hint' : sure(mesh, 'error'),
    message: message(
      cause,
      '',
      subject.resource.exportTo ? `Add ${names(runs)}.` : `Write an exportTo with ${names(runs)}.`,
    ),
    related: podsEvidence(gateway),
    fixes: exportFixes(subject, runs),
  };
}
