/** Which ports of a service the destinations of imported VirtualServices ask for (`collectImportedServices` in `pilot/pkg/model/sidecar.go`). */
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { serviceOfHost } from '../mesh/hosts.ts';
import { importsRoutes } from './imports.ts';
import { routingConfig } from './mesh-config.ts';
import type { MeshService } from './model.ts';
import { nameOf, namespaceOf, type Plane, stable } from './plane.ts';
import type { HttpRouteSpec } from './route-spec.ts';
import type { EgressListener, SidecarScope } from './scope.ts';
import { shortNameOf } from './short-names.ts';
import { type Routes, type RouteSource, routesAmong } from './virtual-services.ts';

/** `all` where a destination names no port, or where the listener's own port is the only one that counts and any destination means the service. */
export function askedPorts(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  { hostname, ports }: MeshService,
): readonly number[] | 'all' {
  const numbers = ports.map((each) => each.number);
  const name = `ports ${numbers.join()} of ${hostname} asked for by ${listener.index} of ${scope.id}`;
  return stable(plane, name, (inner) => {
    const asks = (candidates: Iterable<RouteSource>, fits: (port: number) => boolean): boolean => {
      for (const each of candidates) {
        for (const routes of rootsOf(inner, scope, each)) {
          if (!importsRoutes(listener.imports, routes)) continue;
          if (destinations(routes, scope.namespace).some((to) => to.host === hostname && fits(to.port ?? 0)))
            return true;
        }
      }
      return false;
    };
    const service = serviceOfHost(hostname, routingConfig(plane).clusterDomain);
    const api = inner.reader.backedBy(service ? `${service.namespace}/${service.name}` : hostname);
    if (listener.matchPort) return asks([...inner.reader.boundTo(MESH_GATEWAY), ...api], () => true) ? 'all' : [];
    const written = [hostname, shortNameOf(hostname, routingConfig(inner).shortNameDomain)?.name].flatMap(
      (each) => each ?? [],
    );
    const sending = (port: number | undefined) => written.flatMap((each) => inner.reader.sendingTo(each, port));
    if (asks([...sending(undefined), ...sending(0), ...api], (port) => port === 0)) return 'all';
    return numbers.filter((number) => asks([...sending(number), ...api], (port) => port === number));
  });
}

/** What the VirtualService routes for sidecars of the scope; where it is a delegate, what those do that delegate to it. */
function rootsOf(plane: Plane, scope: SidecarScope, object: RouteSource): readonly Routes[] {
  const { resource } = object;
  const isRoot = resource.kind !== 'VirtualService' || (resource.hosts?.items.length ?? 0) > 0;
  const roots = isRoot ? [object] : plane.reader.delegatingTo(namespaceOf(object) || undefined, nameOf(object));
  return routesAmong(plane, MESH_GATEWAY, scope.namespace, roots);
}

function destinations({ http, tcp, tls }: Routes, namespace: string) {
  return [...http.filter((rule) => forNamespace(rule, namespace)), ...tcp, ...tls].flatMap((rule) => [
    ...rule.destinations,
    ...('mirrors' in rule ? (rule.mirrors ?? []) : []),
  ]);
}

function forNamespace(rule: HttpRouteSpec, namespace: string): boolean {
  const named = rule.matches.map((each) => each.sourceNamespace).filter((each) => each !== '');
  return named.length === 0 || named.includes(namespace);
}
