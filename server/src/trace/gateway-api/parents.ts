/** The parents of a route, and whether they take it (`extractParentReferenceInfo`, `referenceAllowed` in `pilot/pkg/config/kube/gateway/conversion.go`). */
import type { K8sListener, K8sRoute, ObjectReference } from '../../manifest/types.ts';
import { MESH_GATEWAY } from '../../mesh/gateway-names.ts';
import { hostCoveredBy, hostsOverlap, isWildcard } from '../../mesh/hosts.ts';
import { ISTIO_CLASS, listenerGatewayName, listenersOf } from '../../mesh/implied.ts';
import { type Denial, denialOf } from '../../mesh/listeners.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { type Parent, parentOf } from '../../mesh/route-references.ts';
import { routingConfig } from '../mesh-config.ts';
import { compareText, namespaceOf, once, type Plane } from '../plane.ts';

export interface RouteParent {
  readonly reference: ObjectReference;
  readonly parent: Parent;
  /** `mesh`, or the Gateway that stands for a listener. */
  readonly gateway: string;
  /** Of the parent: the hosts of the service, or the listener's own; none for a listener that takes all. */
  readonly hosts: readonly string[];
  /** Of other listeners of the Gateway with the same port and protocol. */
  readonly othersHosts: readonly string[];
  readonly listener: K8sListener | undefined;
  /** Why the parent does not take the route; undefined where it does. */
  readonly denied: Denial | 'not-found' | undefined;
}

/** All that a route's references lead to, one for each listener of a Gateway; none for a parent that istiod does not know. */
export function parentsOf(plane: Plane, route: MeshObject<K8sRoute>): readonly RouteParent[] {
  return once(plane, parentsOf, `${route.resource.kind} ${route.path} ${route.resource.range.start}`, () =>
    (route.resource.parentRefs?.items ?? [])
      .flatMap((reference) => {
        const parent = parentOf(reference, namespaceOf(route));
        if (!parent) return [];
        const text = referenceText(reference, parent);
        const found =
          parent.kind === 'Gateway'
            ? gatewayParents(plane, route, reference, parent)
            : [serviceParent(plane, reference, parent)];
        return found.map((each) => ({ text, each }));
      })
      .sort((a, b) => compareText(a.text, b.text))
      .map(({ each }) => each),
  );
}

/** Those that take the route. */
export function admittingParents(plane: Plane, route: MeshObject<K8sRoute>): readonly RouteParent[] {
  return parentsOf(plane, route)
    .filter((each) => each.denied === undefined)
    .sort((a, b) => compareText(a.gateway, b.gateway));
}

/** Whether a hostname of the route is for this listener, and not for another one that is more exact (`hostnameAllowedByIsolation`). */
export function isForListener({ hosts, othersHosts }: RouteParent, hostname: string): boolean {
  const [own = ''] = hosts;
  if (own !== '' && !isWildcard(own)) return true;
  if (own !== '' && !hostsOverlap(hostname, own)) return false;
  return !othersHosts.some((other) => own.length <= other.length && hostCoveredBy(hostname, other));
}

function gatewayParents(
  plane: Plane,
  route: MeshObject<K8sRoute>,
  reference: ObjectReference,
  parent: Parent,
): readonly RouteParent[] {
  const gateways = plane.reader
    .named('K8sGateway', parent.namespace || undefined, parent.name)
    .filter((each) => each.resource.gatewayClassName?.value === ISTIO_CLASS && plane.accepts(each));
  return gateways.flatMap((gateway) => {
    const listeners = listenersOf(gateway.resource);
    return listeners.map((listener): RouteParent => {
      const hostname = listener.hostname?.value ?? '';
      const others = listeners.filter(
        (each) =>
          each !== listener &&
          each.port?.value === listener.port?.value &&
          each.protocol?.value === listener.protocol?.value &&
          (each.hostname?.value ?? '') !== hostname,
      );
      return {
        reference,
        parent,
        gateway: `${namespaceOf(gateway)}/${listenerGatewayName(parent.name, listener.name?.value ?? '')}`,
        hosts: hostname === '' ? [] : [hostname],
        othersHosts: others.map((each) => each.hostname?.value ?? ''),
        listener,
        denied: denialOf(plane.reader, route, reference, gateway, listener),
      };
    });
  });
}

function serviceParent(plane: Plane, reference: ObjectReference, parent: Parent): RouteParent {
  const hosts = serviceHosts(plane, parent);
  return {
    reference,
    parent,
    gateway: MESH_GATEWAY,
    hosts: hosts ?? [],
    othersHosts: [],
    listener: undefined,
    denied: hosts ? undefined : 'not-found',
  };
}

function serviceHosts({ reader, accepts, ...plane }: Plane, { kind, namespace, name }: Parent) {
  if (kind === 'Service') {
    const [service] = reader.named('Service', namespace || undefined, name).filter(accepts);
    const { clusterDomain } = routingConfig({ reader, accepts, ...plane });
    return service && [`${name}.${namespace ?? ''}.svc.${clusterDomain}`];
  }
  const [entry] = reader.named('ServiceEntry', namespace || undefined, name).filter(accepts);
  return entry && (entry.resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
}

/** What references are sorted by (`parentRefString`). */
function referenceText({ sectionName, port }: ObjectReference, { kind, name, namespace }: Parent): string {
  const groups = { Gateway: 'gateway.networking.k8s.io', Service: '', ServiceEntry: 'networking.istio.io' };
  return `${groups[kind]}/${kind}/${name}/${sectionName?.value ?? ''}/${port?.value ?? 0}.${namespace ?? ''}`;
}
