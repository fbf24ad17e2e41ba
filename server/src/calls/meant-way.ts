/** Whether the YAML means a call to go through an egress gateway, whatever becomes of it. */
import type { Destination, VirtualService } from '../manifest/types.ts';
import { contains, prefixOf } from '../mesh/addresses.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { defaultExportTo } from '../mesh/export-defaults.ts';
import { hostsOverlap, resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { apiRoutesFor, isApiRoute, parentGateways, type RouteObject, rulesOfRoute } from '../mesh/route-rules.ts';
import { boundGateways, type RouteRule, type RuleMatch, rulesOnce } from '../mesh/virtual-service-rules.ts';
import { visibleTo } from '../mesh/visibility.ts';
import { podsBehind } from '../trace/pods.ts';
import type { Plane } from '../trace/plane.ts';
import { servicesOfHost } from '../trace/registry.ts';
import { followersOf, hasLegForSidecars, isForSidecars, isMeantAtGateway } from './meant-api-route.ts';
import { virtualServicesFor } from './relevant.ts';
import type { Target } from './targets.ts';

export interface MeantWay {
  readonly route: RouteObject;
  /** The rule that sends to the gateway; absent where only the gateway has a rule for the host. */
  readonly leg: RouteRule | undefined;
}

/**
 * The route by which calls to a target are meant to go through a gateway: one with a rule for them that sends to a gateway's Service, else one that is bound
 * to a gateway and sends on to the outside, where no rule is for sidecars.
 *
 * @param address that is dialled
 */
export function meantWay(plane: Plane, target: Target, address?: string): MeantWay | undefined {
  const routes = virtualServicesFor(plane.reader, target.host).filter(plane.accepts);
  for (const route of routes) {
    const leg = rulesOnce(plane.reader, route).find(
      (rule) => isFor(rule, target, address) && sendsToGateway(plane, route, rule),
    );
    if (leg) return { route, leg };
  }
  const api = apiRoutesFor(plane.reader, target.host).filter(plane.accepts).filter(isApiRoute);
  for (const route of api.filter((each) => isForSidecars(plane, each, target))) {
    const leg = rulesIn(plane, route).find((rule) => sendsToGateway(plane, route, rule));
    if (leg) return { route, leg };
  }
  if (routes.some((each) => rulesOnce(plane.reader, each).some((rule) => actsForMesh({ route: each, leg: rule }))))
    return undefined;
  const route =
    routes.find((each) =>
      rulesOnce(plane.reader, each).some(
        (rule) => (isFamily(rule, target) || isAfterHop(rule, target)) && sendsOut(plane, each, rule),
      ),
    ) ??
    api.find(
      (each) =>
        rulesIn(plane, each).some((rule) => sendsOut(plane, each, rule)) && isMeantAtGateway(plane, each, target),
    );
  return route && !(isApiRoute(route) && hasLegForSidecars(plane, route, target))
    ? { route, leg: undefined }
    : undefined;
}

/** Whether a rule acts for sidecars, and which way it is meant says nothing against it. */
export function actsForMesh({ route, leg }: MeantWay): boolean {
  return leg !== undefined && boundOf(route).has(MESH_GATEWAY) && leg.gateways.has(MESH_GATEWAY);
}

/** Of these namespaces, those whose sidecars are meant to follow the route; all, where only a gateway follows it. */
export function viewersOf(plane: Plane, { route, leg }: MeantWay, namespaces: readonly string[]): readonly string[] {
  if (isApiRoute(route)) return leg ? followersOf(plane, route, namespaces) : namespaces;
  const { resource, namespace } = route as MeshObject<VirtualService>;
  const defaults = defaultExportTo(plane.reader, 'VirtualService');
  return namespaces.filter(
    (each) => visibleTo(resource.exportTo, namespace, each || undefined, defaults) === 'visible',
  );
}

/** The VirtualService of a way that is meant; undefined where it is a route of Gateway API. */
export function meantVirtualService({ route }: MeantWay): MeshObject<VirtualService> | undefined {
  return isApiRoute(route) ? undefined : (route as MeshObject<VirtualService>);
}

/** Whether a rule is for this port, by its conditions or, without any, by its block. */
function isFor(rule: RouteRule, target: Target, address: string | undefined): boolean {
  if (rule.matches.length === 0) return isFamily(rule, target);
  return rule.matches.some((match) => {
    if (isLimited(rule, match) || isForOtherAddresses(match, address)) return false;
    const named =
      match.sniHosts?.items.some(({ value }) => value !== undefined && hostsOverlap(value, target.host)) ?? true;
    return named && (match.port ? match.port.value === target.port : isFamily(rule, target));
  });
}

/** Whether only some clients are meant. In `http` rules a match that names gateways ignores its source conditions. */
function isLimited({ block }: RouteRule, { sourceLabels, sourceNamespace, gateways }: RuleMatch): boolean {
  return (sourceLabels !== undefined || sourceNamespace !== undefined) && !(block === 'http' && gateways !== undefined);
}

function isForOtherAddresses({ destinationSubnets }: RuleMatch, address: string | undefined): boolean {
  const dialled = address === undefined ? undefined : prefixOf(address);
  if (!destinationSubnets || !dialled) return false;
  return !destinationSubnets.items.some(({ value }) => {
    const subnet = value === undefined ? undefined : prefixOf(value);
    return subnet === undefined || contains(subnet, dialled);
  });
}

/** A gateway that ends the mutual TLS of the mesh sends on what was inside with `tcp` rules. */
function isAfterHop({ block }: RouteRule, { protocol }: Target): boolean {
  return block === 'tcp' && protocol !== 'http';
}

/** Whether rules of this block are for bytes of this kind. */
export function isFamily({ block }: Pick<RouteRule, 'block'>, { protocol }: Target): boolean {
  return block === 'http'
    ? protocol === 'http'
    : block === 'tls'
      ? protocol === 'https' || protocol === 'tls'
      : protocol === 'tcp';
}

function sendsToGateway(plane: Plane, route: RouteObject, { destinations }: RouteRule): boolean {
  return destinations.some(({ destination }) => {
    const host = fullHostOf(plane, route, destination);
    if (host === undefined || !serviceOfHost(host, plane.reader.settings.clusterDomain)) return false;
    return servicesOfHost(plane, host).some((each) => podsBehind(plane, each).length > 0);
  });
}

function sendsOut(plane: Plane, route: RouteObject, rule: RouteRule): boolean {
  const atGateway = [...rule.gateways].some((each) => each !== MESH_GATEWAY && boundOf(route).has(each));
  return (
    atGateway &&
    rule.destinations.some(({ destination }) => {
      const host = fullHostOf(plane, route, destination);
      return host !== undefined && !serviceOfHost(host, plane.reader.settings.clusterDomain);
    })
  );
}

function fullHostOf(plane: Plane, route: RouteObject, destination: Destination | undefined): string | undefined {
  const written = destination?.host?.value;
  return written === undefined
    ? undefined
    : resolveShortHost(written, route.namespace, plane.reader.settings.clusterDomain);
}

function rulesIn({ reader }: Plane, route: RouteObject): readonly RouteRule[] {
  return rulesOfRoute(route, reader.settings.clusterDomain);
}

/** `mesh`, and the Gateways that a route is for. */
function boundOf(route: RouteObject): ReadonlySet<string> {
  return isApiRoute(route) ? new Set(parentGateways(route)) : boundGateways(route as MeshObject<VirtualService>);
}
