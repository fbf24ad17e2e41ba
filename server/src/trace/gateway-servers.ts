/** The Gateways of one gateway pod merged into ports and servers (`mergeGateways` in `pilot/pkg/model/gateway.go`). */
import type { Gateway, GatewayServer } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import {
  compareText,
  type GatewayPod,
  inConfigOrder,
  memo,
  nameOf,
  namespaceOf,
  once,
  type Plane,
  selects,
  stable,
} from './plane.ts';
import { listenPort, podId, serverPorts } from './pods.ts';
import { isHttp, parseProtocol } from '../mesh/protocol.ts';

/** What is known of a server: of one that was not asked for only what it makes of its port. */
export interface ServerFacts {
  readonly gateway: MeshObject<Gateway> | undefined;
  /** `namespace/name`. */
  readonly gatewayName: string;
  readonly place: Place;
  readonly server: GatewayServer | undefined;
  /** The port of the pod. */
  readonly listens: number;
  /** The number as written: what VirtualServices match on. */
  readonly number: number;
  readonly protocol: string;
  readonly bind: string;
  /** The namespace before a host is resolved: `.` to the Gateway's own, `*` to none. */
  readonly hosts: readonly string[];
  /** `PASSTHROUGH` where `tls` has no mode; undefined without `tls`. */
  readonly tlsMode: string | undefined;
  readonly httpsRedirect: boolean;
  /** Of the routes, for servers that speak HTTP. */
  readonly routeConfig: string;
}

/** A server as it is written. */
export interface MergedServer extends ServerFacts {
  readonly gateway: MeshObject<Gateway>;
  readonly server: GatewayServer;
}

/** Where a server stands in the order of configuration. */
export interface Place {
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  /** Among the servers of the Gateway. */
  readonly index: number;
}

/** Servers that share a port, a protocol and an address. */
export interface PortServers<S extends ServerFacts = ServerFacts> {
  /** Of the pod. */
  readonly port: number;
  readonly protocol: string;
  readonly bind: string;
  readonly servers: S[];
  /** Of plain HTTP servers. */
  routeConfig: string;
}

/** A server, and what becomes of it. */
export interface PlacedServer<S extends ServerFacts = MergedServer> {
  readonly server: S;
  /** Of the pod. */
  readonly port: number;
  /** The earlier server for whose sake this one is left out; undefined where it is programmed. */
  readonly lostTo: S | undefined;
}

export interface MergedGateways<S extends ServerFacts = ServerFacts> {
  /** Every server that was merged, in the order of configuration. */
  readonly placed: readonly PlacedServer<S>[];
  readonly ports: readonly PortServers<S>[];
  readonly byRouteConfig: ReadonlyMap<string, readonly S[]>;
}

/** All servers of a pod: for telling what is the matter with one. It depends on every Gateway, so a call is followed by `portServers`. */
export function mergedGateways(plane: Plane, pod: GatewayPod): MergedGateways<MergedServer> {
  return memo(plane, `servers of ${podId(plane, pod)}`, (inner) => {
    const state = new Merge<MergedServer>();
    for (const gateway of inConfigOrder(inner.reader.all('Gateway').filter((each) => serves(inner, each, pod)))) {
      for (const server of mergedServers(inner, pod, gateway)) state.claim(server, server.listens);
    }
    return state;
  });
}

/**
 * The servers of one port of a pod, as far as these Gateways have a say: their own, the first of the port, which decides what it is, and those with an
 * address of their own. Of thousands of Gateways on a port the others could add nothing to what is asked.
 */
export function portServers(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  gateways: Iterable<MeshObject<Gateway>>,
): MergedGateways {
  const heads = portHeads(plane, pod, port);
  const bound = serverPorts(plane, pod, port).flatMap((each) => plane.reader.opening(each, 'bound'));
  const own = [...new Set([...gateways, ...bound, ...headGateways(plane, heads)])]
    .filter((each) => serves(plane, each, pod))
    .flatMap((each) => serversOf(plane, pod, each).filter((server) => server.listens === port));
  const known = new Set(own.map((each) => placeText(each.place)));
  const all = [...own, ...heads.filter((each) => !known.has(placeText(each.place)))];
  const state = new Merge<ServerFacts>();
  for (const each of all.sort((a, b) => comparePlaces(a.place, b.place))) {
    if (each.gateway === undefined || keepsHosts(plane, pod, each)) state.add(each, port);
  }
  return state;
}

/** Whether a Gateway of any namespace selects the pod, or selects nothing and so everything. */
export function serves(plane: Plane, gateway: MeshObject<Gateway>, pod: GatewayPod): boolean {
  return selects(gateway.resource.selector?.value, pod.labels) && plane.accepts(gateway);
}

/** The Gateways that a first server is from, where more than the port depends on it: TCP has the port to itself. */
function headGateways(plane: Plane, heads: readonly ServerFacts[]): readonly MeshObject<Gateway>[] {
  return heads
    .filter((each) => each.tlsMode === undefined && !isHttp(parseProtocol(each.protocol)))
    .flatMap((each) => gatewayAt(plane, each.place) ?? []);
}

/** The Gateway of a server, where it was not at hand. */
export function gatewayAt({ reader }: Plane, { namespace, name, path }: Place): MeshObject<Gateway> | undefined {
  return reader.named('Gateway', namespace || undefined, name).find((each) => each.path === path);
}

/**
 * The first server of a port, and the first that has it for plain bytes. A summary of all Gateways of the port: it has no hosts, so that who edits those of
 * the first Gateway does not touch the others.
 */
function portHeads(plane: Plane, pod: GatewayPod, port: number): readonly ServerFacts[] {
  return stable(plane, `first servers of ${port} of ${podId(plane, pod)}`, (inner) =>
    (['tls', 'plain'] as const).flatMap((manner) => {
      const candidates = serverPorts(inner, pod, port).flatMap(
        (each) => firstServer(inner, pod, port, inner.reader.opening(each, manner), manner) ?? [],
      );
      const [first] = candidates.sort((a, b) => comparePlaces(a.place, b.place));
      return first ? [{ ...first, gateway: undefined, server: undefined, hosts: [] }] : [];
    }),
  );
}

function firstServer(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  gateways: readonly MeshObject<Gateway>[],
  manner: 'tls' | 'plain',
): MergedServer | undefined {
  for (const gateway of gateways) {
    if (!serves(plane, gateway, pod)) continue;
    const found = serversOf(plane, pod, gateway).find(
      (each) =>
        each.listens === port && (isTlsServer(each) ? 'tls' : 'plain') === manner && keepsHosts(plane, pod, each),
    );
    if (found) return found;
  }
  return undefined;
}

/** A Gateway with more servers than these is remembered with them. */
const FEW_SERVERS = 4;

/** The servers of a Gateway, as the pod listens for them. This is where servers come from. */
export function serversOf(plane: Plane, pod: GatewayPod, gateway: MeshObject<Gateway>): readonly MergedServer[] {
  const servers = gateway.resource.servers?.items ?? [];
  const { fingerprint, range } = gateway.resource;
  const place = `${namespaceOf(gateway)}/${nameOf(gateway)} ${fingerprint} ${gateway.path} ${range.start}`;
  const name = `servers of ${place} at ${podId(plane, pod)}`;
  if (servers.length <= FEW_SERVERS) return once(plane, name, () => mergedServers(plane, pod, gateway));
  return once(plane, name, () =>
    memo(plane, name, (inner) => {
      // Forgotten with the Gateway.
      inner.reader.named('Gateway', gateway.namespace, nameOf(gateway));
      return mergedServers(inner, pod, gateway);
    }),
  );
}

function mergedServers(plane: Plane, pod: GatewayPod, gateway: MeshObject<Gateway>): readonly MergedServer[] {
  return (gateway.resource.servers?.items ?? []).flatMap((server, index) =>
    server.port ? [mergedServer(gateway, server, index, listenPort(plane, pod, server.port.number?.value ?? 0))] : [],
  );
}

function mergedServer(gateway: MeshObject<Gateway>, server: GatewayServer, index: number, port: number): MergedServer {
  const namespace = namespaceOf(gateway);
  const number = server.port?.number?.value ?? 0;
  const protocol = server.port?.protocol?.value ?? '';
  const bind = server.bind?.value ?? '';
  const tlsMode = server.tls && (server.tls.mode?.value ?? 'PASSTHROUGH');
  const merged = {
    gateway,
    gatewayName: `${namespace}/${nameOf(gateway)}`,
    place: { namespace, name: nameOf(gateway), path: gateway.path, index },
    server,
    listens: port,
    number,
    protocol,
    bind,
    hosts: resolvedHosts(
      (server.hosts?.items ?? []).flatMap((each) => each.value ?? []),
      namespace,
    ),
    tlsMode,
    httpsRedirect: server.tls?.httpsRedirect?.value ?? false,
  };
  const suffix = bind === '' ? '' : `.${bind}`;
  const parsed = parseProtocol(protocol);
  const portName = server.port?.name?.value ?? '';
  const routeConfig = isHttp(parsed)
    ? `http.${port}${suffix}`
    : parsed === 'HTTPS' && !isPassthrough(merged)
      ? `https.${number}.${portName}.${nameOf(gateway)}.${namespace}${suffix}`
      : '';
  return { ...merged, routeConfig };
}

/** A host for any namespace makes the whole list `*` where it is `*` itself (`sanitizeServerHostNamespace`). */
function resolvedHosts(hosts: readonly string[], namespace: string): readonly string[] {
  if (hosts.includes('*/*')) return ['*'];
  return hosts.map((each) => {
    const [owner, host] = each.split('/');
    if (host === undefined) return each;
    return owner === '.' ? `${namespace}/${host}` : owner === '*' ? host : each;
  });
}

export function isPassthrough({ tlsMode }: Pick<MergedServer, 'tlsMode'>): boolean {
  return tlsMode === 'PASSTHROUGH' || tlsMode === 'AUTO_PASSTHROUGH';
}

/** HTTPS that is decrypted here. */
export function terminatesHttps(server: Pick<MergedServer, 'tlsMode' | 'protocol'>): boolean {
  return server.tlsMode !== undefined && parseProtocol(server.protocol) === 'HTTPS' && !isPassthrough(server);
}

function speaksHttp(server: ServerFacts): boolean {
  const protocol = parseProtocol(server.protocol);
  return isHttp(protocol) || (protocol === 'HTTPS' && !isPassthrough(server));
}

function isTlsServer(server: ServerFacts): boolean {
  return server.tlsMode !== undefined && !isHttp(parseProtocol(server.protocol));
}

class Merge<S extends ServerFacts> implements MergedGateways<S> {
  readonly placed: PlacedServer<S>[] = [];
  readonly ports: PortServers<S>[] = [];
  readonly byRouteConfig = new Map<string, S[]>();
  readonly #seen = new Set<number>();
  readonly #plain = new Map<number, PortServers<S>>();
  readonly #binds = new Map<number, Set<string>>();
  readonly #tlsHosts = new Map<number, Map<string, string>>();

  /** Adds a server that keeps its hosts, or leaves it out where it conflicts with an earlier one. */
  add(server: S, port: number): void {
    this.placed.push({ server, port, lostTo: this.#place(server, port) });
  }

  /** As `add`, where every server of the port comes this way: a TLS server is left out where one of its hosts is taken. */
  claim(server: S, port: number): void {
    const keeps = server.tlsMode === undefined || claimHosts(this.#tlsHosts, port, server.hosts, server.bind);
    if (keeps) this.add(server, port);
    else this.placed.push({ server, port, lostTo: this.#claimant(server, port) });
  }

  /** The server that this one loses to, where it is left out. */
  #place(server: S, port: number): S | undefined {
    if (!this.#seen.has(port)) {
      this.#seen.add(port);
      return this.#addNew(server, port);
    }
    const plain = this.#plain.get(port);
    if (plain) return this.#addBesidePlain(server, port, plain);
    return isTlsServer(server) ? this.#addTls(server, port) : this.#addNew(server, port);
  }

  /** The earlier server that has one of the hosts. */
  #claimant(server: S, port: number): S | undefined {
    return this.placed.find(
      (each) =>
        each.port === port &&
        each.server.tlsMode !== undefined &&
        each.server.bind === server.bind &&
        each.server.hosts.some((host) => server.hosts.includes(host)),
    )?.server;
  }

  #addNew(server: S, port: number): undefined {
    const own: PortServers<S> = {
      port,
      protocol: server.protocol,
      bind: server.bind,
      servers: [server],
      routeConfig: server.routeConfig,
    };
    if (!isTlsServer(server)) this.#plain.set(port, own);
    if (speaksHttp(server)) this.byRouteConfig.set(server.routeConfig, [server]);
    this.ports.push(own);
    return undefined;
  }

  /** Plain HTTP joins plain HTTP; anything else needs an address of its own. */
  #addBesidePlain(server: S, port: number, plain: PortServers<S>): S | undefined {
    if (plain.bind === server.bind) {
      if (!canMerge(server.protocol, plain.protocol) || server.routeConfig === '') return plain.servers[0];
      plain.servers.push(server);
      this.#addRoutes(server);
      return undefined;
    }
    const own = this.#find(server, port);
    if (!own) return this.#addNew(server, port);
    own.routeConfig = server.routeConfig;
    own.servers.push(server);
    this.#addRoutes(server);
    return undefined;
  }

  /** TLS servers share a port by server name; each HTTPS server has routes of its own. */
  #addTls(server: S, port: number): S | undefined {
    if (speaksHttp(server)) {
      const [same] = this.byRouteConfig.get(server.routeConfig) ?? [];
      if (server.routeConfig === '' || same) return same;
      this.byRouteConfig.set(server.routeConfig, [server]);
    }
    const binds = this.#binds.get(port) ?? new Set();
    this.#binds.set(port, binds.add(server.bind));
    const own = this.#find(server, port);
    if (own) own.servers.push(server);
    else this.ports.push({ port, protocol: server.protocol, bind: server.bind, servers: [server], routeConfig: '' });
    return undefined;
  }

  #find(server: S, port: number): PortServers<S> | undefined {
    return this.ports.find(
      (each) => each.port === port && each.protocol === server.protocol && each.bind === server.bind,
    );
  }

  #addRoutes(server: S): void {
    this.byRouteConfig.set(server.routeConfig, [...(this.byRouteConfig.get(server.routeConfig) ?? []), server]);
  }
}

function canMerge(a: string, b: string): boolean {
  const left = parseProtocol(a);
  const right = parseProtocol(b);
  return (isHttp(left) || left === right) && isHttp(right);
}

function comparePlaces(a: Place, b: Place): number {
  return (
    compareText(a.name, b.name) ||
    compareText(a.namespace, b.namespace) ||
    compareText(a.path, b.path) ||
    a.index - b.index
  );
}

function placeText({ namespace, name, path, index }: Place): string {
  return `${namespace}/${name} ${index} ${path}`;
}

/** A server with more hosts than these is remembered with the answer. */
const FEW_HOSTS = 8;

/** Whether a server with TLS is the first on its port and address for each of its hosts: where one is taken, the whole server is left out (`CheckDuplicates`). */
function keepsHosts(plane: Plane, pod: GatewayPod, server: ServerFacts): boolean {
  const { tlsMode, hosts, place, gateway, listens } = server;
  if (tlsMode === undefined) return true;
  const name = `whether ${placeText(place)} keeps its hosts at ${podId(plane, pod)}`;
  const known = plane.scratch.get(name);
  if (typeof known === 'boolean') return known;
  if (hosts.length <= FEW_HOSTS || !gateway) return once(plane, name, () => isFirst(plane, pod, server));
  return once(plane, name, () =>
    stable(plane, `${name}:${listens} ${gateway.resource.fingerprint}`, (inner) => isFirst(inner, pod, server)),
  );
}

/** Of those that have a host the latest counts, so an address between two that are equal lets both in, as in Istio. */
function isFirst(plane: Plane, pod: GatewayPod, { place, hosts, bind, listens }: ServerFacts): boolean {
  return hosts.every((host) => {
    const earlier = plane.reader
      .about('Gateway', host.slice(host.indexOf('/') + 1))
      .filter((each) => serves(plane, each, pod))
      .flatMap((each) => serversOf(plane, pod, each))
      .filter((each) => each.listens === listens && each.tlsMode !== undefined && each.hosts.includes(host))
      .filter((each) => comparePlaces(each.place, place) < 0)
      .sort((a, b) => comparePlaces(a.place, b.place));
    const oneAddress = earlier.every((each) => each.bind === bind);
    if (oneAddress) return !earlier.some((each) => keepsHosts(plane, pod, each));
    return earlier.filter((each) => keepsHosts(plane, pod, each)).at(-1)?.bind !== bind;
  });
}

/** Takes the hosts of a port and address; false where one of them is taken already, and then none is (`CheckDuplicates`). */
export function claimHosts(
  known: Map<number, Map<string, string>>,
  port: number,
  hosts: readonly string[],
  bind: string,
): boolean {
  const own = known.get(port) ?? new Map<string, string>();
  known.set(port, own);
  if (hosts.some((each) => own.get(each) === bind)) return false;
  for (const each of hosts) own.set(each, bind);
  return true;
}
