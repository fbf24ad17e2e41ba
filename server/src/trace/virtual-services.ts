/** VirtualServices as the control plane indexes them (`initVirtualServices`, `VirtualServicesForGateway`, `virtualservice_controller.go`). */
import type { K8sRoute, VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { isWildcard, serviceOfHost } from '../mesh/hosts.ts';
import { gatewayOfListenerName } from '../mesh/implied.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { isApiRoute } from '../mesh/route-rules.ts';
import { mergeDelegate } from './delegates.ts';
import { apiRoutes } from './gateway-api/api-routes.ts';
import { routingConfig } from './mesh-config.ts';
import { compareText, nameOf, namespaceOf, once, type Plane } from './plane.ts';
import { fullGateway, fullHost, httpRouteSpec, l4RouteSpec, type WrittenHttpRouteSpec } from './route-spec.ts';
import type { Routes, RouteSource, WrittenRoutes } from './routes.ts';
import { shortNameOf } from './short-names.ts';

export type { Routes, RouteSource, WrittenRoutes };

/**
 * The VirtualServices of a gateway (`namespace/name`, or `mesh`) that proxies of a namespace see and that have a host which overlaps one of these, in
 * Istio's order (see `routesAmong`).
 */
export function routesAbout(
  plane: Plane,
  gateway: string,
  proxyNamespace: string,
  hostnames: Iterable<string>,
): readonly Routes[] {
  return routesAmong(plane, gateway, proxyNamespace, sourcesAbout(plane, hostnames));
}

/**
 * VirtualServices, and routes of Gateway API, with a host that overlaps one of these, whoever sees them, in no order; and perhaps others. This is where
 * routes come from.
 */
export function sourcesAbout(plane: Plane, hostnames: Iterable<string>): readonly RouteSource[] {
  const found = new Set<RouteSource>();
  for (const hostname of new Set(hostnames)) for (const each of overlapping(plane, hostname)) found.add(each);
  return [...found];
}

function overlapping(plane: Plane, hostname: string): readonly RouteSource[] {
  return once(plane, overlapping, hostname, () => {
    const { reader } = plane;
    const { shortNameDomain, clusterDomain } = routingConfig(plane);
    const short = shortNameOf(hostname, shortNameDomain);
    const wide = isWildcard(hostname);
    return [
      ...(wide && coversShortNames(hostname, clusterDomain)
        ? [...reader.all('HTTPRoute'), ...reader.all('TLSRoute')]
        : apiRoutesAbout(plane, hostname)),
      ...(wide && coversShortNames(hostname, shortNameDomain) ? reader.all('VirtualService') : []),
      ...reader.overlapping('VirtualService', hostname),
      ...(short ? reader.shortHost('VirtualService', short.namespace || undefined, short.name) : []),
    ];
  });
}

/** Those with such a hostname, and those whose parent is a service with such a host. */
function apiRoutesAbout(plane: Plane, hostname: string): readonly MeshObject<K8sRoute>[] {
  const { reader } = plane;
  const service = serviceOfHost(hostname, routingConfig(plane).clusterDomain);
  return [
    ...reader.overlapping('HTTPRoute', hostname),
    ...reader.overlapping('TLSRoute', hostname),
    ...reader
      .overlapping('ServiceEntry', hostname)
      .flatMap((each) => reader.parented('ServiceEntry', each.namespace, nameOf(each))),
    ...(service ? reader.parented('Service', service.namespace, service.name) : []),
  ];
}

/** VirtualServices that are bound to a gateway (`namespace/name`, or `mesh`), and for a listener of Gateway API the routes that name its Gateway. */
export function sourcesOf({ reader }: Plane, gateway: string): readonly RouteSource[] {
  const slash = gateway.indexOf('/');
  const api = slash < 0 ? undefined : gatewayOfListenerName(gateway.slice(slash + 1));
  const routes = api === undefined ? [] : reader.parented('Gateway', gateway.slice(0, slash) || undefined, api);
  return [...reader.boundTo(gateway), ...routes];
}

/** Whether names that were written short may be under the wildcard. */
function coversShortNames(wildcard: string, domain: string): boolean {
  const end = `.svc.${domain}`;
  return domain !== '' && (end.endsWith(wildcard.slice(1)) || wildcard.endsWith(end));
}

/**
 * Of these VirtualServices, those of a gateway (`namespace/name`, or `mesh`) that proxies of a namespace see: those that only their own namespace sees
 * first, then those exported to it by name, then the public ones; each group in the order of configuration (`VirtualServicesForGateway`,
 * `SelectVirtualServices`). Of what Gateway API says the proxy's own namespace goes first.
 */
export function routesAmong(
  plane: Plane,
  gateway: string,
  proxyNamespace: string,
  objects: readonly RouteSource[],
): readonly Routes[] {
  const own: Routes[] = [];
  const listed: Routes[] = [];
  const common: Routes[] = [];
  for (const each of routesOfAll(plane, objects)) {
    const times = each.gateways.filter((name) => name === gateway).length;
    if (times === 0) continue;
    const group = each.exportTo.has('*')
      ? common
      : each.exportTo.has('~') || !each.exportTo.has(proxyNamespace)
        ? undefined
        : each.namespace === proxyNamespace
          ? own
          : listed;
    // A gateway that is named twice lists the VirtualService twice.
    if (group) for (let i = 0; i < times; i++) group.push(each);
  }
  const isNear = (each: Routes) => each.semantics === 'gateway-api' && each.namespace === proxyNamespace;
  const nearFirst = (group: readonly Routes[]) =>
    group.some(isNear) ? [...group.filter(isNear), ...group.filter((each) => !isNear(each))] : group;
  return [...(gateway === MESH_GATEWAY ? nearFirst(own) : own), ...listed, ...nearFirst(common)];
}

/** What these resources route together, in the order of configuration. */
export function routesOfAll(plane: Plane, objects: readonly RouteSource[]): readonly Routes[] {
  const found: Routes[] = [];
  const api: MeshObject<K8sRoute>[] = [];
  for (const each of objects) {
    if (isApiRoute(each)) {
      api.push(each);
      continue;
    }
    const routes = isVirtualService(each) ? routesOf(plane, each) : undefined;
    if (routes) found.push(routes);
  }
  if (api.length > 0) found.push(...apiRoutes(plane, api));
  return found.sort(compareRoutes);
}

function compareRoutes(a: Routes, b: Routes): number {
  return (
    compareText(a.name, b.name) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.source.path, b.source.path) ||
    a.source.resource.range.start - b.source.resource.range.start
  );
}

function isVirtualService(object: RouteSource): object is MeshObject<VirtualService> {
  return object.resource.kind === 'VirtualService';
}

/** Undefined for a delegate, and for what is not in the mesh. */
export function routesOf(plane: Plane, source: MeshObject<VirtualService>): WrittenRoutes | undefined {
  return once(plane, routesOf, source, () =>
    plane.accepts(source) && (source.resource.hosts?.items.length ?? 0) > 0 ? toRoutes(plane, source) : undefined,
  );
}

function toRoutes(plane: Plane, source: MeshObject<VirtualService>): WrittenRoutes {
  const { resource } = source;
  const naming = { namespace: namespaceOf(source), domain: routingConfig(plane).shortNameDomain };
  const written = values(resource.gateways?.items);
  return {
    source,
    name: nameOf(source),
    namespace: naming.namespace,
    hosts: values(resource.hosts?.items).map((each) => fullHost(each, naming)),
    gateways: written.length > 0 ? written.map((each) => fullGateway(each, naming)) : [MESH_GATEWAY],
    exportTo: exportToOf(plane, source),
    http: (resource.http?.items ?? []).flatMap((rule) => {
      const spec = httpRouteSpec(rule, source, naming);
      return spec.delegate ? delegated(plane, spec) : [spec];
    }),
    tls: (resource.tls?.items ?? []).map((rule) => l4RouteSpec(rule, naming)),
    tcp: (resource.tcp?.items ?? []).map((rule) => l4RouteSpec(rule, naming)),
    semantics: 'istio',
  };
}

/** The rules that a delegating rule stands for: none where the delegate is not there, has hosts of its own, or is not exported to the root's namespace. */
function delegated(plane: Plane, root: WrittenHttpRouteSpec): readonly WrittenHttpRouteSpec[] {
  const rootNamespace = namespaceOf(root.source);
  const namespace = root.delegate?.namespace || rootNamespace;
  const [delegate] = plane.reader
    .named('VirtualService', namespace, root.delegate?.name ?? '')
    .filter(plane.accepts)
    .filter((each) => (each.resource.hosts?.items.length ?? 0) === 0);
  if (!delegate) return [];
  const exportTo = exportToOf(plane, delegate);
  if (!exportTo.has('*') && !exportTo.has(rootNamespace)) return [];
  const naming = { namespace, domain: routingConfig(plane).shortNameDomain };
  const rules = (delegate.resource.http?.items ?? []).map((rule) => httpRouteSpec(rule, delegate, naming));
  return mergeDelegate(root, rules);
}

/** `.` is already the namespace's own name here. */
function exportToOf(plane: Plane, source: MeshObject<VirtualService>): ReadonlySet<string> {
  const written = values(source.resource.exportTo?.items);
  const entries = written.length > 0 ? written : [...routingConfig(plane).defaultExportTo.virtualService];
  return new Set(entries.map((each) => (each === '.' ? namespaceOf(source) : each)));
}

function values(items: readonly { readonly value: string | undefined }[] | undefined): readonly string[] {
  return (items ?? []).flatMap((each) => each.value ?? []);
}
