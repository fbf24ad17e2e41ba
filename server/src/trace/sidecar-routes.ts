/** The virtual hosts of a sidecar for one port (`BuildSidecarOutboundVirtualHosts` in `httproute.go`, `BuildSidecarVirtualHostWrapper` in `route/route.go`). */
import { hostsOverlap, isWildcard } from '../mesh/hosts.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { alternativeNames } from './alternative-names.ts';
import { clusterName } from './cluster-names.ts';
import { httpRoutes } from './http-routes.ts';
import { meantServices } from './meant-services.ts';
import { routingConfig } from './mesh-config.ts';
import { ANY_ADDRESS, type MeshService } from './model.ts';
import { type Plane, stable } from './plane.ts';
import { isHttpOrSniffed } from '../mesh/protocol.ts';
import type { SidecarProxy } from './proxy.ts';
import type { EgressListener } from './scope.ts';
import { servicesNamed, servicesOverlapping } from './registry.ts';
import { listenerRoutes, listenerServices, ownerOf } from './scope-services.ts';
import { unknownCluster } from './unknown-traffic.ts';
import { byDomain, type HostAction, type VirtualHost, type VirtualHosts, withoutPort } from './virtual-hosts.ts';
import type { Routes } from './virtual-services.ts';

/** A service with one port only, by lower-case host. */
type PortServices = ReadonlyMap<string, MeshService>;

/** Services and hosts that share routes. */
interface Group {
  readonly action: HostAction;
  readonly hosts: readonly string[];
  readonly services: readonly MeshService[];
}

/**
 * The virtual hosts that a request may meet: of thousands of a port those that have its host, a wildcard over it, or another name or address of the same
 * service among their domains.
 *
 * @param routeConfig the port, or `host:port` of a service that has its address to itself
 * @param requested the host of the request
 */
export function sidecarVirtualHosts(
  plane: Plane,
  proxy: SidecarProxy,
  { port, routeConfig, requested }: { readonly port: number; readonly routeConfig: string; readonly requested: string },
): VirtualHosts {
  const colon = routeConfig.indexOf(':');
  if (colon < 0) return byDomain([...portHosts(plane, proxy, port, withoutPort(requested)), unknownHost(proxy)]);
  const host = routeConfig.slice(0, colon);
  const own = portHosts(plane, proxy, port, host).filter(
    ({ domains }) => domains.includes(routeConfig) || domains.includes(host),
  );
  const [only, ...others] = own;
  return byDomain(only && others.length === 0 ? [{ ...only, domains: ['*'] }] : own);
}

function portHosts(plane: Plane, proxy: SidecarProxy, port: number, requested: string): readonly VirtualHost[] {
  const listener = proxy.scope.listeners.find((each) => !each.port || each.port.number === port);
  if (!listener) return [];
  const part = partAbout(plane, proxy, listener, port, requested.toLowerCase());
  const groups = groupsOf(plane, part);
  const hosts = toVirtualHosts(plane, proxy, groups, port);
  return [...hosts].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The services and VirtualServices of a port that may claim a domain for the requested host. */
interface Part {
  readonly proxy: SidecarProxy;
  readonly listener: EgressListener;
  readonly port: number;
  /** Lower case. */
  readonly requested: string;
  readonly services: PortServices;
  readonly routes: readonly Routes[];
}

function partAbout(plane: Plane, proxy: SidecarProxy, listener: EgressListener, port: number, requested: string): Part {
  const services = portServices(plane, proxy, listener, port, meantServices(plane, proxy.namespace, requested));
  const routes = listenerRoutes(plane, proxy.scope, listener, [requested, ...services.keys()]);
  return { proxy, listener, port, requested, services, routes };
}

function portServices(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  port: number,
  among: readonly MeshService[],
): PortServices {
  return new Map(
    listenerServices(plane, proxy.scope, listener, port, among).map((service) => [
      service.hostname.toLowerCase(),
      {
        ...service,
        hostname: service.hostname.toLowerCase(),
        ports: service.ports.filter((each) => each.number === port),
      },
    ]),
  );
}

/** First what VirtualServices route, then the services that no VirtualService took. */
function groupsOf(plane: Plane, part: Part): readonly Group[] {
  const { proxy, listener, port, services } = part;
  const groups: Group[] = [];
  const taken = new Set<string>();
  for (const routes of part.routes) {
    const serviceOf = (host: string) =>
      portServices(plane, proxy, listener, port, servicesNamed(plane, host)).get(host);
    const own = httpRoutes(routes, { proxy, gateway: MESH_GATEWAY, port, serviceOf });
    if (own.length === 0) continue;
    const { hosts, matching } = splitHosts(plane, part, routes);
    if (!mayUse(proxy, routes, matching)) continue;
    const http = matching.filter(isHttpService);
    // On port 80 hosts that nothing declares have routes too; elsewhere a VirtualService must meet a service of the port (`selectVirtualServices`).
    if (http.length === 0 && port !== 80 && !meetsAnother(plane, part, routes)) continue;
    groups.push({ action: { kind: 'routes', routes: own }, hosts, services: http });
    for (const each of http) taken.add(each.hostname);
  }
  for (const service of services.values()) {
    const [only] = service.ports;
    if (taken.has(service.hostname) || service.resolution === 'alias' || !only || !isHttpOrSniffed(only.protocol))
      continue;
    const cluster = clusterName({ port: only.number, subset: '', host: service.hostname });
    groups.push({ action: { kind: 'cluster', route: 'default', cluster }, hosts: [], services: [service] });
  }
  return groups;
}

/** Gateway API has routes from the namespace of the client, or of the service, only (`buildSidecarVirtualHostsForVirtualService`). */
function mayUse(proxy: SidecarProxy, { semantics, namespace }: Routes, matching: readonly MeshService[]): boolean {
  if (semantics !== 'gateway-api') return true;
  return matching.some((each) => each.namespace === namespace || proxy.namespace === namespace);
}

function isHttpService({ ports: [only] }: MeshService): boolean {
  return only !== undefined && isHttpOrSniffed(only.protocol);
}

/**
 * The services that a VirtualService's hosts mean, and the hosts that mean none (`separateVSHostsAndServices`). A service under a wildcard belongs to the
 * VirtualService with the most specific host over it only.
 */
function splitHosts(
  plane: Plane,
  part: Part,
  routes: Routes,
): { readonly hosts: readonly string[]; readonly matching: readonly MeshService[] } {
  const { services, requested } = part;
  const hosts: string[] = [];
  const matching: MeshService[] = [];
  for (const written of routes.hosts.filter((each) => !isWildcard(each))) {
    const service = services.get(written.toLowerCase());
    if (service) matching.push(service);
    else if (written.toLowerCase() === requested) hosts.push(written);
  }
  for (const written of routes.hosts.filter(isWildcard)) {
    const host = written.toLowerCase();
    if (routes.semantics === 'gateway-api') {
      hosts.push(host);
      continue;
    }
    let found = false;
    for (const service of services.values()) {
      if (!hostsOverlap(service.hostname, host)) continue;
      found = true;
      if (owns(plane, part, routes, service)) matching.push(service);
    }
    if (!found && hostsOverlap(host, requested) && !meetsService(plane, part, host)) hosts.push(host);
  }
  return { hosts, matching };
}

function owns(plane: Plane, { proxy, listener }: Part, { name, namespace }: Routes, service: MeshService): boolean {
  const owner = ownerOf(plane, proxy.scope, listener, service.hostname);
  return owner?.name === name && owner.namespace === namespace;
}

/** Whether a service that has nothing to do with the request makes the VirtualService take part: one of its other hosts, or under its wildcard. */
function meetsAnother(plane: Plane, part: Part, routes: Routes): boolean {
  return routes.hosts.some((written) => {
    const host = written.toLowerCase();
    return isWildcard(host)
      ? ownsUnder(plane, part, routes, host)
      : [...servicesUnder(plane, part, host)].some(isHttpService);
  });
}

function ownsUnder(plane: Plane, part: Part, routes: Routes, wildcard: string): boolean {
  const { proxy, listener, port } = part;
  const { namespace, name } = routes;
  const title = `whether ${namespace}/${name} has a service under ${wildcard} on port ${port} of ${listener.index} of ${proxy.scope.id}`;
  const about = { proxy, listener, port };
  return stable(plane, title, (inner) => {
    for (const each of servicesUnder(inner, about, wildcard)) {
      const owner = isHttpService(each) ? ownerOf(inner, about.proxy.scope, about.listener, each.hostname) : undefined;
      if (owner?.name === name && owner.namespace === namespace) return true;
    }
    return false;
  });
}

/** Whether the port has a service under a wildcard, or one that is a wildcard over it. */
function meetsService(plane: Plane, { proxy, listener, port }: Part, wildcard: string): boolean {
  const title = `whether there is a service under ${wildcard} on port ${port} of ${listener.index} of ${proxy.scope.id}`;
  const about = { proxy, listener, port };
  return stable(plane, title, (inner) => !servicesUnder(inner, about, wildcard).next().done);
}

function* servicesUnder(
  plane: Plane,
  { proxy, listener, port }: Pick<Part, 'proxy' | 'listener' | 'port'>,
  host: string,
): Generator<MeshService, undefined> {
  for (const each of isWildcard(host) ? servicesOverlapping(plane, host) : servicesNamed(plane, host)) {
    yield* portServices(plane, proxy, listener, port, [each]).values();
  }
}

/** Names and domains are taken by whoever comes first. */
function toVirtualHosts(
  plane: Plane,
  proxy: SidecarProxy,
  groups: readonly Group[],
  port: number,
): readonly VirtualHost[] {
  const names = new Set<string>();
  const domains = new Set<string>();
  const known = new Set(
    groups.flatMap(({ services }) => services.flatMap(({ hostname }) => [hostname, domainName(hostname, port)])),
  );
  const result: VirtualHost[] = [];
  const add = (hostname: string, action: HostAction, own: ServiceDomains) => {
    const name = domainName(hostname, port);
    if (names.has(name)) return;
    names.add(name);
    const free = own.domains.filter((each) => {
      const lower = each.toLowerCase();
      if (domains.has(lower) || (own.alternatives.has(each) && known.has(each))) return false;
      domains.add(lower);
      return true;
    });
    if (free.length > 0) result.push({ name, domains: free, action, requireTls: false });
  };
  for (const { action, hosts, services } of groups) {
    for (const each of hosts) {
      const host = each.toLowerCase();
      add(host, action, { domains: [compliant(host)], alternatives: new Set() });
    }
    for (const each of services) add(each.hostname, action, serviceDomains(plane, proxy, each));
  }
  return result;
}

interface ServiceDomains {
  readonly domains: readonly string[];
  /** Those that are other names of the service, which give way to a service of that very name. */
  readonly alternatives: ReadonlySet<string>;
}

/** All names of a service: host, aliases, shorter forms, and its address (`generateVirtualHostDomains`). */
function serviceDomains(plane: Plane, proxy: SidecarProxy, service: MeshService): ServiceDomains {
  const { clusterDomain } = routingConfig(plane);
  const alternatives = new Set<string>();
  const domains: string[] = [];
  for (const hostname of [service.hostname, ...service.aliases.map((each) => each.hostname)]) {
    const others = alternativeNames(hostname, proxy.namespace, clusterDomain);
    domains.push(compliant(hostname), ...others);
    for (const each of others) alternatives.add(each);
  }
  if (service.resolution === 'passthrough' && service.kubernetes) domains.push(...domains.map((each) => `*.${each}`));
  if (service.address !== ANY_ADDRESS && service.address !== '') domains.push(compliant(service.address));
  return { domains, alternatives };
}

/** What the outbound policy makes of a request for a host that nothing declares. */
function unknownHost({ scope }: SidecarProxy): VirtualHost {
  const open = scope.policy.mode === 'ALLOW_ANY';
  const name = open ? 'allow_any' : 'block_all';
  return {
    name,
    domains: ['*'],
    action: open
      ? { kind: 'cluster', route: name, cluster: unknownCluster(scope) }
      : { kind: 'response', route: name, status: 502 },
    requireTls: false,
  };
}

function domainName(host: string, port: number): string {
  return `${compliant(host)}:${port}`;
}

/** IPv6 addresses are written in brackets. */
function compliant(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}
