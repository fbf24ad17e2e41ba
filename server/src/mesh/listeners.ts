/** What listeners of Gateways of Gateway API take (`buildListener`, `referenceAllowed` in `pilot/pkg/config/kube/gateway`). */
import {
  GATEWAY_API_GROUP,
  type K8sGateway,
  type K8sListener,
  type K8sRoute,
  type LabelSelector,
  type ObjectReference,
} from '../manifest/types.ts';
import { hostsOverlap } from './hosts.ts';
import { isComplete } from './knowledge.ts';
import type { MeshObject, MeshReader } from './mesh.ts';

/** Why a listener does not take a route, in the order in which istiod looks. */
export type Denial = 'port' | 'section' | 'hostname' | 'namespace' | 'kind';

/** Undefined where the listener takes the route by this reference. */
export function denialOf(
  reader: MeshReader,
  route: MeshObject<K8sRoute>,
  { port, sectionName }: ObjectReference,
  gateway: MeshObject<K8sGateway>,
  listener: K8sListener,
): Denial | undefined {
  if (port?.value && port.value !== listener.port?.value) return 'port';
  if (sectionName?.value && sectionName.value !== listener.name?.value) return 'section';
  const written = (route.resource.hostnames?.items ?? []).flatMap((each) => each.value ?? []);
  const hostname = listener.hostname?.value ?? '*';
  if (!(written.length > 0 ? written : ['*']).some((each) => hostsOverlap(hostname, each))) return 'hostname';
  if (!admitsNamespace(reader, gateway, listener, route.namespace)) return 'namespace';
  return routeKinds(listener).includes(route.resource.kind) ? undefined : 'kind';
}

/** Kinds of routes that a listener takes (`GenerateGatewaySupportedKinds`). */
export function routeKinds({ protocol, tls, allowedRoutes }: K8sListener): readonly string[] {
  const supported = kindsOf(protocol?.value, tls?.mode?.value);
  const allowed = allowedRoutes?.kinds?.items ?? [];
  if (allowed.length === 0) return supported;
  return supported.filter((kind) =>
    allowed.some((each) => each.kind?.value === kind && (each.group?.value ?? GATEWAY_API_GROUP) === GATEWAY_API_GROUP),
  );
}

function kindsOf(protocol: string | undefined, tlsMode: string | undefined): readonly string[] {
  switch (protocol) {
    case 'HTTP':
    case 'HTTPS':
      return ['HTTPRoute', 'GRPCRoute'];
    case 'TCP':
      return ['TCPRoute'];
    case 'TLS':
      return tlsMode === 'Terminate' ? ['TLSRoute', 'TCPRoute'] : ['TLSRoute'];
    default:
      return [];
  }
}

/** Whether a listener admits routes of a namespace (`namespacesFromSelector`). */
export function admitsNamespace(
  reader: MeshReader,
  gateway: MeshObject<K8sGateway>,
  { allowedRoutes }: K8sListener,
  namespace: string | undefined,
): boolean {
  const from = allowedRoutes?.from?.value;
  if (!allowedRoutes?.from || from === 'Same') return gateway.namespace === namespace;
  if (from !== 'Selector' || !allowedRoutes.selector || namespace === undefined) return true;
  return isSelected(reader, allowedRoutes.selector, namespace);
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** A namespace whose labels are not known may be any, unless everything is known. */
function isSelected(reader: MeshReader, selector: LabelSelector, namespace: string): boolean {
  const [object] = reader.namedAnywhere('Namespace', namespace);
  const known = object !== undefined || isComplete(reader.settings, undefined);
  const labels: Readonly<Record<string, string>> = { ...object?.resource.labels, [NAME_LABEL]: namespace };
  const isKnown = (label: string) => known || label === NAME_LABEL;
  const pairs = Object.entries(selector.matchLabels?.value ?? {}).every(
    ([label, value]) => !isKnown(label) || labels[label] === value,
  );
  return (
    pairs &&
    (selector.matchExpressions?.items ?? []).every(({ key, operator, values }) => {
      const label = key?.value ?? '';
      if (!isKnown(label)) return true;
      const own = labels[label];
      const among = (values?.items ?? []).some((each) => each.value === own);
      switch (operator?.value) {
        case 'In':
          return own !== undefined && among;
        case 'NotIn':
          return own === undefined || !among;
        case 'Exists':
          return own !== undefined;
        case 'DoesNotExist':
          return own === undefined;
        default:
          return true;
      }
    })
  );
}
