/** The listeners of a gateway pod (`buildGatewayListeners` in `pilot/pkg/networking/core/gateway.go`). */
import { hostsOverlap } from '../mesh/hosts.ts';
import { cause } from './causes.ts';
import { chainIndex, type FilterChain, inspectors, type Listener } from './filter-chain.ts';
import { claimHosts, isPassthrough, type MergedServer, mergedGateways, terminatesHttps } from './gateway-servers.ts';
import { ruleClusters } from './l4-chains.ts';
import { ANY_ADDRESS } from './model.ts';
import { compareText, type GatewayPod, memo, type Plane } from './plane.ts';
import { isHttp, parseProtocol } from './protocol.ts';
import type { L4MatchSpec } from './route-spec.ts';
import { type Routes, routesFor } from './virtual-services.ts';

/** The listener of a port; undefined where nothing listens (also where no server of the port has a route to give it). */
export function gatewayListener(plane: Plane, pod: GatewayPod, port: number): Listener | undefined {
  return gatewayListeners(plane, pod).get(`${ANY_ADDRESS}_${port}`);
}

/** By name. */
function gatewayListeners(plane: Plane, pod: GatewayPod): ReadonlyMap<string, Listener> {
  return memo(plane, `listeners of gateway ${pod.namespace}/${pod.name}`, (inner) => {
    const chains = new Map<string, FilterChain[]>();
    const claimed = new Map<number, Map<string, string>>();
    for (const { port, protocol, bind, servers, routeConfig } of mergedGateways(inner, pod).ports) {
      const name = `${bind || ANY_ADDRESS}_${port}`;
      const own = isHttp(parseProtocol(protocol))
        ? [httpChain(servers[0], routeConfig)]
        : servers.flatMap((server) =>
            terminatesHttps(server)
              ? [httpChain(server, server.routeConfig)]
              : l4Chains(inner, pod, server, port, claimed),
          );
      chains.set(name, [...(chains.get(name) ?? []), ...own]);
    }
    const listeners = [...chains].filter(([, own]) => own.length > 0);
    return new Map(
      listeners.map(([name, own]) => [
        name,
        { name, chains: chainIndex(own), fallback: undefined, ...inspectors(own) },
      ]),
    );
  });
}

/** Plain HTTP, or HTTPS that ends here: then the server's hosts are the server names that it takes. */
function httpChain(server: MergedServer | undefined, routeConfig: string): FilterChain {
  return {
    sniHosts: server?.tlsMode !== undefined && terminatesHttps(server) ? serverNames(server) : [],
    cidrs: [],
    plainHttpOnly: false,
    terminates: server && terminatesHttps(server) ? termination(server) : undefined,
    action: { kind: 'http', routeConfig },
    config: undefined,
    because: () => cause(server?.gateway, server?.server.range, 'opens the port'),
  };
}

function l4Chains(
  plane: Plane,
  pod: GatewayPod,
  server: MergedServer,
  port: number,
  claimed: Map<number, Map<string, string>>,
): readonly FilterChain[] {
  const routes = routesFor(plane, server.gatewayName, pod.namespace).filter((each) => sharesHost(server, each));
  if (server.tlsMode === undefined || !isPassthrough(server)) return tcpChain(server, routes);
  // Clusters for AUTO_PASSTHROUGH exist for services of the mesh only, never for the outside.
  if (server.tlsMode === 'AUTO_PASSTHROUGH') return [];
  const name = `chains ${port} ${pod.namespace}/${pod.name}`;
  const chains = plane.cache.deriveFrom(server.server, name, [server.gateway, ...routes], () =>
    passthroughChains(server, routes),
  );
  // Of two chains on a port with the same server name the later is left out.
  return chains.filter((each) => claimHosts(claimed, port, each.sniHosts, server.bind));
}

/** The first `tcp` rule of the first VirtualService that can act. */
function tcpChain(server: MergedServer, routes: readonly Routes[]): readonly FilterChain[] {
  const terminates = server.tlsMode !== undefined;
  for (const each of routes) {
    for (const rule of each.tcp) {
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
            ...cause(server.gateway, server.server.range, 'opens the port'),
            ...cause(each.source, rule.range, 'routes the connection'),
          ],
        },
      ];
    }
  }
  return [];
}

/** A chain for every match of a `tls` rule that can act. */
function passthroughChains(server: MergedServer, routes: readonly Routes[]): readonly FilterChain[] {
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
            ...cause(server.gateway, server.server.range, 'opens the port'),
            ...cause(each.source, match.range, 'routes the server name'),
          ],
        });
      }
    }
  }
  return chains;
}

/** Only port and gateway count here: source conditions and subnets are not looked at (`l4SingleMatch`). */
function canAct(match: L4MatchSpec, server: MergedServer): boolean {
  return (
    (match.port === 0 || match.port === server.number) &&
    (match.gateways.length === 0 || match.gateways.includes(server.gatewayName))
  );
}

/** Whether a host of the server overlaps one of the VirtualService's (`pickMatchingGatewayHosts`). */
function sharesHost(server: MergedServer, routes: Routes): boolean {
  return server.hosts.some((written) => {
    const [owner, host] = written.split('/');
    if (host !== undefined && owner !== routes.namespace) return false;
    return routes.hosts.some((each) => hostsOverlap(host ?? written, each));
  });
}

function serverNames(server: MergedServer): readonly string[] {
  const names = server.hosts.map((each) => each.slice(each.indexOf('/') + 1));
  return [...new Set(names)].sort(compareText);
}

function termination({ tlsMode }: MergedServer): 'mesh' | 'own' {
  return tlsMode === 'ISTIO_MUTUAL' ? 'mesh' : 'own';
}
