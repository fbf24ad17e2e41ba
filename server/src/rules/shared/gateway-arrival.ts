/** What comes to a gateway that fails it: who sent it, by which rule, and which servers and routes could have taken it. */
import { gatewayOf } from '../../calls/proxies.ts';
import { virtualServicesFor } from '../../calls/relevant.ts';
import type { Destination, Gateway, VirtualService } from '../../manifest/types.ts';
import { gatewaysByKey } from '../../mesh/gateway-lookup.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from '../../mesh/gateway-names.ts';
import { hostCoveredBy, hostsOverlap, resolveShortHost } from '../../mesh/hosts.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { type RouteObject, rulesOfRoute } from '../../mesh/route-rules.ts';
import type { RouteRule } from '../../mesh/virtual-service-rules.ts';
import { type ClusterName, parseClusterName } from '../../trace/cluster-names.ts';
import { isPassthrough, type MergedServer, type PlacedServer, terminatesHttps } from '../../trace/gateway-merge.ts';
import { firstServerOn } from '../../trace/first-server.ts';
import { placedServers } from '../../trace/placed-servers.ts';
import { programmedServers } from '../../trace/port-servers.ts';
import { type GatewayPod, inConfigOrder, nameOf, type Plane, selects } from '../../trace/plane.ts';
import { gatewayPodNamed } from '../../trace/pods.ts';
import { isHttp, parseProtocol } from '../../mesh/protocol.ts';
import type { Hop, HopCluster } from '../../trace/types.ts';
import {
  type Routes,
  routesAmong,
  routesOf,
  routesOfAll,
  sourcesAbout,
  type WrittenRoutes,
} from '../../trace/virtual-services.ts';
import type { Failure } from '../rule.ts';
import { routeOf } from './failing-proxy.ts';

/** A connection that a gateway got and could not send on. */
export interface Arrival {
  readonly at: Hop;
  readonly pod: GatewayPod;
  readonly sender: Hop;
  /** The cluster by which it was sent, and its name taken apart: the Service's port, subset and host. */
  readonly via: HopCluster;
  readonly to: ClusterName;
  /** The rule that sent it there; undefined where no VirtualService did (endpoints of a ServiceEntry). */
  readonly sentBy: SendingRule | undefined;
  /** The HTTP host as the gateway got it, else the host that was called. */
  readonly host: string;
  /** Servers of Gateways that select the pod, on the port that it came to. All Gateways are gone through for it. */
  readonly here: () => readonly PlacedServer[];
  /** The first of them. */
  readonly opener: () => MergedServer | undefined;
  /** Those of some Gateways (`namespace/name`). */
  readonly hereOf: (gateways: ReadonlySet<string>) => readonly PlacedServer[];
  /** Servers of all ports, as `here`. */
  readonly servers: () => readonly PlacedServer[];
  /** What could take the host at some gateway. */
  readonly legs: readonly GatewayLeg[];
  /** Of Gateway API: the listeners of the pod's Gateway that take a route for the host, by the names of their Gateways. */
  readonly routed: ReadonlyMap<string, Routes>;
}

export interface SendingRule {
  readonly object: RouteObject;
  readonly rule: RouteRule;
  readonly destination: Destination;
}

/** A VirtualService for the host, bound to a Gateway that is there. */
export interface GatewayLeg {
  /** `namespace/name`. */
  readonly key: string;
  readonly gateway: MeshObject<Gateway>;
  readonly routes: WrittenRoutes;
  /** Whether the Gateway selects the pod. */
  readonly selects: boolean;
  /** Whether the pod's namespace sees the VirtualService. */
  readonly visible: boolean;
}

/** Undefined where the failure is not at a gateway. */
export function arrivalOf({ outcome: { ending, call }, plane, mesh }: Failure): Arrival | undefined {
  const { at, hops } = ending;
  const proxy = gatewayOf(at);
  const sender = hops.at(-2);
  const pod = proxy && gatewayPodNamed(plane, proxy.namespace, proxy.name);
  const via = sender?.clusters?.find((each) => each.next === at);
  const to = parseClusterName(via?.name ?? '');
  if (!pod || !sender || !via || !to) return undefined;
  const http = at.received.find((each) => each.startsWith('http '));
  const host = http?.slice('http '.length) ?? call.host;
  const port = at.port;
  const all = () => placedServers(plane, pod);
  const written = [...virtualServicesFor(mesh, call.host), ...mesh.hosting('VirtualService', '*')];
  const keys = new Set(written.flatMap(gatewaysOf));
  return {
    at,
    pod,
    sender,
    via,
    to,
    sentBy: sendingRule(sender, to, mesh),
    host,
    servers: () => all().all,
    here: () => all().on(port),
    opener: () => firstServerOn(plane, pod, port),
    hereOf: (gateways) =>
      programmedServers(plane, pod, port, gateways) ??
      all()
        .of(gateways)
        .filter((each) => each.port === port),
    legs: [...keys].flatMap((key) => legsOf(plane, pod, key, call.host)),
    routed: routedListeners(plane, () => all().listeners, host),
  };
}

/** The Gateways that a VirtualService names; not `mesh`. */
function gatewaysOf({ resource, namespace }: MeshObject<VirtualService>): readonly string[] {
  return (resource.gateways?.items ?? []).flatMap(({ value }) =>
    value === undefined || value === MESH_GATEWAY ? [] : [gatewayKey(resolveGatewayName(value, namespace))],
  );
}

function legsOf(plane: Plane, pod: GatewayPod, key: string, host: string): readonly GatewayLeg[] {
  const [gateway] = gatewaysByKey(plane.reader, key);
  if (!gateway || !plane.accepts(gateway)) return [];
  const about = sourcesAbout(plane, [host]);
  const seen = new Set(routesAmong(plane, key, pod.namespace, about));
  const written = about.filter((each): each is MeshObject<VirtualService> => each.resource.kind === 'VirtualService');
  return inConfigOrder(written)
    .flatMap((each) => routesOf(plane, each) ?? [])
    .filter((routes) => routes.gateways.includes(key) && routes.hosts.some((each) => hostCoveredBy(host, each)))
    .map((routes) => ({
      key,
      gateway,
      routes,
      selects: selects(gateway.resource.selector?.value, pod.labels),
      visible: seen.has(routes),
    }));
}

function routedListeners(
  plane: Plane,
  listeners: () => ReadonlySet<string>,
  host: string,
): ReadonlyMap<string, Routes> {
  const found = routesOfAll(plane, sourcesAbout(plane, [host])).filter(
    (routes) => routes.semantics === 'gateway-api' && routes.hosts.some((each) => hostCoveredBy(host, each)),
  );
  if (found.length === 0) return new Map();
  const own = listeners();
  return new Map(found.flatMap((routes) => routes.gateways.flatMap((each) => (own.has(each) ? [[each, routes]] : []))));
}

function sendingRule(sender: Hop, to: ClusterName, mesh: Failure['mesh']): SendingRule | undefined {
  const found = sender.because.flatMap((cause) => {
    const object = routeOf(mesh, cause);
    return object ? [{ object, cause }] : [];
  });
  const { object, cause } = found.at(-1) ?? {};
  if (!object || !cause) return undefined;
  const { clusterDomain } = mesh.settings;
  const rules = rulesOfRoute(object, clusterDomain);
  const rule =
    rules.find(({ range }) => range.start <= cause.range.start && range.end >= cause.range.end) ??
    (rules.length === 1 ? rules[0] : undefined);
  const destinations = rule?.destinations.flatMap((each) => each.destination ?? []) ?? [];
  const fitting = destinations.filter(({ host, subset }) => {
    const full = resolveShortHost(host?.value ?? '', object.namespace, clusterDomain);
    return full === to.host && (subset?.value ?? '') === to.subset;
  });
  const destination = fitting.find(({ port }) => port?.value === to.port) ?? fitting[0];
  return rule && destination ? { object, rule, destination } : undefined;
}

/** The block whose rules a server's bytes are given to. */
export function blockOf(server: MergedServer): RouteRule['block'] {
  if (isHttp(parseProtocol(server.protocol)) || terminatesHttps(server)) return 'http';
  return isPassthrough(server) ? 'tls' : 'tcp';
}

/** What a server can read: `named-tls` is TLS that it looks at for the server name alone. */
export function expectedBy(server: MergedServer): 'http' | 'anything' | 'named-tls' | 'mesh-tls' | 'own-tls' {
  if (isHttp(parseProtocol(server.protocol))) return 'http';
  if (server.tlsMode === undefined) return 'anything';
  if (isPassthrough(server)) return 'named-tls';
  return server.tlsMode === 'ISTIO_MUTUAL' ? 'mesh-tls' : 'own-tls';
}

/** Whether a server takes a host from a VirtualService: the Host header for HTTP; for other bytes it is enough that hosts overlap. */
export function serverTakes(server: MergedServer, routes: Routes, host: string): boolean {
  const names = server.hosts.flatMap((each) => {
    const [owner = '', name] = each.split('/');
    return name === undefined ? [each] : owner === routes.namespace ? [name] : [];
  });
  if (blockOf(server) !== 'http') return names.some((name) => routes.hosts.some((each) => hostsOverlap(name, each)));
  return names.some((name) => hostCoveredBy(host, name)) && routes.hosts.some((each) => hostCoveredBy(host, each));
}

/** A Gateway as it is named from everywhere. */
export function titleOfGateway(written: MeshObject<Gateway>): string {
  const gateway = written.implied?.by ?? written;
  return gateway.namespace === undefined ? nameOf(gateway) : `${gateway.namespace}/${nameOf(gateway)}`;
}

/** `443 (TLS, ISTIO_MUTUAL)`, `80 (HTTP)`. */
export function serverText({ number, protocol, tlsMode }: MergedServer): string {
  const mode = tlsMode === undefined || isHttp(parseProtocol(protocol)) ? '' : `, ${tlsMode}`;
  return `${number} (${protocol}${mode})`;
}
