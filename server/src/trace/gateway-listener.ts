/** The listeners of a gateway pod (`buildGatewayListeners` in `pilot/pkg/networking/core/gateway.go`). */
import type { Gateway } from '../manifest/types.ts';
import { hostsOverlap } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { cause } from './causes.ts';
import { chainIndex, type FilterChain, inspectors, type Listener } from './filter-chain.ts';
import { claimHosts, isPassthrough, type ServerFacts, terminatesHttps } from './gateway-merge.ts';
import { openingServer } from './first-server.ts';
import { serves } from './gateway-servers.ts';
import { portServers } from './port-servers.ts';
import { gatewaysAbout } from './gateways-about.ts';
import { ruleClusters } from './l4-chains.ts';
import { ANY_ADDRESS } from './model.ts';
import { compareText, type GatewayPod, type Plane, stable } from './plane.ts';
import { podId, serverPorts } from './pods.ts';
import { isHttp, parseProtocol } from '../mesh/protocol.ts';
import type { L4MatchSpec } from './route-spec.ts';
import {
  type RouteSource,
  type Routes,
  routesAmong,
  routesOfAll,
  sourcesAbout,
  sourcesOf,
} from './virtual-services.ts';

/**
 * The listener of a port; undefined where nothing listens (also where no server of the port has a route to give it). Of thousands of chains it has those
 * that a connection for this name may meet.
 *
 * @param asked the server name that comes in, empty where there is none, which servers for `*` take; and the HTTP host where it can be read
 */
export function gatewayListener(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  asked: { readonly serverName: string; readonly host: string },
): Listener | undefined {
  const virtualServices = virtualServicesSharing(plane, asked.serverName);
  const about = asked.host === '' ? virtualServices : sourcesAbout(plane, [asked.host]);
  const gateways = gatewaysAbout(plane, pod, [...virtualServices, ...about], [asked.serverName]);
  const chains = chainsOf(plane, pod, port, gateways, () => virtualServices);
  if (chains.length === 0 && !listens(plane, pod, port)) return undefined;
  return { name: `${ANY_ADDRESS}_${port}`, chains: chainIndex(chains), fallback: undefined, ...inspectors(chains) };
}

/** Whether any server of the port has a chain. */
function listens(plane: Plane, pod: GatewayPod, port: number): boolean {
  return stable(plane, `whether ${podId(plane, pod)} listens on ${port}`, (inner) =>
    serverPorts(inner, pod, port).some((each) =>
      (['plain', 'tls'] as const).some((manner) =>
        inner.reader
          .opening(each, manner)
          .some(
            (gateway) =>
              serves(inner, gateway, pod) &&
              chainsOf(inner, pod, port, [gateway], ({ gatewayName }) => sourcesOf(inner, gatewayName)).length > 0,
          ),
      ),
    ),
  );
}

/** The chains for all addresses that these Gateways' servers have on a port, with the VirtualServices that count for a server. */
function chainsOf(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  gateways: readonly MeshObject<Gateway>[],
  virtualServices: (server: ServerFacts) => readonly RouteSource[],
): readonly FilterChain[] {
  const claimed = new Map<number, Map<string, string>>();
  return portServers(plane, pod, port, gateways).ports.flatMap(({ protocol, bind, servers, routeConfig }) => {
    if (bind !== '' && bind !== ANY_ADDRESS) return [];
    if (isHttp(parseProtocol(protocol))) return [httpChain(plane, pod, servers, routeConfig)];
    return servers.flatMap((server) => {
      if (!server.gateway) return [];
      return terminatesHttps(server)
        ? [httpChain(plane, pod, [server], server.routeConfig)]
        : l4Chains(plane, pod, server, virtualServices(server), port, claimed);
    });
  });
}

/**
 * VirtualServices that may have a chain for a server name, and those whose chains may take its place: of two chains with a server name in common the later
 * is left out, whatever else it is for.
 */
function virtualServicesSharing(plane: Plane, name: string): readonly RouteSource[] {
  const names = new Set([name]);
  const found = new Set<RouteSource>();
  for (const each of names) {
    for (const object of sourcesAbout(plane, [each])) {
      found.add(object);
      for (const { matches } of routesOfAll(plane, [object]).flatMap((routes) => routes.tls)) {
        for (const { sniHosts } of matches) {
          const shares = each === name ? sniHosts.some((sni) => hostsOverlap(sni, name)) : sniHosts.includes(each);
          if (shares) for (const sni of sniHosts) names.add(sni);
        }
      }
    }
  }
  return [...found];
}

/** Plain HTTP, or HTTPS that ends here: then the server's hosts are the server names that it takes. Of several servers one that is asked for is named. */
function httpChain(plane: Plane, pod: GatewayPod, servers: readonly ServerFacts[], routeConfig: string): FilterChain {
  const [first] = servers;
  const asked = servers.find((each) => each.gateway) ?? first;
  return {
    sniHosts: first?.tlsMode !== undefined && terminatesHttps(first) ? serverNames(first) : [],
    cidrs: [],
    plainHttpOnly: false,
    terminates: first && terminatesHttps(first) ? termination(first) : undefined,
    action: { kind: 'http', routeConfig },
    config: undefined,
    because: () => {
      const another = asked && !asked.gateway && plane.openers !== 'not named';
      const named = another ? openingServer(plane, pod, asked.listens) : asked;
      return cause(named?.gateway, named?.server?.range, 'opens the port');
    },
  };
}

function l4Chains(
  plane: Plane,
  pod: GatewayPod,
  server: ServerFacts,
  virtualServices: readonly RouteSource[],
  port: number,
  claimed: Map<number, Map<string, string>>,
): readonly FilterChain[] {
  const { gatewayName } = server;
  const routesOfServer = (objects: readonly RouteSource[]) =>
    routesAmong(plane, gatewayName, pod.namespace, objects).filter((each) => sharesHost(server, each));
  if (server.tlsMode === undefined || !isPassthrough(server))
    return tcpChain(
      server,
      routesOfServer(server.gateway?.implied ? sourcesOf(plane, gatewayName) : plane.reader.tcpBoundTo(gatewayName)),
    );
  // Clusters for AUTO_PASSTHROUGH exist for services of the mesh only, never for the outside.
  if (server.tlsMode === 'AUTO_PASSTHROUGH') return [];
  // Of two chains on a port with the same server name the later is left out.
  return passthroughChains(server, routesOfServer(virtualServices)).filter((each) =>
    claimHosts(claimed, port, each.sniHosts, server.bind),
  );
}

/** The first `tcp` rule of the first VirtualService that can act; where TLS ends here the rules of a TLSRoute count too. */
function tcpChain(server: ServerFacts, routes: readonly Routes[]): readonly FilterChain[] {
  const terminates = server.tlsMode !== undefined;
  for (const each of routes) {
    for (const rule of [...each.tcp, ...(each.source.resource.kind === 'TLSRoute' ? each.tls : [])]) {
      const isTcp = each.tcp.includes(rule);
      if (!isTcp && rule.matches.length === 0) continue;
      const fits = rule.matches.length === 0 || rule.matches.some((match) => canAct(match, server));
      if (!fits || rule.destinations.length === 0) continue;
      return [
        {
          sniHosts: terminates ? serverNames(server) : [],
          cidrs: [],
          plainHttpOnly: false,
          terminates: terminates ? termination(server) : undefined,
          action: { kind: 'tcp', clusters: (plane, caller) => ruleClusters(plane, caller, rule, server.number) },
          config: undefined,
          because: () => [
            ...cause(server.gateway, server.server?.range, 'opens the port'),
            ...cause(each.source, rule.range, 'routes the connection'),
          ],
        },
      ];
    }
  }
  return [];
}

/** A chain for every match of a `tls` rule that can act. */
function passthroughChains(server: ServerFacts, routes: readonly Routes[]): readonly FilterChain[] {
  const chains: FilterChain[] = [];
  for (const each of routes) {
    for (const rule of each.tls) {
      if (rule.destinations.length === 0) continue;
      for (const match of rule.matches) {
        if (!canAct(match, server)) continue;
        chains.push({
          sniHosts: match.sniHosts,
          cidrs: [],
          plainHttpOnly: false,
          terminates: undefined,
          action: { kind: 'tcp', clusters: (plane, caller) => ruleClusters(plane, caller, rule, server.number) },
          config: undefined,
          because: () => [
            ...cause(server.gateway, server.server?.range, 'opens the port'),
            ...cause(each.source, match.range, 'routes the server name'),
          ],
        });
      }
    }
  }
  return chains;
}

/** Only port and gateway count here: source conditions and subnets are not looked at (`l4SingleMatch`). */
function canAct(match: L4MatchSpec, server: ServerFacts): boolean {
  return (
    (match.port === 0 || match.port === server.number) &&
    (match.gateways.length === 0 || match.gateways.includes(server.gatewayName))
  );
}

/** Whether a host of the server overlaps one of the VirtualService's (`pickMatchingGatewayHosts`). */
function sharesHost(server: ServerFacts, routes: Routes): boolean {
  return server.hosts.some((written) => {
    const [owner, host] = written.split('/');
    if (host !== undefined && owner !== routes.namespace) return false;
    return routes.hosts.some((each) => hostsOverlap(host ?? written, each));
  });
}

function serverNames(server: ServerFacts): readonly string[] {
  const names = server.hosts.map((each) => each.slice(each.indexOf('/') + 1));
  return [...new Set(names)].sort(compareText);
}

function termination({ tlsMode }: ServerFacts): 'mesh' | 'own' {
  return tlsMode === 'ISTIO_MUTUAL' ? 'mesh' : 'own';
}
