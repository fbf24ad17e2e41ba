/** Words for what a caller sees, and where. */
import type { VirtualService } from '../../manifest/types.ts';
import { isEgressRoute } from '../../mesh/egress-routes.ts';
import { MESH_GATEWAY } from '../../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import { type RouteRule, rulesOf } from '../../mesh/virtual-service-rules.ts';

/** What a gateway without a route answers: 404 to HTTP, nothing to other bytes. */
export function withoutRoute(route: MeshObject<VirtualService>, gateway: string): '404' | 'Connection reset' {
  const acting = rulesOf(route).filter((rule) => rule.gateways.has(gateway));
  const rules = acting.length > 0 ? acting : rulesOf(route);
  return rules.every((rule) => rule.block !== 'http') && rules.length > 0 ? 'Connection reset' : '404';
}

/** What a route to a cluster that does not exist gives. */
export function withoutCluster(rule: RouteRule): '503 NC' | 'Connection reset' {
  return rule.block === 'http' ? '503 NC' : 'Connection reset';
}

/** `egress gateway` where the VirtualService routes outwards, else `gateway`. */
export function gatewayWord(route: MeshObject<VirtualService>, mesh: MeshReader): 'egress gateway' | 'gateway' {
  return isEgressRoute(route, mesh.settings.clusterDomain) ? 'egress gateway' : 'gateway';
}

/** Which proxies act on a rule, in words that follow a symptom: `at the egress gateway`, `in sidecars`. */
export function proxiesOf(acting: readonly string[], gateway: string): string {
  const sidecars = acting.includes(MESH_GATEWAY);
  const gateways = acting.some((each) => each !== MESH_GATEWAY);
  if (sidecars && gateways) return `in sidecars and at the ${gateway}`;
  return sidecars ? 'in sidecars' : `at the ${gateway}`;
}
