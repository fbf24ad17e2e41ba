/** The virtual hosts of a sidecar for one port (`BuildSidecarOutboundVirtualHosts` in `httproute.go`, `BuildSidecarVirtualHostWrapper` in `route/route.go`). */
import { hostsOverlap, isWildcard } from '../mesh/hosts.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { alternativeNames } from './alternative-names.ts';
import { clusterName } from './cluster-names.ts';
import { commonView } from './common-view.ts';
import { httpRoutes } from './http-routes.ts';
import { routingConfig } from './mesh-config.ts';
import { ANY_ADDRESS, type MeshService } from './model.ts';
import { memo, type Plane } from './plane.ts';
import { isHttpOrSniffed } from './protocol.ts';
import type { SidecarProxy } from './proxy.ts';
import type { EgressListener } from './scope.ts';
import { listenerRoutes, listenerServices, routesByHost } from './scope-services.ts';
import { unknownCluster } from './sidecar-listener.ts';
import { byDomain, type HostAction, type VirtualHost, type VirtualHosts } from './virtual-hosts.ts';
import type { Routes } from './virtual-services.ts';

/** A service with one port only, by lower-case host. */
type PortServices = ReadonlyMap<string, MeshService>;

/** Services and hosts that share routes. */
interface Group {
  readonly action: HostAction;
  readonly hosts: readonly string[];
  readonly services: readonly MeshService[];
}

/** @param routeConfig the port, or `host:port` of a service that has its address to itself */
export function sidecarVirtualHosts(
  plane: Plane,
  proxy: SidecarProxy,
  port: number,
  routeConfig: string,
): VirtualHosts {
  const view = commonView(plane, proxy, port);
  const hosts = memo(plane, `virtual hosts of port ${port} for ${view.id}`, (inner) => {
    const own = portHosts(inner, view, port);
    return { own, domains: byDomain([...own, unknownHost(view)]) };
  });
  const colon = routeConfig.indexOf(':');
  if (colon < 0) return hosts.domains;
  const host = routeConfig.slice(0, colon);
  const own = hosts.own.filter(({ domains }) => domains.includes(routeConfig) || domains.includes(host));
  const [only, ...others] = own;
  return byDomain(only && others.length === 0 ? [{ ...only, domains: ['*'] }] : own);
}

function portHosts(plane: Plane, proxy: SidecarProxy, port: number): readonly VirtualHost[] {
  const listener = proxy.scope.listeners.find((each) => !each.port || each.port.number === port);
  if (!listener) return [];
  const services = portServices(plane, proxy, listener, port);
  const groups = groupsOf(plane, proxy, listener, services, port);
  const hosts = toVirtualHosts(plane, proxy, groups, port);
  return [...hosts].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function portServices(plane: Plane, proxy: SidecarProxy, listener: EgressListener, port: number): PortServices {
  return new Map(
    listenerServices(plane, proxy.scope, listener, port).map((service) => [
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
function groupsOf(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  services: PortServices,
  port: number,
): readonly Group[] {
  const groups: Group[] = [];
  const taken = new Set<string>();
  const wildcards = [...services.keys()].filter(isWildcard);
  for (const routes of listenerRoutes(plane, proxy.scope, listener)) {
    // On port 80 hosts that nothing declares have routes too; elsewhere a VirtualService must meet a service of the port.
    if (port !== 80 && !meetsService(routes, services, wildcards)) continue;
    const own = httpRoutes(routes, { proxy, gateway: MESH_GATEWAY, port, serviceOf: (host) => services.get(host) });
    if (own.length === 0) continue;
    const { hosts, matching } = splitHosts(plane, proxy, listener, routes, services);
    const http = matching.filter(({ ports: [only] }) => only && isHttpOrSniffed(only.protocol));
    if (http.length === 0 && port !== 80) continue;
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

/** `selectVirtualServices` in `httproute.go`. */
function meetsService({ hosts }: Routes, services: PortServices, wildcards: readonly string[]): boolean {
  return hosts.some((written) => {
    const host = written.toLowerCase();
    if (services.has(host)) return true;
    const candidates = isWildcard(host) ? [...services.keys()] : wildcards;
    return candidates.some((each) => hostsOverlap(host, each));
  });
}

/**
 * The services that a VirtualService's hosts mean, and the hosts that mean none (`separateVSHostsAndServices`). A service under a wildcard belongs to the
 * VirtualService with the most specific host over it only.
 */
function splitHosts(
  plane: Plane,
  proxy: SidecarProxy,
  listener: EgressListener,
  routes: Routes,
  services: PortServices,
): { readonly hosts: readonly string[]; readonly matching: readonly MeshService[] } {
  const hosts: string[] = [];
  const matching: MeshService[] = [];
  const owners = routesByHost(plane, proxy.scope, listener);
  for (const written of routes.hosts.filter((each) => !isWildcard(each))) {
    const service = services.get(written.toLowerCase());
    if (service) matching.push(service);
    else hosts.push(written);
  }
  for (const written of routes.hosts.filter(isWildcard)) {
    const host = written.toLowerCase();
    let found = false;
    for (const service of services.values()) {
      if (!hostsOverlap(service.hostname, host)) continue;
      found = true;
      const owner = owners.mostSpecific(service.hostname);
      if (owner && owner.name === routes.name && owner.namespace === routes.namespace) matching.push(service);
    }
    if (!found) hosts.push(host);
  }
  return { hosts, matching };
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
