/** The listeners of a sidecar for one port (`buildSidecarOutboundListeners` in `listener.go`). */
import { isIpAddress } from '../mesh/hosts.ts';
import { cause } from './causes.ts';
import { BLACK_HOLE_CLUSTER } from './cluster-names.ts';
import { workloadAddresses } from './endpoints.ts';
import { chainIndex, conditionsKey, type FilterChain, type Listener, listenerOf } from './filter-chain.ts';
import { l4Chains } from './l4-chains.ts';
import { ANY_ADDRESS, type MeshService, portOf, type ServicePort } from './model.ts';
import { memo, type Plane } from './plane.ts';
import { isHttp, isTcp, type Protocol } from '../mesh/protocol.ts';
import type { SidecarProxy } from './proxy.ts';
import { servicesWithPort } from './registry.ts';
import type { EgressListener, SidecarScope } from './scope.ts';
import { listenerRoutes, listenerServices } from './scope-services.ts';
import { servicesOn } from './services-on-address.ts';
import { sharedListener } from './shared-listener.ts';
import { RESERVED_PORTS } from './shared-port.ts';
import { unknownTraffic } from './unknown-traffic.ts';

export const VIRTUAL_OUTBOUND = 'virtualOutbound';

interface Entry {
  locked: boolean;
  readonly chains: FilterChain[];
  /** The conditions of the chains. */
  readonly taken: Set<string>;
  protocol: Protocol;
}

/**
 * What takes a connection to this address and port: the listener of the address, else that of the port, else the one for all that is unknown. A listener
 * has thousands of chains; it is made with those that a connection for this name may meet.
 *
 * @param name the server name or HTTP host that the client asks for
 */
export function sidecarListener(
  plane: Plane,
  proxy: SidecarProxy,
  { address, port, name }: { readonly address: string; readonly port: number; readonly name: string },
): Listener {
  const found = hasListenersOfItsOwn(proxy.scope, port)
    ? (declaredListeners(plane, proxy, port).get(address) ?? declaredListeners(plane, proxy, port).get(ANY_ADDRESS))
    : (addressListener(plane, proxy, address, port) ?? sharedListener(plane, proxy, { address, port, name }));
  return found ?? virtualOutbound(proxy.scope, port);
}

/** Whether a Sidecar says more of the port than what is imported. */
function hasListenersOfItsOwn({ listeners }: SidecarScope, port: number): boolean {
  return listeners.some((each) => (each.port ? each.port.number === port : bindOf(each) !== ''));
}

/** By address, where a Sidecar declares the port or binds to an address: then every service that it imports counts. */
function declaredListeners(plane: Plane, proxy: SidecarProxy, port: number): ReadonlyMap<string, Listener> {
  return memo(plane, `listeners of port ${port} for ${proxy.id}`, (inner) => {
    const entries = new Map<string, Entry>();
    const all = servicesWithPort(inner, port);
    for (const listener of proxy.scope.listeners) {
      if (listener.port) {
        if (listener.port.number === port) addDeclared(inner, proxy, listener, listener.port, all, entries);
        continue;
      }
      addImported(inner, proxy, listener, port, all, entries);
    }
    return listenersOf(entries, port, unknownTraffic(proxy.scope));
  });
}

/** The listener of one address: few services share it. */
function addressListener(plane: Plane, proxy: SidecarProxy, address: string, port: number): Listener | undefined {
  const services = servicesOn(plane, address, port);
  if (services.length === 0) return undefined;
  const entries = new Map<string, Entry>();
  for (const listener of proxy.scope.listeners) {
    if (!listener.port) addImported(plane, proxy, listener, port, services, entries);
  }
  return address === ANY_ADDRESS ? undefined : listenersOf(entries, port, unknownTraffic(proxy.scope)).get(address);
}

function listenersOf(
  entries: ReadonlyMap<string, Entry>,
  port: number,
  passthrough: FilterChain,
): ReadonlyMap<string, Listener> {
  return new Map([...entries].map(([bind, { chains }]) => [bind, listenerOf(`${bind}_${port}`, chains, passthrough)]));
}

function addImported(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  port: number,
  among: readonly MeshService[],
  entries: Map<string, Entry>,
): void {
  for (const each of entries.values()) each.locked = true;
  for (const service of listenerServices(plane, proxy.scope, listener, port, among)) {
    const servicePort = portOf(service, port);
    if (servicePort) addService(plane, proxy, listener, service, servicePort, entries);
  }
}

/** A listener that a Sidecar declares with its port and protocol. */
function addDeclared(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  port: ServicePort,
  among: readonly MeshService[],
  entries: Map<string, Entry>,
): void {
  const bind = bindOf(listener);
  if (isReserved(bind, port)) return;
  for (const service of listenerServices(plane, proxy.scope, listener, port.number, among))
    addToEntry(plane, proxy, listener, { service, port, bind, cidrs: [] }, entries);
}

function addService(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  service: MeshService,
  port: ServicePort,
  entries: Map<string, Entry>,
): void {
  const bind = bindOf(listener);
  if (isReserved(bind, port)) return;
  const headless =
    bind === '' &&
    service.resolution === 'passthrough' &&
    service.address === ANY_ADDRESS &&
    (isTcp(port.protocol) || port.protocol === 'sniffed');
  if (headless && (service.kubernetes || service.selector)) {
    // A listener for each address of a workload. A Kubernetes pod's address is not in YAML, so nobody can dial it here.
    const addresses = service.kubernetes ? [] : workloadAddresses(plane, service);
    for (const each of addresses.filter(isIpAddress))
      addToEntry(plane, proxy, listener, { service, port, bind: each, cidrs: [] }, entries);
    return;
  }
  addToEntry(plane, proxy, listener, { service, port, bind, cidrs: [] }, entries);
}

function bindOf(listener: EgressListener): string {
  return listener.bind || (listener.direct ? '127.0.0.1' : '');
}

function isReserved(bind: string, port: ServicePort): boolean {
  return RESERVED_PORTS.includes(port.number) && (bind === ANY_ADDRESS || (bind === '' && isHttp(port.protocol)));
}

interface Target {
  readonly service: MeshService;
  readonly port: ServicePort;
  readonly bind: string;
  readonly cidrs: readonly string[];
}

/** Adds a service's port to the listener of its address, or leaves it out where the two do not go together (`buildSidecarOutboundListener`). */
function addToEntry(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  written: Target,
  entries: Map<string, Entry>,
): void {
  const { service, port } = written;
  const { protocol } = port;
  if (service.resolution === 'alias' || protocol === 'UDP') return;
  const target = withAddress(written);
  const current = entries.get(target.bind);
  if (current?.locked) return;

  const tcp = () => {
    const routes = listenerRoutes(plane, proxy.scope, listener, [service.hostname]);
    return keyed(l4Chains(proxy, target, routes));
  };
  if (isHttp(protocol)) {
    if (current && !isTcp(current.protocol)) return;
    const wildcard = target.bind === ANY_ADDRESS;
    const chain = keyed([httpChain(target, wildcard ? 'plain-http' : 'everything')]);
    if (!current) {
      const after: Protocol = wildcard ? 'sniffed' : protocol;
      entries.set(target.bind, newEntry(chain, after));
    } else if (compatible(protocol, current.protocol)) join(current, chain, 'sniffed');
    return;
  }
  if (isTcp(protocol)) {
    const chains = tcp();
    if (!current) entries.set(target.bind, newEntry(chains, protocol));
    else if (compatible(protocol, current.protocol))
      join(current, chains, isHttp(current.protocol) ? 'sniffed' : current.protocol);
    return;
  }
  if (current && !compatible(protocol, current.protocol)) return;
  if (current && !isHttp(current.protocol) && !isTcp(current.protocol)) {
    join(current, tcp(), current.protocol);
    return;
  }
  const chains = [...tcp(), ...keyed([httpChain(target, 'plain-http')])];
  if (current && isTcp(current.protocol)) join(current, chains, 'sniffed');
  else entries.set(target.bind, newEntry(chains, protocol));
}

/** HTTP services share the port whatever their address; the others listen on their address, or on a CIDR's addresses by a condition. */
function withAddress(target: Target): Target {
  if (target.bind !== '') return target;
  if (isHttp(target.port.protocol)) return { ...target, bind: ANY_ADDRESS };
  const { address } = target.service;
  return address.includes('/') && !address.startsWith('cluster IP')
    ? { ...target, bind: ANY_ADDRESS, cidrs: [address] }
    : { ...target, bind: address };
}

function httpChain({ service, port, bind }: Target, takes: 'plain-http' | 'everything'): FilterChain {
  const sniffed = !isHttp(port.protocol) && bind !== ANY_ADDRESS;
  return {
    sniHosts: [],
    cidrs: [],
    plainHttpOnly: takes === 'plain-http',
    terminates: undefined,
    action: { kind: 'http', routeConfig: sniffed ? `${service.hostname}:${port.number}` : `${port.number}` },
    config: undefined,
    because: () => cause(service.source, undefined, 'declares the port'),
  };
}

/** MySQL and Mongo servers speak first: they share a port with nothing else. */
function compatible(incoming: Protocol, existing: Protocol): boolean {
  const serverFirst = (each: Protocol) => each === 'Mongo' || each === 'MySQL';
  return incoming === existing || !(serverFirst(incoming) || serverFirst(existing));
}

interface KeyedChain {
  readonly key: string;
  readonly chain: FilterChain;
}

function keyed(chains: readonly FilterChain[]): readonly KeyedChain[] {
  return chains.map((chain) => ({ key: conditionsKey(chain), chain }));
}

function newEntry(chains: readonly KeyedChain[], protocol: Protocol): Entry {
  return {
    locked: false,
    chains: chains.map(({ chain }) => chain),
    taken: new Set(chains.map(({ key }) => key)),
    protocol,
  };
}

/** Chains whose conditions are taken already are dropped: the first service keeps the port. */
function join(entry: Entry, incoming: readonly KeyedChain[], protocol: Protocol): void {
  for (const { key, chain } of incoming) {
    if (entry.taken.has(key)) continue;
    entry.taken.add(key);
    entry.chains.push(chain);
  }
  entry.protocol = protocol;
}

function virtualOutbound(scope: SidecarScope, port: number): Listener {
  const chain = unknownTraffic(scope);
  const blackHole: FilterChain = {
    ...chain,
    action: { kind: 'tcp', clusters: () => [{ name: BLACK_HOLE_CLUSTER, weight: undefined }] },
  };
  return {
    name: VIRTUAL_OUTBOUND,
    chains: chainIndex([port === RESERVED_PORTS[0] ? blackHole : chain]),
    fallback: undefined,
    inspectsTls: false,
    inspectsHttp: false,
  };
}
