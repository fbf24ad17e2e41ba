/** The filter chains of one service port that carries TLS or plain bytes (`tls.go`). */
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { alternativeNames } from './alternative-names.ts';
import { cause } from './causes.ts';
import { clusterName, destinationCluster } from './cluster-names.ts';
import type { FilterChain, WeightedCluster } from './filter-chain.ts';
import { ANY_ADDRESS, type MeshService, type ServicePort } from './model.ts';
import { type Plane, selects } from './plane.ts';
import { isTls } from '../mesh/protocol.ts';
import type { MeshProxy, SidecarProxy } from './proxy.ts';
import type { L4MatchSpec, L4RouteSpec } from './route-spec.ts';
import { serviceInScope } from './scope-services.ts';
import type { Cause } from './types.ts';
import type { Routes } from './virtual-services.ts';

export interface ServiceListener {
  readonly service: MeshService;
  readonly port: ServicePort;
  readonly bind: string;
  readonly cidrs: readonly string[];
}

/** @param routes the VirtualServices with a host that overlaps the service's, in Istio's order */
export function l4Chains(
  proxy: SidecarProxy,
  target: ServiceListener,
  routes: readonly Routes[],
): readonly FilterChain[] {
  return isTls(target.port.protocol) ? tlsChains(proxy, target, routes) : tcpChains(proxy, target, routes);
}

/** Whether a `tls` rule of the VirtualService makes a chain for services with this port. */
export function actsOnTls({ tls }: Routes, proxy: MeshProxy, port: number): boolean {
  return tls.some(
    ({ destinations, matches }) => destinations.length > 0 && matches.some((each) => canAct(each, proxy, port)),
  );
}

/** A chain for each server name list of a `tls` rule that can act here; without any, one for the service itself. */
function tlsChains(proxy: SidecarProxy, target: ServiceListener, routes: readonly Routes[]): readonly FilterChain[] {
  const handled = new Set<string>();
  const chains: FilterChain[] = [];
  let { cidrs } = target;
  for (const each of routes) {
    for (const rule of each.tls) {
      if (rule.destinations.length === 0) continue;
      for (const match of rule.matches) {
        if (!canAct(match, proxy, target.port.number)) continue;
        // A rule's subnets stay in force for the rules after it, as in Istio.
        if (match.destinationSubnets.length > 0) cidrs = match.destinationSubnets;
        const predicates = `${match.sniHosts.join(',')}|${match.destinationSubnets.join(',')}`;
        if (!handled.has(predicates)) {
          chains.push({
            sniHosts: match.sniHosts,
            cidrs,
            plainHttpOnly: false,
            terminates: undefined,
            action: { kind: 'tcp', clusters: (plane, caller) => ruleClusters(plane, caller, rule, target.port.number) },
            config: each,
            because: () => cause(each.source, match.range, 'routes the server name'),
          });
        }
        handled.add(predicates);
      }
    }
  }
  if (chains.length > 0) return chains;
  return [ownChain(target, cidrs, ownServerNames(proxy, target, cidrs))];
}

/** Where several services share an address, the host as server name tells them apart. */
function ownServerNames(
  proxy: MeshProxy,
  { service, bind }: ServiceListener,
  cidrs: readonly string[],
): readonly string[] {
  const address = service.address.includes('/') ? '' : service.address;
  const wildcardDns = service.hostname.startsWith('*') && service.resolution === 'dynamic-dns';
  const shared = cidrs.length > 0 || address === '' || (address === ANY_ADDRESS && bind === ANY_ADDRESS) || wildcardDns;
  if (!shared) return [];
  return [
    service.hostname,
    ...service.aliases.flatMap(({ hostname }) => [hostname, ...alternativeNames(hostname, proxy.namespace)]),
  ];
}

/** The first `tcp` rule without subnets that can act ends the search; those with subnets come before it. */
function tcpChains(proxy: SidecarProxy, target: ServiceListener, routes: readonly Routes[]): readonly FilterChain[] {
  const chains: FilterChain[] = [];
  let complete = false;
  for (const each of routes) {
    for (const rule of each.tcp) {
      if (rule.destinations.length === 0) continue;
      const chain = (
        cidrs: readonly string[],
        because: () => readonly Cause[],
        config: Routes | undefined,
      ): FilterChain => ({
        sniHosts: [],
        cidrs,
        plainHttpOnly: false,
        terminates: undefined,
        action: { kind: 'tcp', clusters: (plane, caller) => ruleClusters(plane, caller, rule, target.port.number) },
        config,
        because,
      });
      const acting = rule.matches.filter((match) => canAct(match, proxy, target.port.number));
      const terminal = acting.find((match) => match.destinationSubnets.length === 0);
      if (rule.matches.length === 0 || terminal) {
        const because = () => cause(each.source, terminal?.range ?? rule.range, 'routes the connection');
        return [...chains, chain(target.cidrs, because, each)];
      }
      const subnets = acting.flatMap((match) => match.destinationSubnets);
      if (subnets.length === 0) continue;
      chains.push(chain(subnets, () => cause(each.source, rule.range, 'routes these addresses'), undefined));
      if ([...subnets].sort().join() === [...target.cidrs].sort().join()) complete = true;
    }
  }
  return complete ? chains : [...chains, ownChain(target, target.cidrs, [])];
}

function ownChain(
  { service, port }: ServiceListener,
  cidrs: readonly string[],
  sniHosts: readonly string[],
): FilterChain {
  const only = service.ports.length === 1 ? service.ports[0]?.number : undefined;
  const clusters = () => [
    { name: clusterName({ port: only ?? port.number, subset: '', host: service.hostname }), weight: undefined },
  ];
  return {
    sniHosts,
    cidrs,
    plainHttpOnly: false,
    terminates: undefined,
    action: { kind: 'tcp', clusters },
    config: undefined,
    because: () => cause(service.source, undefined, 'declares the port'),
  };
}

function canAct(match: L4MatchSpec, proxy: MeshProxy, port: number): boolean {
  return (
    (match.gateways.length === 0 || match.gateways.includes(MESH_GATEWAY)) &&
    selects(match.sourceLabels, proxy.labels) &&
    (match.port === 0 || match.port === port) &&
    (match.sourceNamespace === '' || match.sourceNamespace === proxy.namespace)
  );
}

/** The clusters of a `tls` or `tcp` rule; of several those with a weight (`buildOutboundNetworkFilters` in `networkfilter.go`). */
export function ruleClusters(
  plane: Plane,
  proxy: MeshProxy,
  rule: L4RouteSpec,
  port: number,
): readonly WeightedCluster[] {
  const several = rule.destinations.length > 1;
  return rule.destinations
    .filter((each) => !several || each.weight > 0)
    .map((each) => ({
      name: destinationCluster(each, serviceInScope(plane, proxy.scope, each.host), port),
      weight: several ? each.weight : undefined,
    }));
}
