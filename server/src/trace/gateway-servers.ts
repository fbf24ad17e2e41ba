/** The Gateways of one gateway pod merged into ports and servers (`mergeGateways` in `pilot/pkg/model/gateway.go`). */
import type { Gateway, GatewayServer } from '../manifest/types.ts';
import { GATEWAY_NAME_LABEL } from '../mesh/implied.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { gatewayServices, isProgrammed, runsPods, selectedHosts } from './gateway-api/listeners.ts';
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
import { listenPort, podId, serverPorts, serviceTargetsOf } from './pods.ts';
import { isHttp, parseProtocol } from '../mesh/protocol.ts';
import {
  isPassthrough,
  isTlsServer,
  Merge,
  type MergedGateways,
  type MergedServer,
  type PlacedServer,
  type Place,
  type ServerFacts,
} from './gateway-merge.ts';

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

/** All servers of a pod, found by their port and by their Gateway (`namespace/name`). */
export interface PlacedServers {
  readonly all: readonly PlacedServer[];
  on(port: number): readonly PlacedServer[];
  of(gateways: ReadonlySet<string>): readonly PlacedServer[];
  /** Names of those Gateways that are listeners of Gateway API. */
  readonly listeners: ReadonlySet<string>;
}

/** As `mergedGateways`: for telling what is the matter with one. */
export function placedServers(plane: Plane, pod: GatewayPod): PlacedServers {
  return memo(plane, `placed servers of ${podId(plane, pod)}`, (inner) => {
    const { placed } = mergedGateways(inner, pod);
    const byPort = new Map<number, PlacedServer[]>();
    const byGateway = new Map<string, PlacedServer[]>();
    const listeners = new Set<string>();
    for (const each of placed) {
      const { gatewayName, gateway } = each.server;
      append(byPort, each.port, each);
      append(byGateway, gatewayName, each);
      if (gateway.implied) listeners.add(gatewayName);
    }
    return {
      all: placed,
      on: (port: number) => byPort.get(port) ?? [],
      of: (gateways: ReadonlySet<string>) => {
        const [only, another] = gateways;
        if (another !== undefined) return placed.filter(({ server }) => gateways.has(server.gatewayName));
        return only === undefined ? [] : (byGateway.get(only) ?? []);
      },
      listeners,
    };
  });
}

function append<K>(lists: Map<K, PlacedServer[]>, key: K, each: PlacedServer): void {
  const list = lists.get(key);
  if (list) list.push(each);
  else lists.set(key, [each]);
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
  const isOwn = ({ place }: ServerFacts) => own.some((each) => comparePlaces(each.place, place) === 0);
  const all = [...heads.filter((each) => !isOwn(each)), ...own];
  const state = new Merge<ServerFacts>();
  for (const each of all.sort((a, b) => comparePlaces(a.place, b.place))) {
    if (each.gateway === undefined || keepsHosts(plane, pod, each)) state.add(each, port);
  }
  return state;
}

/** Whether a Gateway of any namespace selects the pod, or selects nothing and so everything; one of Gateway API is for the pods of its Service. */
export function serves(plane: Plane, gateway: MeshObject<Gateway>, pod: GatewayPod): boolean {
  const { implied } = gateway;
  if (implied) return isProgrammed(plane, gateway) && servicePorts(plane, gateway, pod) !== undefined;
  if (!selects(gateway.resource.selector?.value, pod.labels) || !plane.accepts(gateway)) return false;
  const owner = pod.labels[GATEWAY_NAME_LABEL];
  return owner === undefined || namespaceOf(gateway) === pod.namespace || !runsPods(plane, pod.namespace, owner);
}

/** The Gateways that a first server is from, where more than the port depends on it: TCP has the port to itself. */
function headGateways(plane: Plane, heads: readonly ServerFacts[]): readonly MeshObject<Gateway>[] {
  return heads
    .filter((each) => each.tlsMode === undefined && !isHttp(parseProtocol(each.protocol)))
    .flatMap((each) => gatewaysAt(plane, each.place));
}

/** Before every other. */
const FOREMOST: Place = { namespace: '', name: '', path: '', index: 0 };

/**
 * The first server that has a port for plain bytes, which decides what else may be on it. A summary of all Gateways of the port: it has no hosts, and says
 * whose it is only where that matters, so that who edits other Gateways does not touch it. Servers with TLS are told apart from each other by their hosts.
 */
function portHeads(plane: Plane, pod: GatewayPod, port: number): readonly ServerFacts[] {
  return stable(plane, `first server of ${port} of ${podId(plane, pod)}`, (inner) => {
    const first = firstOf(inner, pod, port, 'plain');
    if (!first) return [];
    const alone = isHttp(parseProtocol(first.protocol)) && !firstOf(inner, pod, port, 'tls');
    const whose = alone ? { gatewayName: '', place: FOREMOST } : {};
    return [{ ...first, ...whose, gateway: undefined, server: undefined, hosts: [] }];
  });
}

function firstOf(plane: Plane, pod: GatewayPod, port: number, manner: 'tls' | 'plain'): MergedServer | undefined {
  const candidates = serverPorts(plane, pod, port).flatMap(
    (each) => firstServer(plane, pod, port, plane.reader.opening(each, manner), manner) ?? [],
  );
  return candidates.sort((a, b) => comparePlaces(a.place, b.place))[0];
}

/** The servers of these Gateways (`namespace/name`) on a port; undefined where one of them is left out, for `placedServers` to say why. */
export function programmedServers(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  gateways: ReadonlySet<string>,
): readonly PlacedServer[] | undefined {
  const objects = [...gateways].flatMap((each) => {
    const slash = each.indexOf('/');
    return plane.reader.named('Gateway', each.slice(0, slash) || undefined, each.slice(slash + 1));
  });
  const serving = objects.filter((each) => serves(plane, each, pod));
  const written = serving.flatMap((each) => serversOf(plane, pod, each)).filter((each) => each.listens === port);
  const { placed } = portServers(plane, pod, port, serving);
  const programmed = new Set(placed.flatMap(({ server, lostTo }) => (lostTo ? [] : server)));
  if (!written.every((each) => programmed.has(each))) return undefined;
  return written.sort((a, b) => comparePlaces(a.place, b.place)).map((server) => ({ server, port, lostTo: undefined }));
}

/** The first server of a port, in the order of configuration. */
export function firstServerOn(plane: Plane, pod: GatewayPod, port: number): MergedServer | undefined {
  const found = [openingServer(plane, pod, port), openingServer(plane, pod, port, 'tls')].flatMap((each) => each ?? []);
  return found.sort((a, b) => comparePlaces(a.place, b.place))[0];
}

/** The first server that opens a port for plain bytes, or with TLS: for naming it where none that is asked for does. */
export function openingServer(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  manner: 'plain' | 'tls' = 'plain',
): MergedServer | undefined {
  const place = stable(
    plane,
    `who opens ${port} of ${podId(plane, pod)} ${manner}`,
    (inner) => firstOf(inner, pod, port, manner)?.place,
  );
  return (
    place &&
    gatewaysAt(plane, place).flatMap((each) =>
      serversOf(plane, pod, each).filter((server) => server.place.index === place.index),
    )[0]
  );
}

function gatewaysAt({ reader }: Plane, { namespace, name, path }: Place): readonly MeshObject<Gateway>[] {
  return reader.named('Gateway', namespace || undefined, name).filter((each) => each.path === path);
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
  const byPod = once(plane, serversOf, gateway, () => new Map<string, readonly MergedServer[]>());
  const id = podId(plane, pod);
  const known = byPod.get(id);
  if (known) return known;
  const few = (gateway.resource.servers?.items.length ?? 0) <= FEW_SERVERS;
  const servers = few ? mergedServers(plane, pod, gateway) : rememberedServers(plane, pod, gateway);
  byPod.set(id, servers);
  return servers;
}

function rememberedServers(plane: Plane, pod: GatewayPod, gateway: MeshObject<Gateway>): readonly MergedServer[] {
  const { fingerprint, range } = gateway.resource;
  const place = `${namespaceOf(gateway)}/${nameOf(gateway)} ${fingerprint} ${gateway.path} ${range.start}`;
  return memo(plane, `servers of ${place} at ${podId(plane, pod)}`, (inner) => {
    // Forgotten with the Gateway.
    inner.reader.named('Gateway', gateway.namespace, nameOf(gateway));
    return mergedServers(inner, pod, gateway);
  });
}

function mergedServers(plane: Plane, pod: GatewayPod, gateway: MeshObject<Gateway>): readonly MergedServer[] {
  return (gateway.resource.servers?.items ?? []).flatMap((server, index) =>
    server.port
      ? portsFor(plane, pod, gateway, server.port.number?.value ?? 0).map((port) =>
          mergedServer(plane, gateway, server, index, port),
        )
      : [],
  );
}

/** For Gateway API only the ports of the Service count; none where it does not have the listener's (`resolvePorts`). */
function portsFor(plane: Plane, pod: GatewayPod, gateway: MeshObject<Gateway>, number: number): readonly number[] {
  if (!gateway.implied) return [listenPort(plane, pod, number)];
  const targets = (servicePorts(plane, gateway, pod) ?? []).filter((each) => each.port === number);
  return [...new Set(targets.map((each) => each.target))];
}

/** The ports of the Services that a Gateway of Gateway API is for, as they lead to a pod; undefined where none leads there. */
function servicePorts(plane: Plane, { implied }: MeshObject<Gateway>, pod: GatewayPod) {
  if (!implied || namespaceOf(implied.by) !== pod.namespace) return undefined;
  const hosts = gatewayServices(plane, implied.by);
  const found = hosts.flatMap((each) => serviceTargetsOf(plane, pod, each) ?? []);
  return found.length > 0 ? found : undefined;
}

function mergedServer(
  plane: Plane,
  gateway: MeshObject<Gateway>,
  server: GatewayServer,
  index: number,
  port: number,
): MergedServer {
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
      selectedHosts(plane, gateway) ?? (server.hosts?.items ?? []).flatMap((each) => each.value ?? []),
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
  return once(plane, keepsHosts, name, () =>
    hosts.length <= FEW_HOSTS || !gateway
      ? isFirst(plane, pod, server)
      : stable(plane, `${name}:${listens} ${gateway.resource.fingerprint}`, (inner) => isFirst(inner, pod, server)),
  );
}

/** Of those that have a host the latest counts, so an address between two that are equal lets both in, as in Istio. */
function isFirst(plane: Plane, pod: GatewayPod, { place, hosts, bind, listens }: ServerFacts): boolean {
  return hosts.every((host) => {
    const earlier = plane.reader
      .hosting('Gateway', host.slice(host.indexOf('/') + 1))
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
