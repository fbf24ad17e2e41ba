/** The services and VirtualServices in a proxy's scope. */
import { importsAlias, importsRoutes, importsService } from './imports.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { aliasesOf } from './aliases.ts';
import { askedPorts } from './asked-ports.ts';
import { HostPool } from './host-pool.ts';
import { type MeshService, portOf } from './model.ts';
import { once, type Plane } from './plane.ts';
import { byNamespace, exportedTo, inRegistryOrder, isVisible, servicesOfHost } from './registry.ts';
import type { EgressListener, Scope, SidecarScope } from './scope.ts';
import { mergeService, sameSource } from './service-merge.ts';
import { type Routes, routesAbout } from './virtual-services.ts';

/** Of these services, those with this port that an egress listener imports, in the registry's order. */
export function listenerServices(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  port: number,
  among: Iterable<MeshService>,
): readonly MeshService[] {
  const withPort = inRegistryOrder(withoutRepeats(among).filter((each) => portOf(each, port)));
  return imported(plane, scope, listener, withPort)
    .filter((each) => chosenNamespace(plane, scope, listener, each.hostname) === each.namespace)
    .map((each) => withAliases(plane, listener, each));
}

/** Each service once, however it was come by. */
function withoutRepeats(services: Iterable<MeshService>): readonly MeshService[] {
  const different = [...new Set(services)];
  if (different.length < 2) return different;
  const seen = new Map<unknown, Set<string>>();
  return different.filter(({ source, hostname, address }) => {
    const names = seen.get(source) ?? new Set();
    seen.set(source, names);
    const name = `${hostname} ${address}`;
    if (names.has(name)) return false;
    names.add(name);
    return true;
  });
}

function withAliases(plane: Plane, { imports }: EgressListener, service: MeshService): MeshService {
  const aliases = aliasesOf(plane, service.hostname).filter((each) => importsAlias(imports, each.hostname, service));
  return aliases.length === 0 ? service : { ...service, aliases };
}

/** The one service that a proxy has under a host name (`servicesByHostname`), trimmed and merged as its scope says. */
export function serviceInScope(plane: Plane, scope: Scope, hostname: string): MeshService | undefined {
  return once(plane, serviceInScope, `${hostname} ${scope.id}`, () => {
    const all = servicesOfHost(plane, hostname);
    if (scope.kind === 'gateway')
      return exportedTo(plane, all, scope.namespace).reduce<MeshService | undefined>(mergeService, undefined);
    // Without a Sidecar a host that is declared once is what it is; no VirtualService can add to it.
    const [only, another] = all;
    if (!scope.sidecar && only && !another && isVisible(plane, only, scope.namespace)) return only;
    let result: MeshService | undefined;
    for (const listener of scope.listeners) {
      const chosen = chosenNamespace(plane, scope, listener, hostname);
      for (const each of imported(plane, scope, listener, all)) {
        if (each.namespace === chosen) result = mergeService(result, each);
      }
      const destination = destinationService(plane, scope, all);
      if (!destination || hasAll(result, destination)) continue;
      const trimmed = trimmedTo(destination, listener, askedPorts(plane, scope, listener, destination));
      if (trimmed) result = mergeService(result, trimmed);
    }
    return result;
  });
}

/** Whether the service that destinations mean could add nothing. */
function hasAll(known: MeshService | undefined, { kubernetes, ports }: MeshService): boolean {
  if (!known || (kubernetes && !known.kubernetes)) return false;
  return ports.every((each) => portOf(known, each.number));
}

/** The VirtualServices for sidecars with a host that overlaps one of these and that an egress listener imports, in Istio's order of preference. */
export function listenerRoutes(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  hostnames: Iterable<string>,
): readonly Routes[] {
  const routes = routesAbout(plane, MESH_GATEWAY, scope.namespace, hostnames);
  return [...new Set(routes.filter((each) => importsRoutes(listener.imports, each)))];
}

/** The VirtualService that a service under several hosts belongs to: the first of the most specific host over it. */
export function ownerOf(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  hostname: string,
): Routes | undefined {
  return once(plane, ownerOf, `${hostname} ${listener.index} ${scope.id}`, () => {
    const pool = new HostPool<Routes>();
    for (const routes of listenerRoutes(plane, scope, listener, [hostname])) {
      for (const host of routes.hosts) if (pool.get(host) === undefined) pool.set(host, routes);
    }
    return pool.mostSpecific(hostname);
  });
}

function imported(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  services: readonly MeshService[],
): readonly MeshService[] {
  const { imports } = listener;
  // With exact hosts only, istiod looks services up by host and namespace instead of going through all that are exported.
  const candidates = imports.exactOnly
    ? services.filter(
        (each) =>
          isVisible(plane, each, scope.namespace) &&
          sameSource(byNamespace(servicesOfHost(plane, each.hostname)).get(each.namespace), each),
      )
    : exportedTo(plane, services, scope.namespace);
  return candidates.flatMap((each) => {
    if (!importsService(imports, each.hostname, each.namespace)) return [];
    return (listener.matchPort ? onlyPort(each, listener.port?.number ?? 0) : each) ?? [];
  });
}

/** Where a host is imported from several namespaces: the proxy's own, else a Kubernetes Service's, else the first one's. */
function chosenNamespace(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  hostname: string,
): string | undefined {
  const all = servicesOfHost(plane, hostname);
  if (all.length === 1) return all[0]?.namespace;
  let chosen: MeshService | undefined;
  for (const each of imported(plane, scope, listener, all)) {
    const own = each.namespace === scope.namespace;
    if (!chosen || own || (!chosen.kubernetes && each.kubernetes && chosen.namespace !== scope.namespace))
      chosen = each;
  }
  return chosen?.namespace;
}

/** The service that a destination of an imported VirtualService means (`collectImportedServices`): in the own namespace also one that is not visible. */
function destinationService(
  plane: Plane,
  scope: SidecarScope,
  services: readonly MeshService[],
): MeshService | undefined {
  const namespaces = byNamespace(services);
  const own = namespaces.get(scope.namespace);
  if (own) return own;
  const visible = [...namespaces.values()].filter((each) => isVisible(plane, each, scope.namespace));
  return visible.find((each) => each.kubernetes) ?? visible[0];
}

/** With the ports that destinations ask for: all, some, or none. */
function trimmedTo(
  service: MeshService,
  listener: EgressListener,
  asked: readonly number[] | 'all',
): MeshService | undefined {
  if (asked !== 'all' && asked.length === 0) return undefined;
  if (listener.matchPort) return onlyPort(service, listener.port?.number ?? 0);
  if (asked === 'all') return service;
  const kept = service.ports.filter((each) => asked.includes(each.number));
  if (kept.length === service.ports.length) return service;
  return kept.length > 0 ? { ...service, ports: kept } : undefined;
}

function onlyPort(service: MeshService, number: number): MeshService | undefined {
  const port = portOf(service, number);
  if (!port) return undefined;
  return service.ports.length === 1 ? service : { ...service, ports: [port] };
}
