/** Plain calls that sidecars send to a gateway, which may add TLS. */
import { virtualServicesFor } from '../../calls/relevant.ts';
import { MESH_GATEWAY } from '../../mesh/gateway-names.ts';
import { apiRoutesFor, isApiRoute, type RouteObject, rulesOfRoute } from '../../mesh/route-rules.ts';
import type { ClusterName } from '../../trace/cluster-names.ts';
import type { Failure } from '../rule.ts';
import { tlsSettings } from './client-tls.ts';

/**
 * Whether sidecars send plain HTTP for the host to a gateway, and no rule sends it on as it is: then TLS that a DestinationRule adds on another port is for what the
 * gateway sends on. Where it does not, the rule of the gateway is missing or wrong, which is another mistake. A redirect tells clients to come back with TLS.
 */
export function isForGateway({ mesh, outcome: { target } }: Failure, { host, port }: ClusterName): boolean {
  const routes: readonly RouteObject[] = [...virtualServicesFor(mesh, target.host), ...apiRoutesFor(mesh, target.host)];
  if (routes.some(redirects)) return false;
  const rules = routes.flatMap((each) => rulesOfRoute(each, mesh.settings.clusterDomain));
  const plain = rules.filter(({ block }) => block === 'http');
  const outside = plain.flatMap(({ destinations }) => destinations).filter(isFor(host));
  const toGateway = plain.some(
    ({ gateways, destinations }) =>
      gateways.has(MESH_GATEWAY) && destinations.length > 0 && !destinations.some(isFor(host)),
  );
  return toGateway && outside.every(({ destination }) => destination?.port?.value === port);
}

/** The port at which a gateway should send a call on: the one that a DestinationRule adds TLS for where plain calls come, else the one that was called. */
export function portOutside({ mesh, outcome: { call } }: Failure): number {
  if (call.protocol !== 'http') return call.port;
  const ports = new Set(tlsSettings(mesh, call.host).flatMap(({ port }) => port?.number ?? []));
  const [only, another] = ports;
  const isDeclared = mesh
    .hosting('ServiceEntry', call.host)
    .some(({ resource }) => resource.ports?.items.some(({ number }) => number?.value === only));
  return only !== undefined && another === undefined && isDeclared ? only : call.port;
}

type RuleDestination = ReturnType<typeof rulesOfRoute>[number]['destinations'][number];

function isFor(host: string): (each: RuleDestination) => boolean {
  return ({ destination }) => destination?.host?.value === host;
}

function redirects(route: RouteObject): boolean {
  if (isApiRoute(route)) {
    const rules = route.resource.rules?.items ?? [];
    return rules.some(({ filters }) => filters?.items.some((each) => each.requestRedirect));
  }
  const { resource } = route;
  return resource.kind === 'VirtualService' && (resource.http?.items ?? []).some((each) => each.redirect);
}
