/** Whether a VirtualService is an egress route, and what it would need to be checked. */
import type { VirtualService } from '../manifest/types.ts';
import { lookupDestination } from '../mesh/destination-lookup.ts';
import { isEgressRoute } from '../mesh/egress-routes.ts';
import { lookupGateway } from '../mesh/gateway-lookup.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { listedGateways } from '../rules/shared/gateway-uses.ts';
import { hostsOf, routedDestinations } from '../rules/shared/route-destinations.ts';
import type { Summary } from './types.ts';

type Unchecked = Summary['unchecked'][number];

export interface RouteCheck {
  readonly route: MeshObject<VirtualService>;
  /** The first thing that it names and that is not here; undefined where all of it could be checked. */
  readonly need: Unchecked | undefined;
}

/**
 * Checks one VirtualService; undefined where it has nothing to do with egress.
 *
 * @param needs what its calls would need to be followed to their end
 */
export function checkRoute(
  reader: MeshReader,
  route: MeshObject<VirtualService>,
  needs: readonly string[],
): RouteCheck | undefined {
  if (!isEgressRoute(route, reader.settings.clusterDomain)) return undefined;
  const [first] = needs;
  const ofCalls =
    first === undefined ? undefined : { path: route.path, range: route.resource.name.range, needs: first };
  return { route, need: firstNeed(reader, route) ?? ofCalls };
}

function firstNeed(reader: MeshReader, route: MeshObject<VirtualService>): Unchecked | undefined {
  for (const use of listedGateways(route)) {
    if (use.key === MESH_GATEWAY) continue;
    if (lookupGateway(reader, use.gateway, route.namespace).status !== 'unknowable') continue;
    return { path: route.path, range: use.field.range, needs: `Gateway ${use.key.replace(/^\//, '')}` };
  }
  for (const routed of routedDestinations(route)) {
    const lookup = lookupDestination(reader, routed.written, route.namespace, hostsOf(route));
    if (lookup.status !== 'unknowable' || lookup.needs === undefined) continue;
    return { path: route.path, range: routed.host.range, needs: lookup.needs };
  }
  return undefined;
}
