/** The services and VirtualServices in a proxy's scope. */
import { importsAlias, importsRoutes, importsService } from './imports.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { HostPool } from './host-pool.ts';
import { type MeshService, portOf } from './model.ts';
import { memo, type Plane } from './plane.ts';
import { byNamespace, exportedTo, isVisible, servicesOfHost, servicesWithPort } from './registry.ts';
import type { HttpRouteSpec } from './route-spec.ts';
import type { EgressListener, Scope, SidecarScope } from './scope.ts';
import { mergeService, sameSource } from './service-merge.ts';
import { type Routes, routesFor } from './virtual-services.ts';

/** The services with this port that an egress listener imports, in the registry's order. */
export function listenerServices(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  port: number,
): readonly MeshService[] {
  return memo(plane, `services with port ${port} for ${listener.index} of ${scope.id}`, (inner) =>
    imported(inner, scope, listener, servicesWithPort(inner, port)).filter(
      (each) => chosenNamespace(inner, scope, listener, each.hostname) === each.namespace,
    ),
  );
}

/** The one service that a proxy has under a host name (`servicesByHostname`), trimmed and merged as its scope says. */
export function serviceInScope(plane: Plane, scope: Scope, hostname: string): MeshService | undefined {
  return memo(plane, `service ${hostname} for ${scope.id}`, (inner) => {
    const all = servicesOfHost(inner, hostname);
    if (scope.kind === 'gateway')
      return exportedTo(inner, all, scope.namespace).reduce<MeshService | undefined>(mergeService, undefined);
    // Without a Sidecar a host that is declared once is what it is; no VirtualService can add to it.
    const [only, another] = all;
    if (!scope.sidecar && only && !another && isVisible(inner, only, scope.namespace)) return only;
    let result: MeshService | undefined;
    for (const listener of scope.listeners) {
      const chosen = chosenNamespace(inner, scope, listener, hostname);
      for (const each of imported(inner, scope, listener, all)) {
        if (each.namespace === chosen) result = mergeService(result, each);
      }
      const destination = destinationService(inner, scope, all);
      for (const ports of destinationPorts(inner, scope, listener).get(hostname) ?? []) {
        const trimmed = destination && trimmedTo(destination, listener, ports);
        if (trimmed) result = mergeService(result, trimmed);
      }
    }
    return result;
  });
}

/** The VirtualServices for sidecars that an egress listener imports, in Istio's order of preference. */
export function listenerRoutes(plane: Plane, scope: SidecarScope, listener: EgressListener): readonly Routes[] {
  return memo(plane, `routes for ${listener.index} of ${scope.id}`, (inner) => [
    ...new Set(
      routesFor(inner, MESH_GATEWAY, scope.namespace).filter((each) =>
        importsRoutes(listener.imports, each.hosts, each.namespace),
      ),
    ),
  ]);
}

/** The first VirtualService of each host, for the question which of several overlapping ones a service belongs to. */
export function routesByHost(plane: Plane, scope: SidecarScope, listener: EgressListener): HostPool<Routes> {
  return memo(plane, `routes by host for ${listener.index} of ${scope.id}`, (inner) => {
    const pool = new HostPool<Routes>();
    for (const routes of listenerRoutes(inner, scope, listener)) {
      for (const host of routes.hosts) if (pool.get(host) === undefined) pool.set(host, routes);
    }
    return pool;
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
    const trimmed = listener.matchPort ? onlyPort(each, listener.port?.number ?? 0) : each;
    if (!trimmed) return [];
    const aliases = trimmed.aliases.filter((alias) => importsAlias(imports, alias.hostname, each));
    return [aliases.length === trimmed.aliases.length ? trimmed : { ...trimmed, aliases }];
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

/** For every destination of the listener's VirtualServices the ports that each of them asks for; 0 stands for all. */
function destinationPorts(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
): ReadonlyMap<string, readonly ReadonlySet<number>[]> {
  return memo(plane, `destinations for ${listener.index} of ${scope.id}`, (inner) => {
    const result = new Map<string, Set<number>[]>();
    for (const routes of listenerRoutes(inner, scope, listener)) {
      const own = new Map<string, Set<number>>();
      const rules = [
        ...routes.http.filter((rule) => forNamespace(rule, scope.namespace)),
        ...routes.tcp,
        ...routes.tls,
      ];
      for (const rule of rules) {
        const mirrors = 'mirrors' in rule ? (rule.mirrors ?? []) : [];
        for (const { host, port } of [...rule.destinations, ...mirrors]) {
          const ports = own.get(host) ?? new Set();
          own.set(host, ports.add(port ?? 0));
        }
      }
      for (const [host, ports] of own) result.set(host, [...(result.get(host) ?? []), ports]);
    }
    return result;
  });
}

function forNamespace(rule: HttpRouteSpec, namespace: string): boolean {
  const named = rule.matches.map((each) => each.sourceNamespace).filter((each) => each !== '');
  return named.length === 0 || named.includes(namespace);
}

function trimmedTo(
  service: MeshService,
  listener: EgressListener,
  ports: ReadonlySet<number>,
): MeshService | undefined {
  if (listener.matchPort) return onlyPort(service, listener.port?.number ?? 0);
  if (ports.has(0)) return service;
  const kept = service.ports.filter((each) => ports.has(each.number));
  if (kept.length === service.ports.length) return service;
  return kept.length > 0 ? { ...service, ports: kept } : undefined;
}

function onlyPort(service: MeshService, number: number): MeshService | undefined {
  const port = portOf(service, number);
  if (!port) return undefined;
  return service.ports.length === 1 ? service : { ...service, ports: [port] };
}
