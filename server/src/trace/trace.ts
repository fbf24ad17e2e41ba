/** One call, followed from the client's sidecar to where it ends. */
import { BLACK_HOLE_CLUSTER, destinationCluster, PASSTHROUGH_CLUSTER } from './cluster-names.ts';
import { cause } from './causes.ts';
import { clusterOf } from './clusters.ts';
import { type Endpoint, endpointText } from './endpoints.ts';
import { chooseChain, type FilterChain, type Listener, type WeightedCluster } from './filter-chain.ts';
import { gatewayListener } from './gateway-listener.ts';
import { gatewayVirtualHosts } from './gateway-routes.ts';
import type { HttpRoute } from './http-routes.ts';
import { callLayers, type Layers, peel, rewriteHost, wrap } from './layers.ts';
import { compareText, type GatewayPod, type Plane, titleOf } from './plane.ts';
import { gatewayProxy, type MeshProxy, type SidecarProxy, sidecarProxy } from './proxy.ts';
import { type Request, requestFits } from './request-match.ts';
import { sidecarListener } from './sidecar-listener.ts';
import { sidecarVirtualHosts } from './sidecar-routes.ts';
import type { Call, ClusterType, End, Hop, HopCluster } from './types.ts';
import { type VirtualHost, type VirtualHosts, virtualHostFor, withoutPort } from './virtual-hosts.ts';

/** An address that nothing declares. */
const UNDECLARED_ADDRESS = '203.0.113.99';
/** A call that comes to more proxies than this goes round. */
const MAX_PROXIES = 5;

/** Follows a call. A pure function of the mesh: the same YAML gives the same answer. */
export function trace(plane: Plane, call: Call): Hop {
  const proxy = sidecarProxy(plane, call.from.namespace, call.from.labels);
  const address = call.address ?? UNDECLARED_ADDRESS;
  const place: Place = {
    proxy,
    title: `sidecar ${call.from.namespace}`,
    listener: sidecarListener(plane, proxy, { address, port: call.port, name: call.host }),
    hosts: (routeConfig, requested) => sidecarVirtualHosts(plane, proxy, { port: call.port, routeConfig, requested }),
  };
  const headers = new Map(Object.entries(call.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  return withPolicy(
    proxy,
    follow(plane, place, {
      port: call.port,
      address,
      layers: callLayers(call),
      path: call.path ?? '/',
      method: call.method ?? 'GET',
      headers,
      depth: 1,
    }),
  );
}

/** Says that the outbound policy is not known where it decided. */
function withPolicy({ scope }: SidecarProxy, hop: Hop): Hop {
  const decided = hop.clusters?.some(({ name }) => name === PASSTHROUGH_CLUSTER || name === BLACK_HOLE_CLUSTER);
  if (!decided || !scope.policy.assumed) return hop;
  return { ...hop, assumed: ['The outbound policy is not known: Istio’s default, ALLOW_ANY, is assumed.'] };
}

/** A proxy with what it has for the connection. */
interface Place {
  readonly proxy: MeshProxy | SidecarProxy;
  readonly title: string;
  readonly listener: Listener | undefined;
  readonly hosts: (routeConfig: string, requested: string) => VirtualHosts;
}

interface Arrival {
  readonly port: number;
  readonly address: string;
  readonly layers: readonly string[];
  readonly path: string;
  readonly method: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly depth: number;
}

function atGateway(plane: Plane, pod: GatewayPod, arrival: Arrival): Hop {
  const hop = follow(
    plane,
    {
      proxy: gatewayProxy(pod),
      title: `gateway ${pod.namespace}/${pod.name}`,
      listener: gatewayListener(plane, pod, arrival.port, readable(arrival.layers)),
      hosts: (routeConfig, requested) =>
        gatewayVirtualHosts(plane, pod, { port: arrival.port, routeConfig, requested }),
    },
    arrival,
  );
  if (pod.evidence === 'workspace') return hop;
  const install = {
    standard: 'those of the standard install are assumed',
    declared: 'the settings declare them',
    service: 'such as its Service selects are assumed',
  }[pod.evidence];
  return { ...hop, assumed: [`The pods of ${pod.namespace}/${pod.name} are not in the workspace: ${install}.`] };
}

/** The names that a proxy reads from the outside: those in TLS are hidden, but for the server name. */
function readable(layers: readonly string[]): { readonly serverName: string; readonly host: string } {
  const { outer, name } = peel(layers);
  return outer === 'http' ? { serverName: '', host: withoutPort(name) } : { serverName: name, host: '' };
}

/** With every field from the beginning, so that steps of any length are objects of one shape. */
const NOTHING_YET: Hop = {
  proxy: '',
  port: 0,
  received: [],
  error: undefined,
  listener: undefined,
  routeConfig: undefined,
  virtualHost: undefined,
  route: undefined,
  config: undefined,
  action: undefined,
  hostRewrite: undefined,
  pathRewrite: undefined,
  clusters: undefined,
  because: [],
  assumed: undefined,
};

function follow(plane: Plane, place: Place, arrival: Arrival): Hop {
  const { title, listener } = place;
  const start: Hop = { ...NOTHING_YET, proxy: title, port: arrival.port, received: arrival.layers };
  if (arrival.depth > MAX_PROXIES) return { ...start, error: 'loop' };
  if (!listener) return { ...start, error: 'no-listener' };
  const received = peel(arrival.layers);
  const plain = received.outer === 'http' || received.outer === 'tcp';
  const inside = plain ? received : peel(received.inner);
  const chain = chooseChain(listener, {
    address: arrival.address,
    tls: received.outer === 'mtls' ? 'mtls' : plain ? 'plaintext' : 'tls',
    sni: plain ? '' : received.name,
    http: inside.outer === 'http',
  });
  const at: Hop = { ...start, listener: listener.name };
  if (typeof chain === 'string') return { ...at, error: chain };
  const known: Hop = { ...at, because: chain.because() };
  if (chain.terminates && plain) return { ...known, error: 'tls-error' };
  if (chain.terminates && (chain.terminates === 'mesh') !== (received.outer === 'mtls'))
    return { ...known, error: 'mtls-error' };
  const layers = chain.terminates ? received.inner : arrival.layers;
  if (chain.action.kind === 'tcp') {
    return {
      ...known,
      config: chain.config && titleOf(chain.config.source),
      action: 'forward',
      clusters: forward(plane, place, { ...arrival, layers }, chain.action.clusters(plane, place.proxy)),
    };
  }
  if ((!plain && !chain.terminates) || inside.outer !== 'http') return { ...known, error: 'protocol-error' };
  return followHttp(plane, place, { ...arrival, layers }, known, chain, chain.action.routeConfig, inside);
}

function followHttp(
  plane: Plane,
  place: Place,
  arrival: Arrival,
  known: Hop,
  chain: FilterChain,
  routeConfig: string,
  http: Layers,
): Hop {
  const host = virtualHostFor(place.hosts(routeConfig, http.name), http.name);
  if (!host) return { ...known, routeConfig, error: 'no-virtual-host' };
  const at: Hop = { ...known, routeConfig, virtualHost: host.name };
  if (host.requireTls && !chain.terminates) return { ...at, error: 'https-redirect' };
  const { path, method, headers } = arrival;
  const scheme = chain.terminates ? 'https' : 'http';
  return answer(plane, place, arrival, at, host, { host: http.name, path, method, headers, scheme });
}

function answer(plane: Plane, place: Place, arrival: Arrival, at: Hop, { action }: VirtualHost, request: Request): Hop {
  if (action.kind === 'response') return { ...at, route: action.route, action: `directResponse ${action.status}` };
  if (action.kind === 'cluster') {
    const clusters = [{ name: action.cluster, weight: undefined }];
    return { ...at, route: action.route, action: 'forward', clusters: forward(plane, place, arrival, clusters) };
  }
  const route = action.routes.find((each) => requestFits(each.match, request));
  if (!route) return { ...at, error: 'no-route' };
  const { spec, match, routes } = route;
  const hop: Hop = {
    ...at,
    route: route.name === '' ? undefined : route.name,
    config: titleOf(routes.source),
    because: [...at.because, ...cause(spec.source, match?.range ?? spec.range, 'routes the request')],
  };
  if (spec.redirect) return { ...hop, action: 'redirect' };
  if (spec.directResponse) return { ...hop, action: `directResponse ${spec.directResponse.status}` };
  return send(plane, place, arrival, hop, route);
}

/** Forwards a request by a VirtualService's route, rewritten as it says. */
function send(plane: Plane, place: Place, arrival: Arrival, hop: Hop, route: HttpRoute): Hop {
  const { destinations, rewrite, authority } = route.spec;
  const several = destinations.length > 1;
  const general = rewrite?.authority || authority || (several ? '' : (destinations[0]?.authority ?? ''));
  const pathRewrite = rewrite?.regex ? rewrite.regex.rewrite : (rewrite?.uri ?? '');
  const next = { ...arrival, path: rewritten(arrival.path, route) };
  const kept = destinations.filter((each) => !several || each.weight > 0);
  return {
    ...hop,
    action: 'forward',
    hostRewrite: general === '' ? undefined : general,
    pathRewrite: pathRewrite === '' ? undefined : pathRewrite,
    clusters: kept.map((each) => {
      const name = destinationCluster(each, route.serviceOf(each.host), route.port);
      const host = (several ? each.authority : '') || general;
      const layers = rewriteHost(next.layers, host);
      return toCluster(plane, place, { ...next, layers }, { name, weight: kept.length > 1 ? each.weight : undefined });
    }),
  };
}

function rewritten(path: string, { spec: { rewrite }, match }: HttpRoute): string {
  if (!rewrite || rewrite.regex || rewrite.uri === '') return path;
  const matched =
    match?.uri?.kind === 'exact'
      ? path.split('?', 1)[0]
      : match?.uri?.kind === 'prefix' || match?.uri?.kind === 'path-prefix'
        ? match.uri.value
        : '/';
  return rewrite.uri + path.slice((matched ?? '').length);
}

function forward(
  plane: Plane,
  place: Place,
  arrival: Arrival,
  clusters: readonly WeightedCluster[],
): readonly HopCluster[] {
  return clusters.map((each) =>
    toCluster(plane, place, arrival, clusters.length > 1 ? each : { ...each, weight: undefined }),
  );
}

function toCluster(plane: Plane, { proxy }: Place, arrival: Arrival, { name, weight }: WeightedCluster): HopCluster {
  if (name === BLACK_HOLE_CLUSTER)
    return { name, weight, exists: true, type: 'STATIC', end: { kind: 'blocked' }, because: [] };
  if (name === PASSTHROUGH_CLUSTER) {
    const end = { kind: 'original-destination', wire: arrival.layers } as const;
    return { name, weight, exists: true, type: 'ORIGINAL_DST', end, because: [] };
  }
  const cluster = clusterOf(plane, proxy, name);
  if (!cluster) return { name, weight, exists: false, end: { kind: 'no-cluster' }, because: [] };
  const { type, rule, tls, because } = cluster;
  const endpoints = sortedByText(cluster.endpoints);
  const wire = wrap(arrival.layers, tls);
  const [first] = type === 'ORIGINAL_DST' ? [] : endpoints;
  return {
    name,
    weight,
    exists: true,
    type,
    config: rule && titleOf(rule.source),
    tls,
    endpoints: endpoints.length > 0 ? endpoints.map(endpointText) : undefined,
    because,
    end: first?.pod ? undefined : endOf(type, first, wire),
    next:
      first?.pod &&
      atGateway(plane, first.pod, { ...arrival, port: first.port, layers: wire, depth: arrival.depth + 1 }),
  };
}

function endOf(type: ClusterType, first: Endpoint | undefined, wire: readonly string[]): End {
  if (type === 'ORIGINAL_DST') return { kind: 'original-destination', wire };
  return first ? { kind: 'external', wire } : { kind: 'no-endpoints' };
}

function sortedByText(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  if (endpoints.length < 2) return endpoints;
  return [...endpoints].sort((a, b) => compareText(endpointText(a), endpointText(b)));
}
