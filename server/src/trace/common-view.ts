/**
 * Most namespaces are given the same: what is public, and nothing of their own. Their sidecars' listeners and virtual hosts of a port are then equal, and
 * worked out once, for a namespace that nobody is in.
 */
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { routingConfig } from './mesh-config.ts';
import { memo, type Plane, selects } from './plane.ts';
import { type SidecarProxy, sidecarProxy } from './proxy.ts';
import { servicesOfHost, servicesWithPort } from './registry.ts';
import { allRoutes } from './virtual-services.ts';

/** No namespace has such a name. */
export const NOBODYS_NAMESPACE = '(any other)';

/**
 * The proxy whose listeners and virtual hosts of this port are those of `proxy`: itself, or one of nobody's namespace where nothing makes a difference.
 * Clusters are always the proxy's own.
 */
export function commonView(plane: Plane, proxy: SidecarProxy, port: number): SidecarProxy {
  const { namespace, labels, scope } = proxy;
  if (scope.sidecar || namespacesWithOwnServices(plane, port).has(namespace)) return proxy;
  const { namespaces, selectors } = routeConditions(plane);
  if (namespaces.has(namespace) || selectors.some((each) => selects(each, labels))) return proxy;
  return sidecarProxy(plane, NOBODYS_NAMESPACE);
}

/**
 * Namespaces for which the services of a port may be others than for the rest: a service is exported to them by name, one of their own has a host that is
 * declared elsewhere too, or they may call a Service of the cluster by a shorter name.
 */
function namespacesWithOwnServices(plane: Plane, port: number): ReadonlySet<string> {
  return memo(plane, `namespaces with services of their own on port ${port}`, (inner) => {
    const result = new Set<string>();
    const byDefault = routingConfig(inner).defaultExportTo.service;
    for (const service of servicesWithPort(inner, port)) {
      const exportTo = service.exportTo ?? byDefault;
      if (!exportTo.has('*')) for (const each of exportTo) result.add(each === '.' ? service.namespace : each);
      if (service.kubernetes) result.add(service.namespace);
      for (const alias of service.aliases) result.add(alias.namespace);
      const sameHost = servicesOfHost(inner, service.hostname);
      if (sameHost.length > 1) for (const each of sameHost) result.add(each.namespace);
    }
    return result;
  });
}

interface RouteConditions {
  /** Namespaces to which a VirtualService is exported by name, or that a match names. */
  readonly namespaces: ReadonlySet<string>;
  /** Labels that matches ask of the client. */
  readonly selectors: readonly Readonly<Record<string, string>>[];
}

function routeConditions(plane: Plane): RouteConditions {
  return memo(plane, 'conditions on clients', (inner) => {
    const namespaces = new Set<string>();
    const selectors: Readonly<Record<string, string>>[] = [];
    for (const { exportTo, http, tls, tcp } of allRoutes(inner, MESH_GATEWAY)) {
      if (!exportTo.has('*')) for (const each of exportTo) namespaces.add(each);
      for (const { matches } of [...http, ...tls, ...tcp]) {
        for (const { sourceNamespace, sourceLabels } of matches) {
          if (sourceNamespace !== '') namespaces.add(sourceNamespace);
          if (Object.keys(sourceLabels).length > 0) selectors.push(sourceLabels);
        }
      }
    }
    return { namespaces, selectors };
  });
}
