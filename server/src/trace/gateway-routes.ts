/** The virtual hosts of a gateway's HTTP servers (`buildGatewayHTTPRouteConfig` in `pilot/pkg/networking/core/gateway.go`). */
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { ServerFacts } from './gateway-merge.ts';
import { serves } from './gateway-servers.ts';
import { portServers } from './port-servers.ts';
import { gatewaysAbout } from './gateways-about.ts';
import { hostsForNamespace, intersectHosts, moreSpecific } from './host-names.ts';
import { type HttpRoute, httpRoutes, takesAll } from './http-routes.ts';
import type { MeshService } from './model.ts';
import { type GatewayPod, type Plane, stable } from './plane.ts';
import { podId, serverPorts } from './pods.ts';
import { gatewayProxy, type MeshProxy } from './proxy.ts';
import { byNamespace, isVisible, servicesOfHost } from './registry.ts';
import { serviceInScope } from './scope-services.ts';
import { byDomain, type VirtualHost, type VirtualHosts, withoutPort } from './virtual-hosts.ts';
import { type RouteSource, routesAmong, routesOfAll, sourcesAbout, sourcesOf } from './virtual-services.ts';

interface Draft {
  readonly name: string;
  readonly host: string;
  readonly routes: HttpRoute[];
  requireTls: boolean;
}

/** Hosts with the same routes. */
interface Group {
  readonly first: Draft;
  readonly domains: string[];
}

interface Asked {
  /** Of the pod. */
  readonly port: number;
  readonly routeConfig: string;
  readonly requested: string;
}

/** The virtual hosts that a request may meet: of thousands of a port those of its host, of wildcards over it, and of hosts that share routes with it. */
export function gatewayVirtualHosts(plane: Plane, pod: GatewayPod, asked: Asked): VirtualHosts {
  const { port, routeConfig } = asked;
  const requested = withoutPort(asked.requested);
  const near = sourcesAbout(plane, [requested]);
  // Hosts with the same routes have one virtual host, so the other hosts of these VirtualServices count.
  const hosts = new Set([requested, ...near.flatMap((each) => hostsAtGateways(plane, each))]);
  const make = (inner: Plane) => {
    const virtualServices = sourcesAbout(inner, hosts);
    const gateways = gatewaysAbout(inner, pod, virtualServices, hosts);
    const servers = portServers(inner, pod, port, gateways).byRouteConfig.get(routeConfig) ?? [];
    return { drafts: draftHosts(inner, pod, servers, virtualServices), number: servers[0]?.number ?? 0 };
  };
  const { drafts, number } = make(plane);
  if (drafts.size > 0) return byDomain(collapsed([...drafts.values()]));
  // Nothing routes here: every request is answered with 404.
  return hasVirtualHosts(plane, pod, asked)
    ? byDomain([])
    : byDomain([
        { name: `blackhole:${number}`, domains: ['*'], action: { kind: 'routes', routes: [] }, requireTls: false },
      ]);
}

function hostsAtGateways(plane: Plane, object: RouteSource): readonly string[] {
  return routesOfAll(plane, [object])
    .filter(({ gateways }) => gateways.some((each) => each !== MESH_GATEWAY))
    .flatMap(({ hosts }) => hosts);
}

/** Whether any request has a virtual host here. */
function hasVirtualHosts(plane: Plane, pod: GatewayPod, { port, routeConfig }: Asked): boolean {
  return stable(plane, `whether ${routeConfig} of ${podId(plane, pod)} has virtual hosts`, (inner) =>
    serverPorts(inner, pod, port).some((each) =>
      (['plain', 'tls'] as const).some((manner) =>
        inner.reader.opening(each, manner).some((gateway) => {
          if (!serves(inner, gateway, pod)) return false;
          const servers = portServers(inner, pod, port, [gateway])
            .byRouteConfig.get(routeConfig)
            ?.filter((server) => server.gateway === gateway);
          return (servers ?? []).some(
            (server) =>
              (server.httpsRedirect && server.hosts.length > 0) ||
              sourcesOf(inner, server.gatewayName).some(
                (object) => draftHosts(inner, pod, [server], [object]).size > 0,
              ),
          );
        }),
      ),
    ),
  );
}

/** By lower-case host: the hosts that a server and a VirtualService share, with the routes of all that share them. */
function draftHosts(
  plane: Plane,
  pod: GatewayPod,
  servers: readonly ServerFacts[],
  virtualServices: readonly RouteSource[],
): ReadonlyMap<string, Draft> {
  const proxy = gatewayProxy(pod);
  const drafts = new Map<string, Draft>();
  // Routes are made once for each Gateway and VirtualService, for the port of the first server that needs them.
  const made = new Map<string, readonly HttpRoute[]>();
  for (const server of servers) {
    if (!server.gateway) continue;
    const { gatewayName, number: port, httpsRedirect } = server;
    const draft = (host: string): Draft => {
      const own = drafts.get(host) ?? { name: domainName(host, port), host, routes: [], requireTls: false };
      drafts.set(host, own);
      if (httpsRedirect) own.requireTls = true;
      return own;
    };
    for (const each of routesAmong(plane, gatewayName, pod.namespace, virtualServices)) {
      const hosts = intersectHosts(hostsForNamespace(server.hosts, each.namespace), each.hosts);
      if (hosts.length === 0) continue;
      const key = `${gatewayName} ${each.name}/${each.namespace}`;
      const serviceOf = (host: string) => serviceNear(plane, proxy, each.namespace, host);
      const routes = made.get(key) ?? httpRoutes(each, { proxy, gateway: gatewayName, port, serviceOf });
      if (routes.length === 0) continue;
      made.set(key, routes);
      for (const host of hosts) draft(host.toLowerCase()).routes.push(...routes);
    }
    if (httpsRedirect) for (const host of server.hosts) draft(host.toLowerCase());
  }
  return drafts;
}

/** The service that a destination means: the one of the VirtualService's namespace, where the gateway may see it, else the one of the gateway's scope. */
function serviceNear(plane: Plane, proxy: MeshProxy, namespace: string, host: string): MeshService | undefined {
  const own = byNamespace(servicesOfHost(plane, host)).get(namespace);
  return own && isVisible(plane, own, proxy.namespace) ? own : serviceInScope(plane, proxy.scope, host);
}

/** Hosts with the same routes become one virtual host, which has the name of the most specific of them; routes for every request go last. */
function collapsed(drafts: readonly Draft[]): readonly VirtualHost[] {
  const sorted = [...drafts].sort((a, b) => (moreSpecific(a.host, b.host) ? -1 : 1));
  const groups: Group[] = [];
  // Equal lists begin with the same route.
  const byFirst = new Map<HttpRoute | undefined, Group[]>();
  for (const each of sorted) {
    const near = byFirst.get(each.routes[0]) ?? [];
    byFirst.set(each.routes[0], near);
    // Only the latest group with the same routes is looked at.
    const same = near.findLast(({ first }) => sameRoutes(first.routes, each.routes));
    if (same && same.first.requireTls === each.requireTls) {
      same.domains.push(each.host);
      continue;
    }
    const group = { first: each, domains: [each.host] };
    groups.push(group);
    near.push(group);
  }
  return groups.map(({ first, domains }) => ({
    name: first.name,
    domains,
    action: {
      kind: 'routes',
      routes: [
        ...first.routes.filter((each) => !takesAll(each.match)),
        ...first.routes.filter((each) => takesAll(each.match)),
      ],
    },
    requireTls: first.requireTls,
  }));
}

function sameRoutes(a: readonly HttpRoute[], b: readonly HttpRoute[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

function domainName(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
