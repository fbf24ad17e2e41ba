/** The listener `0.0.0.0:port` of a sidecar, made with the chains that one connection may meet. */
import { contains, prefixOf } from '../mesh/addresses.ts';
import { hostsOverlap, isWildcard } from '../mesh/hosts.ts';
import { isTls } from '../mesh/protocol.ts';
import { cause } from './causes.ts';
import { chainIndex, conditionsKey, type FilterChain, type Listener, matchesAll } from './filter-chain.ts';
import { actsOnTls, l4Chains } from './l4-chains.ts';
import { meantServices } from './meant-services.ts';
import { ANY_ADDRESS, type MeshService, portOf, type ServicePort } from './model.ts';
import { type Plane, stable } from './plane.ts';
import type { SidecarProxy } from './proxy.ts';
import { servicesNamed, servicesOfObject, servicesOverlapping } from './registry.ts';
import type { EgressListener } from './scope.ts';
import { listenerRoutes, listenerServices } from './scope-services.ts';
import { isFirstOfPort, type SharedPort, sharedManner, sharedPort } from './shared-port.ts';
import { unknownTraffic } from './unknown-traffic.ts';
import { type Routes, routesOf } from './virtual-services.ts';

interface Asked {
  readonly address: string;
  readonly port: number;
  /** The server name or HTTP host. */
  readonly name: string;
}

/** Undefined where no service shares the port. The first listener that imports one makes it; those after it find it locked. */
export function sharedListener(plane: Plane, proxy: SidecarProxy, asked: Asked): Listener | undefined {
  for (const listener of proxy.scope.listeners) {
    if (listener.port) continue;
    const shared = sharedPort(plane, proxy.scope, listener, asked.port);
    if (!shared) continue;
    const chains = chainsFor(plane, proxy, listener, shared, asked);
    return {
      name: `${ANY_ADDRESS}_${asked.port}`,
      chains: chainIndex(chains.filter((each) => !matchesAll(each))),
      fallback: chains.findLast(matchesAll) ?? unknownTraffic(proxy.scope),
      inspectsTls: shared.tls,
      inspectsHttp: shared.http,
    };
  }
  return undefined;
}

/** In Istio's order; of chains with the same conditions the first. */
function chainsFor(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  shared: SharedPort,
  asked: Asked,
): readonly FilterChain[] {
  const { scope } = proxy;
  const routes = routesFor(plane, proxy, listener, asked.name);
  const services = listenerServices(plane, scope, listener, asked.port, [
    ...meantServices(plane, proxy.namespace, asked.name),
    ...routes.flatMap((each) => each.hosts.flatMap((host) => servicesFor(plane, proxy, listener, routes, host, asked))),
    ...blocksAround(plane, asked),
    ...(shared.first ? servicesNamed(plane, shared.first.hostname) : []),
  ]).flatMap((service) => {
    const port = portOf(service, asked.port);
    const manner = sharedManner(service, asked.port);
    const [kind = ''] = manner?.split(' ') ?? [];
    const speaksFirst = kind === 'Mongo' || kind === 'MySQL';
    const fits = shared.leader === 'others' ? !speaksFirst : kind === shared.leader;
    return port && manner && fits ? [{ service, port, manner }] : [];
  });
  const chains: FilterChain[] = shared.http ? [plainHttp(services, asked)] : [];
  const taken = new Set(chains.map(conditionsKey));
  for (const [index, { service, port, manner }] of services.entries()) {
    if (manner === 'http') continue;
    const own = serviceChains(plane, proxy, listener, routes, service, port);
    const keys = own.map(conditionsKey);
    // Only chains that join others are compared: of the first service all stay.
    const repeats = index === 0 && new Set(keys).size < keys.length;
    const keepsAll = repeats && isFirstOfPort(plane, scope, listener, asked.port, service);
    for (const [i, chain] of own.entries()) {
      const key = keys[i] ?? '';
      if (taken.has(key) && !keepsAll) continue;
      taken.add(key);
      chains.push(chain);
    }
  }
  return chains;
}

/** The one chain for plaintext HTTP that all share. Of those who declare the port the one that is asked for is named. */
function plainHttp(
  services: readonly { readonly service: MeshService; readonly manner: string }[],
  { port, name }: Asked,
): FilterChain {
  const own = services.find(
    ({ service, manner }) =>
      (manner === 'http' || manner.startsWith('sniffed')) && hostsOverlap(service.hostname, name.toLowerCase()),
  );
  return {
    sniHosts: [],
    cidrs: [],
    plainHttpOnly: true,
    terminates: undefined,
    action: { kind: 'http', routeConfig: `${port}` },
    config: undefined,
    because: () => cause(own?.service.source, undefined, 'declares the port'),
  };
}

function serviceChains(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  routes: readonly Routes[],
  service: MeshService,
  port: ServicePort,
): readonly FilterChain[] {
  const cidrs = service.address.includes('/') ? [service.address] : [];
  const own =
    isWildcard(service.hostname) && isTls(port.protocol)
      ? underWildcard(plane, proxy, listener, routes, service.hostname, port)
      : listenerRoutes(plane, proxy.scope, listener, [service.hostname]).filter((each) =>
          each.hosts.some((host) => hostsOverlap(host, service.hostname)),
        );
  return l4Chains(proxy, { service, port, bind: ANY_ADDRESS, cidrs }, own);
}

/** VirtualServices whose `tls` or `tcp` rules may have a chain for the name: those with a host over it, and those with subnets, whose conditions reach further. */
function routesFor(plane: Plane, proxy: SidecarProxy, listener: EgressListener, name: string): readonly Routes[] {
  const subnets = plane.reader.withSubnets().flatMap((each) => routesOf(plane, each)?.hosts ?? []);
  return listenerRoutes(plane, proxy.scope, listener, [name, ...subnets]).filter(
    ({ hosts, tls, tcp }) =>
      tls.length + tcp.length > 0 &&
      (hosts.some((each) => hostsOverlap(each, name)) ||
        [...tls, ...tcp].some(({ matches }) => matches.some((each) => each.destinationSubnets.length > 0))),
  );
}

/** The services that a host of a VirtualService means on this port: under a wildcard of those that the same VirtualServices route only the first. */
function servicesFor(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  routes: readonly Routes[],
  host: string,
  { port }: Asked,
): readonly MeshService[] {
  if (!isWildcard(host)) return servicesOverlapping(plane, host);
  const names = routes
    .map(({ namespace, name: own, source }) => `${namespace}/${own} ${source.resource.fingerprint}`)
    .join();
  const name = `first services under ${host} on ${port} for ${names} of ${listener.index} of ${proxy.scope.id}`;
  return stable(plane, name, (inner) => {
    const first = new Map<string, MeshService>();
    for (const each of listenerServices(inner, proxy.scope, listener, port, servicesOverlapping(inner, host))) {
      const manner = sharedManner(each, port);
      if (!manner || manner === 'http') continue;
      const over = routes.map((other) => other.hosts.some((own) => hostsOverlap(own, each.hostname)));
      const group = `${manner} ${over.join()}`;
      if (!first.has(group)) first.set(group, each);
    }
    return [...first.values()];
  });
}

/** For a service that is a wildcard itself: the VirtualServices that matter to the name, and one that acts at all, since then the service has no chain of its own. */
function underWildcard(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  routes: readonly Routes[],
  hostname: string,
  port: ServicePort,
): readonly Routes[] {
  const over = routes.filter((each) => each.hosts.some((host) => hostsOverlap(host, hostname)));
  if (over.some((each) => actsOnTls(each, proxy, port.number))) return over;
  const acting = stable(
    plane,
    `host with a tls rule under ${hostname} on ${port.number} for ${listener.index} of ${proxy.id}`,
    (inner) => {
      const found = listenerRoutes(inner, proxy.scope, listener, [hostname]).find(
        (each) => each.hosts.some((host) => hostsOverlap(host, hostname)) && actsOnTls(each, proxy, port.number),
      );
      return found?.hosts.find((host) => hostsOverlap(host, hostname));
    },
  );
  if (acting === undefined) return over;
  const names = new Set(over);
  for (const each of listenerRoutes(plane, proxy.scope, listener, [acting]))
    if (each.hosts.includes(acting)) names.add(each);
  return [...names];
}

/** Services with a range of addresses that holds this one, or holds all. */
function blocksAround(plane: Plane, { address, port }: Asked): readonly MeshService[] {
  return stable(plane, `services with ranges around ${address} on port ${port}`, (inner) => {
    const dialled = prefixOf(address);
    return inner.reader.blocks(port).flatMap((each) =>
      servicesOfObject(inner, each).filter((service) => {
        const [first] = service.address.split('/');
        const block = service.address.includes('/') ? prefixOf(service.address) : undefined;
        return first === ANY_ADDRESS || (block && dialled && contains(block, dialled));
      }),
    );
  });
}
