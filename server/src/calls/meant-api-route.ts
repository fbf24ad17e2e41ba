/** For which calls a route of Gateway API is meant. */
import type { K8sRoute } from '../manifest/types.ts';
import { defaultExportTo } from '../mesh/export-defaults.ts';
import { hostCoveredBy } from '../mesh/hosts.ts';
import { ISTIO_CLASS, listenersOf, managedName } from '../mesh/implied.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { parentOf } from '../mesh/route-references.ts';
import { apiRoutesFor, parentEntries } from '../mesh/route-rules.ts';
import { visibleTo } from '../mesh/visibility.ts';
import type { Plane } from '../trace/plane.ts';
import { type Target, targetsOfServiceEntry } from './targets.ts';

/** Whether sidecars are to follow it for calls to a target: one of its parents is the target's ServiceEntry, for that port. */
export function isForSidecars(
  { reader }: Plane,
  { resource, namespace }: MeshObject<K8sRoute>,
  target: Target,
): boolean {
  return (resource.parentRefs?.items ?? []).some((reference) => {
    const parent = parentOf(reference, namespace);
    if (parent?.kind !== 'ServiceEntry') return false;
    const declared = reader
      .named('ServiceEntry', parent.namespace, parent.name)
      .flatMap(targetsOfServiceEntry)
      .filter(({ host }) => host === target.host);
    if (!declared.some(({ port }) => port === target.port)) return false;
    if (reference.port) return reference.port.value === target.port;
    // Of the ports of a ServiceEntry those are meant that the kind is for; one that is for none was written for all.
    return fits(resource.kind, target) || !declared.some((each) => fits(resource.kind, each));
  });
}

/** Whether a Gateway that istiod runs is to send a target's calls on by it: it, or the listener, names the host. */
export function isMeantAtGateway(
  { reader }: Plane,
  { resource, namespace }: MeshObject<K8sRoute>,
  target: Target,
): boolean {
  if (!fits(resource.kind, target)) return false;
  const own = (resource.hostnames?.items ?? []).flatMap(({ value }) => value ?? []);
  return (resource.parentRefs?.items ?? []).some((reference) => {
    const parent = parentOf(reference, namespace);
    if (parent?.kind !== 'Gateway') return false;
    return reader
      .named('K8sGateway', parent.namespace, parent.name)
      .filter((each) => each.resource.gatewayClassName?.value === ISTIO_CLASS)
      .some((gateway) => {
        const names =
          own.length > 0 ? own : listenersOf(gateway.resource).flatMap(({ hostname }) => hostname?.value ?? []);
        return names.some((each) => each !== '*' && hostCoveredBy(target.host, each));
      });
  });
}

/**
 * Whether somebody gave thought to how sidecars send a host to the gateway of a route: by a route for the host, on any port and of any kind, or by one that sends
 * to the gateway and whose parent is none of the mesh. What is wrong with those is said of them.
 */
export function hasLegForSidecars({ reader }: Plane, route: MeshObject<K8sRoute>, { host }: Target): boolean {
  const kept = [...reader.all('TCPRoute'), ...reader.all('GRPCRoute')];
  if ([...apiRoutesFor(reader, host), ...kept].some((each) => declaresAsParent(reader, each, host))) return true;
  return servicesBehind(reader, route)
    .flatMap((each) => reader.backedBy(each))
    .some((each) => isMisled(reader, each, servicesBehind(reader, route)));
}

function declaresAsParent(reader: MeshReader, route: MeshObject<K8sRoute>, host: string): boolean {
  return parentEntries(reader, route)
    .flatMap(targetsOfServiceEntry)
    .some((each) => each.host === host);
}

/** `namespace/name` of the Services of the Gateways that are parents of a route. */
function servicesBehind(reader: MeshReader, { resource, namespace }: MeshObject<K8sRoute>): readonly string[] {
  return (resource.parentRefs?.items ?? []).flatMap((reference) => {
    const parent = parentOf(reference, namespace);
    if (parent?.kind !== 'Gateway') return [];
    return reader
      .named('K8sGateway', parent.namespace, parent.name)
      .map((each) => `${each.namespace ?? ''}/${managedName(each.resource)}`);
  });
}

/** Whether a parent of a route is not there, of no kind that istiod knows, or the very Service that it sends to. */
function isMisled(
  reader: MeshReader,
  { resource, namespace }: MeshObject<K8sRoute>,
  services: readonly string[],
): boolean {
  return (resource.parentRefs?.items ?? []).some((reference) => {
    const parent = parentOf(reference, namespace);
    if (!parent) return true;
    if (parent.kind === 'Gateway') return reader.named('K8sGateway', parent.namespace, parent.name).length === 0;
    if (services.includes(`${parent.namespace ?? ''}/${parent.name}`)) return true;
    return reader.named(parent.kind, parent.namespace, parent.name).length === 0;
  });
}

/**
 * Of these namespaces, those whose sidecars are to follow the route: all for one in the namespace of the ServiceEntry, and for a TLSRoute; else its own alone, and
 * those of which the settings say that they call. A ServiceEntry beside its route that is shown to namespaces by
 * name says whom the route is for: it has no list of its own.
 */
export function followersOf(
  { reader }: Plane,
  { resource, namespace }: MeshObject<K8sRoute>,
  namespaces: readonly string[],
): readonly string[] {
  const defaults = defaultExportTo(reader, 'VirtualService');
  const seeing = namespaces.filter(
    (each) => visibleTo(undefined, namespace, each || undefined, defaults) === 'visible',
  );
  if (resource.kind !== 'HTTPRoute' || isProducer({ resource, namespace }))
    return seeing.filter((each) => !isLeftOut(reader, { resource, namespace }, each));
  return seeing.filter((each) => each === (namespace ?? '') || reader.settings.clients.includes(each));
}

/** Whether a ServiceEntry beside its route shows itself to some namespaces, and not to this one. */
function isLeftOut(
  reader: MeshReader,
  { resource, namespace }: Pick<MeshObject<K8sRoute>, 'resource' | 'namespace'>,
  viewer: string,
): boolean {
  return parentEntries(reader, { resource, namespace })
    .filter((entry) => entry.namespace === namespace)
    .some(({ resource: { exportTo } }) => {
      const names = (exportTo?.items ?? []).map(({ value }) => value);
      return (
        names.length > 0 && !names.includes('~') && visibleTo(exportTo, namespace, viewer || undefined) === 'hidden'
      );
    });
}

/** Whether a route is in the namespace of a service that is its parent: then every client follows it. */
export function isProducer({ resource, namespace }: Pick<MeshObject<K8sRoute>, 'resource' | 'namespace'>): boolean {
  return (resource.parentRefs?.items ?? []).some((each) => {
    const parent = parentOf(each, namespace);
    return parent !== undefined && parent.kind !== 'Gateway' && parent.namespace === namespace;
  });
}

function fits(kind: K8sRoute['kind'], { protocol }: Target): boolean {
  if (kind === 'HTTPRoute' || kind === 'GRPCRoute') return protocol === 'http';
  return kind === 'TLSRoute' ? protocol === 'https' || protocol === 'tls' : protocol !== 'http';
}
