/** Backends in another namespace that no ReferenceGrant allows. */
import { type BackendReference, GATEWAY_API_GROUP, type K8sRoute } from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { isComplete, mayBeTemplated } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { backendKind } from '../mesh/route-references.ts';
import { parentGateways } from '../mesh/route-rules.ts';
import type { ApiRouteRule, Report } from './rule.ts';
import { isIstios } from './shared/api-route.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: ApiRouteRule = {
  code: 'reference-grant-missing',
  title: 'ReferenceGrant missing',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'api-route',
  accountsFor: ['no-cluster'],
  *check(subject, mesh) {
    if (!isIstios(subject, mesh) || !parentGateways(subject).some((each) => each !== MESH_GATEWAY)) return;
    for (const backend of (subject.resource.rules?.items ?? []).flatMap((rule) => rule.backendRefs?.items ?? [])) {
      const report = reportOn(subject, mesh, backend);
      if (report) yield report;
    }
  },
  page: {
    what: 'A route for a gateway sends to a Service of another namespace, and no ReferenceGrant there allows it.',
    why: 'A route of Gateway API may send to another namespace only where a ReferenceGrant of that namespace says so: from the kind and namespace of the route, to Services. For what sidecars follow istiod does not ask for a grant.',
    symptom: 'The gateway answers 500 (HTTP), or resets the connection (TLS).',
    remedy: 'Add a ReferenceGrant in the namespace of the Service.',
    bad: example(''),
    good: example(`# -- grant.yaml
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: from-egress, namespace: proxies}
spec:
  from:
    - {group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: egress}
  to:
    - {group: "", kind: Service}
`),
    sources: [
      'https://gateway-api.sigs.k8s.io/api-types/referencegrant/',
      'istio/istio: pilot/pkg/config/kube/gatewaycommon/references.go',
    ],
  },
};

function example(grant: string): string {
  return `# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: egress, namespace: egress}
spec:
  gatewayClassName: istio
  listeners:
    - {name: http, port: 80, protocol: HTTP}
# -- proxy.yaml
apiVersion: v1
kind: Service
metadata: {name: filter, namespace: proxies}
spec:
  selector: {app: filter}
  ports:
    - {name: http, port: 80}
# -- route.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: from-gateway, namespace: egress}
spec:
  parentRefs:
    - name: egress
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - {name: filter, namespace: proxies, port: 80}
${grant}`;
}

function reportOn(
  subject: MeshObject<K8sRoute>,
  mesh: MeshReader,
  { namespace, name, ...backend }: BackendReference,
): Report | undefined {
  const owner = namespace?.value;
  if (!namespace || owner === undefined || name?.value === undefined || subject.namespace === undefined)
    return undefined;
  if (backendKind({ ...backend, name }) !== 'Service' || owner === subject.namespace) return undefined;
  if (isGranted(mesh, subject, owner, name.value)) return undefined;
  // Grants stand beside what they open: whoever has the Service here has them too.
  const written = mesh.named('Service', owner, name.value);
  const known = isComplete(mesh.settings, owner) || (written.length > 0 && mesh.mesh.openBy === undefined);
  if (!known || mayBeTemplated(mesh, 'ReferenceGrant')) return undefined;
  const { kind } = subject.resource;
  const status = kind === 'TLSRoute' ? 'Connection reset' : '500';
  return {
    range: namespace.range,
    severity: sure(mesh, isComplete(mesh.settings, owner) ? 'error' : 'warning'),
    message: message(
      `${status} at the gateway: no ReferenceGrant in \`${owner}\` lets ${kind}s of \`${subject.namespace}\` send to Service \`${name.value}\`.`,
      '',
      'Add one there.',
    ),
    related: written.map((each) => ({ path: each.path, range: each.resource.name.range, message: 'The Service.' })),
  };
}

function isGranted(
  mesh: MeshReader,
  { resource, namespace }: MeshObject<K8sRoute>,
  owner: string,
  name: string,
): boolean {
  return mesh
    .inNamespace('ReferenceGrant', owner)
    .concat(mesh.inNamespace('ReferenceGrant', undefined))
    .some(({ resource: grant }) => {
      if (grant.templated || grant.broken) return true;
      const from = grant.from?.items.some(
        (each) =>
          each.group?.value === GATEWAY_API_GROUP &&
          each.kind?.value === resource.kind &&
          each.namespace?.value === namespace,
      );
      const to = grant.to?.items.some(
        (each) =>
          (each.group?.value ?? '') === '' &&
          each.kind?.value === 'Service' &&
          (!each.name || each.name.value === name),
      );
      return from === true && to === true;
    });
}
