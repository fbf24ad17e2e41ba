/** Which routes have to do with egress: those that send to a gateway, or out of one. */
import type { VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from './gateway-names.ts';
import { resolveShortHost, serviceOfHost } from './hosts.ts';
import type { MeshObject } from './mesh.ts';
import { isApiRoute, parentGateways, type RouteObject, rulesOfRoute } from './route-rules.ts';
import { parentOf } from './route-references.ts';
import { boundGateways } from './virtual-service-rules.ts';

/**
 * Whether a route is a mesh leg (calls to a host that is no Service of the cluster go to one that is) or a gateway leg
 * (a gateway sends on to a host that is no Service of the cluster). Names of gateways say nothing: ingress and egress are told by
 * what is routed.
 *
 * @param clusterDomain for example `cluster.local`
 */
export function isEgressRoute(object: RouteObject, clusterDomain: string): boolean {
  const bound = isApiRoute(object)
    ? new Set(parentGateways(object))
    : boundGateways(object as MeshObject<VirtualService>);
  const inCluster = (host: string) => {
    const full = resolveShortHost(host, object.namespace, clusterDomain);
    return full === undefined || serviceOfHost(full, clusterDomain) !== undefined;
  };
  const external = isForOutside(object, inCluster);
  return rulesOfRoute(object, clusterDomain).some((rule) => {
    const destinations = rule.destinations.flatMap((each) => each.destination?.host?.value ?? []);
    const acting = [...rule.gateways].filter((each) => bound.has(each));
    if (acting.includes(MESH_GATEWAY) && external && destinations.some(inCluster)) return true;
    return acting.some((each) => each !== MESH_GATEWAY) && destinations.some((host) => !inCluster(host));
  });
}

/** Of Gateway API a parent that is a ServiceEntry stands for its hosts. */
function isForOutside(object: RouteObject, inCluster: (host: string) => boolean): boolean {
  if (isApiRoute(object))
    return (object.resource.parentRefs?.items ?? []).some(
      (each) => parentOf(each, object.namespace)?.kind === 'ServiceEntry',
    );
  const { hosts } = (object as MeshObject<VirtualService>).resource;
  return (hosts?.items ?? []).some(({ value }) => value !== undefined && !inCluster(value));
}
