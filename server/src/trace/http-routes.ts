/** The HTTP routes of a VirtualService for one port of one proxy (`BuildHTTPRoutesForVirtualService` in `route/route.go`). */
import { selects } from './plane.ts';
import type { MeshProxy } from './proxy.ts';
import type { HttpMatchSpec, HttpRouteSpec } from './route-spec.ts';
import type { MeshService } from './model.ts';
import type { Routes } from './virtual-services.ts';

export interface HttpRoute {
  /** Envoy's name of the route; often empty. */
  readonly name: string;
  readonly match: HttpMatchSpec | undefined;
  readonly spec: HttpRouteSpec;
  readonly routes: Routes;
  /** The port that the routes were made for: a destination without one is asked for this. */
  readonly port: number;
  /** The services of destinations, as the proxy knows them for these routes. */
  readonly serviceOf: (host: string) => MeshService | undefined;
}

export interface RouteContext {
  readonly proxy: MeshProxy;
  /** `mesh` or `namespace/name`. */
  readonly gateway: string;
  readonly port: number;
  readonly serviceOf: (host: string) => MeshService | undefined;
}

/** The rules that can act here, one for each match, up to the first that takes every request. */
export function httpRoutes(routes: Routes, context: RouteContext): readonly HttpRoute[] {
  const result: HttpRoute[] = [];
  for (const spec of routes.http) {
    const matches = spec.matches.length > 0 ? spec.matches : [undefined];
    for (const match of matches) {
      if (match && !canAct(match, context)) continue;
      const name = match?.name ? `${spec.name}.${match.name}` : spec.name;
      const { port, serviceOf } = context;
      result.push({ name, match, spec, routes, port, serviceOf });
      if (takesAll(match)) return result;
    }
    if (spec.matches.length === 0) return result;
  }
  return result;
}

/** Gateways in a match replace its source conditions; without them source labels and namespace must be the proxy's. */
function canAct(match: HttpMatchSpec, { proxy, gateway, port }: RouteContext): boolean {
  if (match.port !== 0 && match.port !== port) return false;
  if (match.gateways.length > 0) return match.gateways.includes(gateway);
  return (
    selects(match.sourceLabels, proxy.labels) &&
    (match.sourceNamespace === '' || match.sourceNamespace === proxy.namespace)
  );
}

/** Whether the match has no condition on requests (`IsCatchAllRoute`): such routes go last where VirtualServices share a host. */
export function takesAll(match: HttpMatchSpec | undefined): boolean {
  if (!match) return true;
  const { uri } = match;
  const anyPath =
    !uri ||
    uri.kind === 'any' ||
    (uri.kind === 'prefix' && uri.value === '/') ||
    (uri.kind === 'regex' && uri.value === '.*');
  return (
    anyPath &&
    !match.method &&
    !match.authority &&
    !match.scheme &&
    match.headers.size === 0 &&
    match.withoutHeaders.size === 0 &&
    match.queryParams.size === 0
  );
}
