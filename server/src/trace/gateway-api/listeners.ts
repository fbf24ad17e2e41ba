/** The listeners of Gateways of Gateway API: whom they admit, and whether they are programmed (`buildListener` in `pilot/pkg/config/kube/gateway`). */
import {
  GATEWAY_API_GROUP,
  type Gateway,
  type K8sGateway,
  type K8sListener,
  type LabelSelector,
  type ObjectReference,
} from '../../manifest/types.ts';
import { distinct } from '../../mesh/distinct.ts';
import { isManaged, listenersOf, managedName } from '../../mesh/implied.ts';
import { isComplete } from '../../mesh/knowledge.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { groupKind } from '../../mesh/route-references.ts';
import { routingConfig } from '../mesh-config.ts';
import { namespaceOf, type Plane } from '../plane.ts';
import { isGranted } from './grants.ts';

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
  plane: Plane,
  gateway: MeshObject<K8sGateway>,
  { allowedRoutes }: K8sListener,
  namespace: string,
): boolean {
  const from = allowedRoutes?.from?.value;
  if (!allowedRoutes?.from || from === 'Same') return namespaceOf(gateway) === namespace;
  if (from !== 'Selector' || !allowedRoutes.selector) return true;
  return isSelected(plane, allowedRoutes.selector, namespace);
}

/** A namespace whose labels are not known may be any, unless everything is known. */
function isSelected({ reader }: Plane, selector: LabelSelector, namespace: string): boolean {
  const [object] = reader.namedAnywhere('Namespace', namespace);
  const known = object !== undefined || isComplete(reader.settings, undefined);
  const labels: Readonly<Record<string, string>> = { ...object?.resource.labels, [NAME_LABEL]: namespace };
  const has = (label: string) => labels[label] !== undefined || known || label === NAME_LABEL;
  const pairs = Object.entries(selector.matchLabels?.value ?? {}).every(
    ([label, value]) => !has(label) || labels[label] === value,
  );
  return (
    pairs &&
    (selector.matchExpressions?.items ?? []).every(({ key, operator, values }) => {
      const label = key?.value ?? '';
      if (!has(label)) return true;
      const among = (values?.items ?? []).some((each) => each.value === labels[label]);
      switch (operator?.value) {
        case 'In':
          return labels[label] !== undefined && among;
        case 'NotIn':
          return labels[label] === undefined || !among;
        case 'Exists':
          return labels[label] !== undefined;
        case 'DoesNotExist':
          return labels[label] === undefined;
        default:
          return true;
      }
    })
  );
}

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** The hosts of a listener's server, each with the namespace that may use it; undefined where the Gateway's own tell. */
export function selectedHosts(plane: Plane, { implied }: MeshObject<Gateway>): readonly string[] | undefined {
  const listener = implied?.listener;
  if (!implied || listener?.allowedRoutes?.from?.value !== 'Selector' || !listener.allowedRoutes.selector)
    return undefined;
  const host = listener.hostname?.value ?? '*';
  const { reader } = plane;
  const namespaces = (['HTTPRoute', 'TLSRoute'] as const).flatMap((kind) =>
    reader.distinct(distinct.namespacesOf(kind)),
  );
  const admitted = [...new Set(namespaces)].filter((each) => admitsNamespace(plane, implied.by, listener, each)).sort();
  return admitted.length > 0 ? admitted.map((each) => `${each}/${host}`) : [`~/${host}`];
}

const PROTOCOLS = new Set(['HTTP', 'HTTPS', 'TLS', 'TCP']);

/** Whether istiod gives the listener to the gateway: its protocol must be one that it knows, and of its certificates one must be there. */
export function isProgrammed(plane: Plane, { implied }: MeshObject<Gateway>): boolean {
  const listener = implied?.listener;
  if (!implied || !listener || !plane.accepts(implied.by)) return false;
  return PROTOCOLS.has(listener.protocol?.value ?? '') && hasCertificate(plane, implied.by, listener);
}

function hasCertificate(plane: Plane, gateway: MeshObject<K8sGateway>, { tls }: K8sListener): boolean {
  const terminates = tls !== undefined && (!tls.mode || tls.mode.value === 'Terminate');
  const ownMode = tls?.options['gateway.istio.io/tls-terminate-mode'] ?? '';
  const references = tls?.certificateRefs?.items ?? [];
  if (!terminates || ownMode.startsWith('ISTIO_') || references.length === 0) return true;
  return references.length <= 2 && references.some((each) => mayUse(plane, gateway, each));
}

function mayUse(plane: Plane, gateway: MeshObject<K8sGateway>, reference: ObjectReference): boolean {
  const { group, kind } = groupKind(reference, { group: '', kind: 'Secret' });
  if ((group !== undefined && group !== '') || (kind !== undefined && kind !== 'Secret')) return false;
  const fromNamespace = namespaceOf(gateway);
  const toNamespace = reference.namespace ? reference.namespace.value : fromNamespace;
  const name = reference.name?.value;
  if (toNamespace !== undefined && name !== undefined && toNamespace !== fromNamespace) {
    if (!isGranted(plane, { fromKind: 'Gateway', fromNamespace, toKind: 'Secret', toNamespace, name })) return false;
  }
  return plane.secrets !== 'none';
}

/** The hosts of the Services whose pods a Gateway runs on: the one that istiod makes, or those that its addresses name (`extractGatewayServices`). */
export function gatewayServices(plane: Plane, gateway: MeshObject<K8sGateway>): readonly string[] {
  const { clusterDomain } = routingConfig(plane);
  const { resource } = gateway;
  const end = `${namespaceOf(gateway)}.svc.${clusterDomain}`;
  if (isManaged(resource)) return [`${managedName(resource)}.${end}`];
  return (resource.addresses?.items ?? []).flatMap(({ type, value }) => {
    if (value?.value === undefined || (type && type.value !== 'Hostname')) return [];
    return [value.value.includes('.') ? value.value : `${value.value}.${end}`];
  });
}

/** Whether istiod runs pods for a Gateway of this name (`filterStrictGatewayMerging`): then no Gateway of another namespace counts there. */
export function runsPods(plane: Plane, namespace: string, name: string): boolean {
  return plane.reader
    .named('K8sGateway', namespace || undefined, name)
    .some(
      (each) =>
        each.resource.gatewayClassName?.value === 'istio' &&
        isManaged(each.resource) &&
        listenersOf(each.resource).length > 0 &&
        plane.accepts(each),
    );
}
