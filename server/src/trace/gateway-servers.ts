/** The servers of one Gateway as a gateway pod listens for them: this is where servers come from (`mergeGateways` in `pilot/pkg/model/gateway.go`). */
import type { Gateway, GatewayServer } from '../manifest/types.ts';
import { GATEWAY_NAME_LABEL } from '../mesh/implied.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { isHttp, parseProtocol } from '../mesh/protocol.ts';
import { gatewayServices, isProgrammed, runsPods, selectedHosts } from './gateway-api/listeners.ts';
import { isPassthrough, type MergedServer, type Place, type ServerFacts } from './gateway-merge.ts';
import { compareText, type GatewayPod, memo, nameOf, namespaceOf, once, type Plane, selects, stable } from './plane.ts';
import { listenPort, podId, serviceTargetsOf } from './pods.ts';

/** Whether a Gateway of any namespace selects the pod, or selects nothing and so everything; one of Gateway API is for the pods of its Service. */
export function serves(plane: Plane, gateway: MeshObject<Gateway>, pod: GatewayPod): boolean {
  const { implied } = gateway;
  if (implied) return isProgrammed(plane, gateway) && servicePorts(plane, gateway, pod) !== undefined;
  if (!selects(gateway.resource.selector?.value, pod.labels) || !plane.accepts(gateway)) return false;
  const owner = pod.labels[GATEWAY_NAME_LABEL];
  return owner === undefined || namespaceOf(gateway) === pod.namespace || !runsPods(plane, pod.namespace, owner);
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
  const suffix = bind === '' ? '' : `.${bind}`;
  const parsed = parseProtocol(protocol);
  const portName = server.port?.name?.value ?? '';
  const routeConfig = isHttp(parsed)
    ? `http.${port}${suffix}`
    : parsed === 'HTTPS' && !isPassthrough({ tlsMode })
      ? `https.${number}.${portName}.${nameOf(gateway)}.${namespace}${suffix}`
      : '';
  return {
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
    routeConfig,
  };
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

/** In the order of configuration. */
export function comparePlaces(a: Place, b: Place): number {
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
export function keepsHosts(plane: Plane, pod: GatewayPod, server: ServerFacts): boolean {
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
