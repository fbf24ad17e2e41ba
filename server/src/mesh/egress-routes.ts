/** Which VirtualServices have to do with egress: those that send to a gateway, or out of one. */
import type { VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from './gateway-names.ts';
import { resolveShortHost, serviceOfHost } from './hosts.ts';
import type { MeshObject } from './mesh.ts';
import { boundGateways, rulesOf } from './virtual-service-rules.ts';

/**
 * Whether a VirtualService is a mesh leg (calls to a host that is no Service of the cluster go to one that is) or a gateway leg
 * (a gateway sends on to a host that is no Service of the cluster). Names of gateways say nothing: ingress and egress are told by
 * what is routed.
 *
 * @param clusterDomain for example `cluster.local`
 */
export function isEgressRoute(object: MeshObject<VirtualService>, clusterDomain: string): boolean {
  const bound = boundGateways(object);
  const inCluster = (host: string) => {
    const full = resolveShortHost(host, object.namespace, clusterDomain);
    return full === undefined || serviceOfHost(full, clusterDomain) !== undefined;
  };
  const hosts = (object.resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
  const external = hosts.some((host) => !inCluster(host));
  return rulesOf(object).some((rule) => {
    const destinations = rule.destinations.flatMap((each) => each.destination?.host?.value ?? []);
    const acting = [...rule.gateways].filter((each) => bound.has(each));
    if (acting.includes(MESH_GATEWAY) && external && destinations.some(inCluster)) return true;
    return acting.some((each) => each !== MESH_GATEWAY) && destinations.some((host) => !inCluster(host));
  });
}
