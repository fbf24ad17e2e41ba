/** VirtualServices as the control plane indexes them (`initVirtualServices`, `VirtualServicesForGateway`, `virtualservice_controller.go`). */
import type { VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { isWildcard } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { mergeDelegate } from './delegates.ts';
import { routingConfig } from './mesh-config.ts';
import { inConfigOrder, nameOf, namespaceOf, once, type Plane } from './plane.ts';
import {
  fullGateway,
  fullHost,
  httpRouteSpec,
  l4RouteSpec,
  type HttpRouteSpec,
  type L4RouteSpec,
} from './route-spec.ts';
import { shortNameOf } from './short-names.ts';

/** A root VirtualService (one with hosts), names resolved, delegates merged in. */
export interface Routes {
  readonly source: MeshObject<VirtualService>;
  readonly name: string;
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** Resolved, as often as they are written. */
  readonly gateways: readonly string[];
  readonly exportTo: ReadonlySet<string>;
  readonly http: readonly HttpRouteSpec[];
  readonly tls: readonly L4RouteSpec[];
  readonly tcp: readonly L4RouteSpec[];
}

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
  return routesAmong(plane, gateway, proxyNamespace, virtualServicesAbout(plane, hostnames));
}

/** VirtualServices with a host that overlaps one of these, whoever sees them, in no order; and perhaps others. This is where routes come from. */
export function virtualServicesAbout(plane: Plane, hostnames: Iterable<string>): readonly MeshObject<VirtualService>[] {
  const found = new Set<MeshObject<VirtualService>>();
  for (const hostname of new Set(hostnames)) for (const each of overlapping(plane, hostname)) found.add(each);
  return [...found];
}

function overlapping(plane: Plane, hostname: string): readonly MeshObject<VirtualService>[] {
  return once(plane, `virtual services about ${hostname}`, () => {
    const { reader } = plane;
    const { shortNameDomain } = routingConfig(plane);
    if (isWildcard(hostname) && coversShortNames(hostname, shortNameDomain)) return reader.all('VirtualService');
    const short = shortNameOf(hostname, shortNameDomain);
    return [
      ...reader.overlapping('VirtualService', hostname),
      ...(short ? reader.shortHost('VirtualService', short.namespace || undefined, short.name) : []),
    ];
  });
}

/** Whether names that were written short may be under the wildcard. */
function coversShortNames(wildcard: string, domain: string): boolean {
  const end = `.svc.${domain}`;
  return domain !== '' && (end.endsWith(wildcard.slice(1)) || wildcard.endsWith(end));
}

/**
 * Of these VirtualServices, those of a gateway (`namespace/name`, or `mesh`) that proxies of a namespace see: those that only their own namespace sees
 * first, then those exported to it by name, then the public ones; each group in the order of configuration (`VirtualServicesForGateway`).
 */
export function routesAmong(
  plane: Plane,
  gateway: string,
  proxyNamespace: string,
  objects: readonly MeshObject<VirtualService>[],
): readonly Routes[] {
  const own: Routes[] = [];
  const listed: Routes[] = [];
  const common: Routes[] = [];
  for (const object of inConfigOrder(objects)) {
    const each = routesOf(plane, object);
    if (!each?.gateways.includes(gateway)) continue;
    const group = each.exportTo.has('*')
      ? common
      : each.exportTo.has('~') || !each.exportTo.has(proxyNamespace)
        ? undefined
        : each.namespace === proxyNamespace
          ? own
          : listed;
    // A gateway that is named twice lists the VirtualService twice.
    if (group) for (const name of each.gateways) if (name === gateway) group.push(each);
  }
  return [...own, ...listed, ...common];
}

/** Undefined for a delegate, and for what is not in the mesh. */
export function routesOf(plane: Plane, source: MeshObject<VirtualService>): Routes | undefined {
  return once(plane, source, () =>
    plane.accepts(source) && (source.resource.hosts?.items.length ?? 0) > 0 ? toRoutes(plane, source) : undefined,
  );
}

function toRoutes(plane: Plane, source: MeshObject<VirtualService>): Routes {
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
  };
}

/** The rules that a delegating rule stands for: none where the delegate is not there, has hosts of its own, or is not exported to the root's namespace. */
function delegated(plane: Plane, root: HttpRouteSpec): readonly HttpRouteSpec[] {
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
