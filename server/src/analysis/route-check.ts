/** Whether a route has to do with egress, and what it would need to be checked. */
import type { K8sRoute, VirtualService } from '../manifest/types.ts';
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { isEgressRoute } from '../mesh/egress-routes.ts';
import { lookupGateway } from '../mesh/gateway-lookup.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { backendHost, isApiRoute, type RouteObject } from '../mesh/route-rules.ts';
import { listedGateways } from '../rules/shared/gateway-uses.ts';
import { hostsOf, routedDestinations } from '../rules/shared/route-destinations.ts';
import type { Summary } from './types.ts';

type Unchecked = Summary['unchecked'][number];

export interface RouteCheck {
  readonly route: RouteObject;
  /** The first thing that it names and that is not here; undefined where all of it could be checked. */
  readonly need: Unchecked | undefined;
}

/**
 * Checks one route; undefined where it has nothing to do with egress.
 *
 * @param needs what its calls would need to be followed to their end
 */
export function checkRoute(reader: MeshReader, route: RouteObject, needs: readonly string[]): RouteCheck | undefined {
  if (!isEgressRoute(route, reader.settings.clusterDomain)) return undefined;
  const [first] = needs;
  const ofCalls =
    first === undefined ? undefined : { path: route.path, range: route.resource.name.range, needs: first };
  const own = isApiRoute(route) ? needOfApi(reader, route) : firstNeed(reader, route as MeshObject<VirtualService>);
  return { route, need: own ?? ofCalls };
}

function needOfApi(reader: MeshReader, route: MeshObject<K8sRoute>): Unchecked | undefined {
  const { resource, namespace, path } = route;
  for (const each of (resource.rules?.items ?? []).flatMap((rule) => rule.backendRefs?.items ?? [])) {
    const host = backendHost(each, namespace, reader.settings.clusterDomain);
    const lookup = host === undefined ? undefined : lookupDestination(reader, host, namespace, []);
    if (lookup?.status !== 'unknowable' || lookup.needs === undefined) continue;
    return { path, range: (each.name ?? each).range, needs: lookup.needs };
  }
  return undefined;
}

function firstNeed(reader: MeshReader, route: MeshObject<VirtualService>): Unchecked | undefined {
  for (const use of listedGateways(route)) {
    if (use.key === MESH_GATEWAY) continue;
    if (lookupGateway(reader, use.gateway, route.namespace).status !== 'unknowable') continue;
    return { path: route.path, range: use.field.range, needs: `Gateway ${use.key.replace(/^\//, '')}` };
  }
  for (const routed of routedDestinations(route, reader)) {
    const lookup = lookupDestination(reader, routed.written, route.namespace, hostsOf(route));
    if (lookup.status !== 'unknowable' || lookup.needs === undefined) continue;
    return { path: route.path, range: routed.host.range, needs: lookup.needs };
  }
  return undefined;
}
