/** The listeners of Gateways of Gateway API as servers of the pods that they are for (`buildListener` in `pilot/pkg/config/kube/gateway`). */
import type { Gateway, K8sGateway, K8sListener, ObjectReference } from '../../manifest/types.ts';
import { distinct } from '../../mesh/distinct.ts';
import { isManaged, listenersOf, managedName } from '../../mesh/implied.ts';
import { admitsNamespace } from '../../mesh/listeners.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { groupKind } from '../../mesh/route-references.ts';
import { routingConfig } from '../mesh-config.ts';
import { namespaceOf, type Plane } from '../plane.ts';
import { isGranted } from './grants.ts';

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
  const admitted = [...new Set(namespaces)]
    .filter((each) => admitsNamespace(reader, implied.by, listener, each || undefined))
    .sort();
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
