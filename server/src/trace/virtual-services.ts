/** VirtualServices as the control plane indexes them (`initVirtualServices`, `VirtualServicesForGateway`, `virtualservice_controller.go`). */
import type { VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { mergeDelegate } from './delegates.ts';
import { routingConfig } from './mesh-config.ts';
import { inConfigOrder, memo, nameOf, namespaceOf, type Plane } from './plane.ts';
import {
  fullGateway,
  fullHost,
  httpRouteSpec,
  l4RouteSpec,
  type HttpRouteSpec,
  type L4RouteSpec,
} from './route-spec.ts';

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
 * The VirtualServices of a gateway (`namespace/name`, or `mesh`) that proxies of a namespace see: those that only their own namespace sees first,
 * then those exported to it by name, then the public ones; each group in the order of configuration.
 */
export function routesFor(plane: Plane, gateway: string, proxyNamespace: string): readonly Routes[] {
  return memo(plane, `routes of ${gateway} in ${proxyNamespace}`, (inner) => {
    const own: Routes[] = [];
    const listed: Routes[] = [];
    const common: Routes[] = [];
    for (const each of allRoutes(inner, gateway)) {
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
  });
}

/** The VirtualServices of a gateway, whoever sees them, in the order of configuration. */
export function allRoutes(plane: Plane, gateway: string): readonly Routes[] {
  return memo(plane, `routes of ${gateway}`, (inner) =>
    inConfigOrder(inner.reader.boundTo(gateway).filter(inner.accepts)).flatMap((each) =>
      (each.resource.hosts?.items.length ?? 0) > 0 ? [routesOf(inner, each)] : [],
    ),
  );
}

function routesOf(plane: Plane, source: MeshObject<VirtualService>): Routes {
  const { fingerprint, name } = source.resource;
  return memo(
    plane,
    `virtual service ${source.namespace ?? ''}/${name.value ?? ''} ${fingerprint} ${source.path}`,
    (inner) => {
      // Forgotten with the resource.
      inner.reader.named('VirtualService', source.namespace, name.value ?? '');
      return toRoutes(inner, source);
    },
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
