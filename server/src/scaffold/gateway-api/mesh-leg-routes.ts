/** Routes of Gateway API that sidecars follow: those with the host's ServiceEntry as their parent. */
import type { K8sRoute, K8sRouteRule, ObjectReference } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { parentOf } from '../../mesh/route-references.ts';
import { backendHost } from '../../mesh/route-rules.ts';
import { inConfigOrder, type Plane } from '../../trace/plane.ts';
import type { ApiRouteKind } from '../shape.ts';

export interface MeshLegRoute {
  readonly route: MeshObject<K8sRoute>;
  readonly entry: EntryName;
  readonly reference: ObjectReference;
}

/** A ServiceEntry that is there, or will be. */
export interface EntryName {
  readonly namespace: string;
  readonly name: string;
}

/** Routes of a kind for a port of a ServiceEntry, in the order of configuration. */
export function meshLegsOf(plane: Plane, entry: EntryName, kind: ApiRouteKind, port: number): readonly MeshLegRoute[] {
  const { namespace, name } = entry;
  const routes = plane.reader.parented('ServiceEntry', namespace, name).filter(plane.accepts);
  return inConfigOrder([...new Set(routes)]).flatMap((route) => {
    if (route.resource.kind !== kind) return [];
    const reference = route.resource.parentRefs?.items.find((each) => {
      const parent = parentOf(each, route.namespace);
      const own = parent?.kind === 'ServiceEntry' && parent.namespace === namespace && parent.name === name;
      return own && (!each.port || each.port.value === port);
    });
    return reference ? [{ route, entry, reference }] : [];
  });
}

/**
 * Whether sidecars of a namespace that see the ServiceEntry follow the route: a TLSRoute all of them, an HTTPRoute all where it is beside the ServiceEntry,
 * else those of its own namespace.
 */
export function actsFor({ route, entry }: MeshLegRoute, client: string): boolean {
  return route.resource.kind === 'TLSRoute' || route.namespace === entry.namespace || route.namespace === client;
}

/** The port of a Service that all of a route's calls go to; undefined where some go elsewhere. */
export function portAt(
  { resource, namespace }: MeshObject<K8sRoute>,
  host: string,
  clusterDomain: string,
): number | undefined {
  const ports = new Set((resource.rules?.items ?? []).map((rule) => onlyPort(rule, namespace, host, clusterDomain)));
  const [port, another] = ports;
  return another === undefined && ports.size === 1 ? port : undefined;
}

function onlyPort(
  { backendRefs }: K8sRouteRule,
  namespace: string | undefined,
  host: string,
  clusterDomain: string,
): number | undefined {
  const [only, another] = backendRefs?.items ?? [];
  if (!only || another) return undefined;
  return backendHost(only, namespace, clusterDomain) === host ? only.port?.value : undefined;
}
