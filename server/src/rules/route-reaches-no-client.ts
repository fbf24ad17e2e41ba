/** Routes for sidecars that are in force for no client. */
import type { K8sRoute, ObjectReference } from '../manifest/types.ts';
import { declaredElsewhere, isComplete, mayBeTemplated } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { backendKind, namespaceOf, type Parent, parentOf } from '../mesh/route-references.ts';
import type { ApiRouteRule, Report } from './rule.ts';
import { isUnsure, titleOfParent } from './shared/api-route.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';
import { workloadsIn } from '../mesh/workloads.ts';

export const rule: ApiRouteRule = {
  code: 'route-reaches-no-client',
  title: 'Route reaches no client',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'api-route',
  accountsFor: ['bypass'],
  *check(subject, mesh) {
    for (const reference of subject.resource.parentRefs?.items ?? []) {
      const parent = parentOf(reference, subject.namespace);
      const report =
        parent?.kind === 'ServiceEntry'
          ? ofNamespace(subject, mesh, reference, parent)
          : parent?.kind === 'Service'
            ? ofGatewayService(subject, mesh, reference, parent)
            : undefined;
      if (report) yield report;
    }
  },
  page: {
    what: 'A route for sidecars is in force for no client: it is in the namespace of the gateway, or its parent is the gateway’s own Service.',
    why: 'An HTTPRoute whose parent is a ServiceEntry acts for every client only in the namespace of the ServiceEntry. In any other namespace it acts for the clients of that namespace alone, and in the namespace of the gateway there are none. A route whose parent is the gateway’s Service is for calls to that Service, which nobody makes.',
    symptom: 'Calls go straight out; the log of the egress gateway stays empty.',
    remedy:
      'Put the route into the namespace of the ServiceEntry, or into that of the clients, and let it name the ServiceEntry.',
    bad: example('egress'),
    good: example('external'),
    sources: [
      'https://gateway-api.sigs.k8s.io/mesh/#gateway-api-for-mesh',
      'istio/istio: pilot/pkg/networking/core/route/route.go',
    ],
  },
};

function example(namespace: string): string {
  return `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: external}
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
metadata: {name: to-gateway, namespace: ${namespace}}
spec:
  parentRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: api, namespace: external}
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

/** Only what looks like a mistake: the namespace is that of the gateway which the route sends to. What sidecars pass on as TLS asks for no namespace. */
function ofNamespace(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  reference: ObjectReference,
  parent: Parent,
): Report | undefined {
  const { namespace, resource } = subject;
  const [entry] = mesh.named('ServiceEntry', parent.namespace, parent.name);
  if (resource.kind !== 'HTTPRoute' || !entry || isUnsure(entry, mesh) || namespace === undefined) return undefined;
  if (entry.namespace === undefined || entry.namespace === namespace || mesh.settings.clients.includes(namespace))
    return undefined;
  if (!backendServices(subject, mesh).some((each) => each.implied && each.namespace === namespace)) return undefined;
  if (hasPodsOfItsOwn(mesh, namespace)) return undefined;
  return {
    range: (reference.namespace ?? reference.name ?? reference).range,
    // Where nobody says who calls, the gateway's own namespace may.
    severity: sure(mesh, mesh.settings.clients.length > 0 ? 'warning' : 'information'),
    message: message(
      `Not used by sidecars elsewhere: outside of \`${entry.namespace}\`, the namespace of ${titleOfParent(parent)}, an HTTPRoute is for clients of its own namespace alone.`,
      '',
      `Move it to \`${entry.namespace}\`.`,
    ),
    related: [{ path: entry.path, range: entry.resource.name.range, message: 'The ServiceEntry.' }],
  };
}

function ofGatewayService(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  reference: ObjectReference,
  parent: Parent,
): Report | undefined {
  const service = backendServices(subject, mesh).find((each) => each.implied && isMeant(each, parent, mesh));
  if (!service) return undefined;
  const cause =
    service.namespace === parent.namespace
      ? `the route is for calls to the gateway, ${titleOfParent(parent)}, which is where it sends them`
      : `${titleOfParent(parent)} does not exist, and the gateway, \`${service.namespace ?? ''}/${parent.name}\`, is where the route sends calls`;
  return {
    range: (reference.name ?? reference).range,
    severity: sure(mesh, 'warning'),
    message: message(`Not used by sidecars: ${cause}.`, '', 'Name the ServiceEntry of the host as its parent.'),
    related: [{ path: service.path, range: service.resource.name.range, message: 'The Gateway.' }],
  };
}

/** Whether a parent is this Service, or nothing but its name in a namespace that has no such Service. */
function isMeant(service: MeshObject, parent: Parent, mesh: MeshReader): boolean {
  const { name, namespace } = parent;
  if (service.resource.name.value !== name) return false;
  if (service.namespace === namespace) return true;
  if (namespace === undefined || mesh.named('Service', namespace, name).length > 0) return false;
  if (declaredElsewhere(mesh.settings, 'Service', namespace, name)) return false;
  return isComplete(mesh.settings, namespace) || (mesh.mesh.openBy === undefined && !mayBeTemplated(mesh, 'Service'));
}

function backendServices(subject: MeshObject<K8sRoute>, mesh: MeshReader) {
  return (subject.resource.rules?.items ?? [])
    .flatMap((rule) => rule.backendRefs?.items ?? [])
    .filter((each) => backendKind(each) === 'Service')
    .flatMap((each) => mesh.named('Service', namespaceOf(each, subject.namespace), each.name?.value ?? ''));
}

/** Whether somebody else than the gateway may call from a namespace. */
function hasPodsOfItsOwn(mesh: MeshReader, namespace: string): boolean {
  return workloadsIn(mesh, namespace).some((each) => !each.implied);
}
