/** Gateways of a class that istiod does not run as gateways, with routes that only istiod could follow. */
import type { K8sGateway } from '../manifest/types.ts';
import { ISTIO_CLASS } from '../mesh/implied.ts';
import { isComplete } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isTypoOf } from '../mesh/near-miss.ts';
import { backendKind } from '../mesh/route-references.ts';
import type { MeshRule } from './rule.ts';
import { onlyFix } from './shared/api-route.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'K8sGateway'> = {
  code: 'gateway-class-not-istio',
  title: 'Gateway of a class that istiod does not run',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'K8sGateway',
  accountsFor: ['no-cluster', 'no-listener', 'no-route', 'no-virtual-host', 'no-filter-chain', 'bypass'],
  *check(subject, mesh) {
    const { gatewayClassName } = subject.resource;
    const written = gatewayClassName?.value;
    if (!gatewayClassName || written === undefined || written === ISTIO_CLASS || subject.resource.templated) return;
    if (!isKnownOther(written, mesh) || !isMeantForEgress(subject, mesh)) return;
    const waypoint = written === 'istio-waypoint' ? 'A waypoint takes no routes for its listeners.' : '';
    yield {
      range: gatewayClassName.range,
      severity: sure(mesh, 'error'),
      message: message(
        `503 NC in sidecars: istiod makes no gateway for class \`${written}\`, so the routes to hosts outside lead nowhere.`,
        waypoint,
        `Use \`${ISTIO_CLASS}\`.`,
      ),
      fixes: onlyFix(
        subject,
        `Use class ${ISTIO_CLASS}`,
        [{ path: subject.path, edit: { kind: 'replace-scalar', range: gatewayClassName.range, value: ISTIO_CLASS } }],
        'review',
      ),
    };
  },
  page: {
    what: 'A Gateway has a class that istiod does not run as a gateway, and routes to hosts outside that only istiod could follow.',
    why: 'The control plane makes the Service `NAME-istio` and its pods for Gateways of class `istio`. `istio-waypoint` is for waypoints, `istio-remote` for gateways of other clusters; other classes belong to other controllers, which know no backend of kind Hostname.',
    symptom: 'There is no Service `NAME-istio`: 503 with the response flag NC in sidecars, or connections are reset.',
    remedy: 'Write `gatewayClassName: istio`.',
    bad: example('istio-waypoint'),
    good: example('istio'),
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/ingress/gateway-api/#automated-deployment',
      'istio/istio: pilot/pkg/config/kube/gatewaycommon/classinfo.go',
    ],
  },
};

function example(name: string): string {
  return `# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: egress
spec:
  gatewayClassName: ${name}
  listeners:
    - {name: http, port: 80, protocol: HTTP}
# -- route.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: from-gateway
  namespace: egress
spec:
  parentRefs:
    - name: egress
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}
`;
}

/** Classes of istiod's that are no gateways, and what is hardly another one. A GatewayClass of any other name may still be istiod's. */
function isKnownOther(name: string, mesh: MeshReader): boolean {
  return (
    ['istio-waypoint', 'istio-remote', 'istio-east-west'].includes(name) ||
    isTypoOf(name, ISTIO_CLASS) ||
    isComplete(mesh.settings, undefined)
  );
}

/** Whether a route of the Gateway leads to a host by a kind that only Istio knows, or a route sends to the Service that istiod would make. */
function isMeantForEgress({ resource, namespace }: MeshObject<K8sGateway>, mesh: MeshReader): boolean {
  const name = resource.name.value ?? '';
  const toHosts = mesh
    .parented('Gateway', namespace, name)
    .flatMap((route) => route.resource.rules?.items ?? [])
    .some((rule) => rule.backendRefs?.items.some((each) => backendKind(each) === 'Hostname'));
  return toHosts || mesh.backedBy(`${namespace ?? ''}/${name}-${ISTIO_CLASS}`).length > 0;
}
