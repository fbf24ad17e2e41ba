/** Whether the YAML means a call to go through an egress gateway, whatever becomes of it. */
import type { Destination, VirtualService } from '../manifest/types.ts';
import { contains, prefixOf } from '../mesh/addresses.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { hostsOverlap, resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { boundGateways, type RouteRule, type RuleMatch, rulesOnce } from '../mesh/virtual-service-rules.ts';
import { visibleTo } from '../mesh/visibility.ts';
import { defaultExportTo } from '../mesh/export-defaults.ts';
import { podsBehind } from '../trace/pods.ts';
import type { Plane } from '../trace/plane.ts';
import { servicesOfHost } from '../trace/registry.ts';
import { virtualServicesFor } from './relevant.ts';
import type { Target } from './targets.ts';

export interface MeantWay {
  readonly route: MeshObject<VirtualService>;
  /** The rule that sends to the gateway; absent where only the gateway has a rule for the host. */
  readonly leg: RouteRule | undefined;
}

/**
 * The VirtualService by which calls to a target are meant to go through a gateway: one with a rule for them that sends to a gateway's Service, else one that is bound
 * to a gateway and sends on to the outside, where none is for sidecars.
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
  if (routes.some((each) => boundGateways(each).has(MESH_GATEWAY))) return undefined;
  const route = routes.find((each) =>
    rulesOnce(plane.reader, each).some((rule) => isFamily(rule, target) && sendsOut(plane, each, rule)),
  );
  return route && { route, leg: undefined };
}

/** Whether a rule acts for sidecars, and which way it is meant says nothing against it. */
export function actsForMesh({ route, leg }: MeantWay): boolean {
  return leg !== undefined && boundGateways(route).has(MESH_GATEWAY) && leg.gateways.has(MESH_GATEWAY);
}

/** Of these namespaces, those that may see the route. */
export function viewersOf(
  plane: Plane,
  { resource, namespace }: MeshObject<VirtualService>,
  namespaces: readonly string[],
): readonly string[] {
  const defaults = defaultExportTo(plane.reader, 'VirtualService');
  return namespaces.filter(
    (each) => visibleTo(resource.exportTo, namespace, each || undefined, defaults) === 'visible',
  );
}

/** Whether a rule is for this port, by its conditions or, without any, by its block. */
function isFor(rule: RouteRule, target: Target, address: string | undefined): boolean {
  if (rule.matches.length === 0) return isFamily(rule, target);
  return rule.matches.some((match) => {
    if (isLimited(rule, match) || isForOtherAddresses(match, address)) return false;
    if (match.port) return match.port.value === target.port;
    const named =
      match.sniHosts?.items.some(({ value }) => value !== undefined && hostsOverlap(value, target.host)) ?? true;
    return named && isFamily(rule, target);
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

function isFamily({ block }: RouteRule, { protocol }: Target): boolean {
  return block === 'http'
    ? protocol === 'http'
    : block === 'tls'
      ? protocol === 'https' || protocol === 'tls'
      : protocol === 'tcp';
}

function sendsToGateway(plane: Plane, route: MeshObject<VirtualService>, { destinations }: RouteRule): boolean {
  return destinations.some(({ destination }) => {
    const host = fullHostOf(plane, route, destination);
    if (host === undefined || !serviceOfHost(host, plane.reader.settings.clusterDomain)) return false;
    return servicesOfHost(plane, host).some((each) => podsBehind(plane, each).length > 0);
  });
}

function sendsOut(plane: Plane, route: MeshObject<VirtualService>, rule: RouteRule): boolean {
  const atGateway = [...rule.gateways].some((each) => each !== MESH_GATEWAY && boundGateways(route).has(each));
  return (
    atGateway &&
    rule.destinations.some(({ destination }) => {
      const host = fullHostOf(plane, route, destination);
      return host !== undefined && !serviceOfHost(host, plane.reader.settings.clusterDomain);
    })
  );
}

function fullHostOf(
  plane: Plane,
  route: MeshObject<VirtualService>,
  destination: Destination | undefined,
): string | undefined {
  const written = destination?.host?.value;
  return written === undefined
    ? undefined
    : resolveShortHost(written, route.namespace, plane.reader.settings.clusterDomain);
}
