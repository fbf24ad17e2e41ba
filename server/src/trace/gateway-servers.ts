/** The Gateways of one gateway pod merged into ports and servers (`mergeGateways` in `pilot/pkg/model/gateway.go`). */
import type { Gateway, GatewayServer } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { type GatewayPod, inConfigOrder, memo, nameOf, namespaceOf, type Plane, selects } from './plane.ts';
import { listenPort } from './pods.ts';
import { isHttp, parseProtocol } from './protocol.ts';

export interface MergedServer {
  readonly gateway: MeshObject<Gateway>;
  /** `namespace/name`. */
  readonly gatewayName: string;
  readonly server: GatewayServer;
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

/** Servers that share a port, a protocol and an address. */
export interface PortServers {
  /** Of the pod. */
  readonly port: number;
  readonly protocol: string;
  readonly bind: string;
  readonly servers: MergedServer[];
  /** Of plain HTTP servers. */
  routeConfig: string;
}

/** A server as it is written, and what becomes of it. */
export interface PlacedServer {
  readonly server: MergedServer;
  /** Of the pod. */
  readonly port: number;
  /** The earlier server for whose sake this one is left out; undefined where it is programmed. */
  readonly lostTo: MergedServer | undefined;
}

export interface MergedGateways {
  /** Every server of every Gateway that selects the pod, in the order of configuration. */
  readonly placed: readonly PlacedServer[];
  readonly ports: readonly PortServers[];
  readonly byRouteConfig: ReadonlyMap<string, readonly MergedServer[]>;
}

export function mergedGateways(plane: Plane, pod: GatewayPod): MergedGateways {
  return memo(plane, `servers of ${pod.namespace}/${pod.name}`, (inner) => {
    const state = new Merge();
    for (const gateway of gatewaysOf(inner, pod)) {
      for (const server of gateway.resource.servers?.items ?? []) {
        if (!server.port) continue;
        const port = listenPort(inner, pod, server.port.number?.value ?? 0);
        state.add(mergedServer(gateway, server, port), port);
      }
    }
    return state;
  });
}

/** The Gateways of any namespace that select the pod, or select nothing and so everything. */
function gatewaysOf(plane: Plane, pod: GatewayPod): readonly MeshObject<Gateway>[] {
  return inConfigOrder(plane.reader.all('Gateway').filter(plane.accepts)).filter((each) =>
    selects(each.resource.selector?.value, pod.labels),
  );
}

function mergedServer(gateway: MeshObject<Gateway>, server: GatewayServer, port: number): MergedServer {
  const namespace = namespaceOf(gateway);
  const number = server.port?.number?.value ?? 0;
  const protocol = server.port?.protocol?.value ?? '';
  const bind = server.bind?.value ?? '';
  const tlsMode = server.tls && (server.tls.mode?.value ?? 'PASSTHROUGH');
  const merged = {
    gateway,
    gatewayName: `${namespace}/${nameOf(gateway)}`,
    server,
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

function speaksHttp(server: MergedServer): boolean {
  const protocol = parseProtocol(server.protocol);
  return isHttp(protocol) || (protocol === 'HTTPS' && !isPassthrough(server));
}

function isTlsServer(server: MergedServer): boolean {
  return server.tlsMode !== undefined && !isHttp(parseProtocol(server.protocol));
}

class Merge implements MergedGateways {
  readonly placed: PlacedServer[] = [];
  readonly ports: PortServers[] = [];
  readonly byRouteConfig = new Map<string, MergedServer[]>();
  readonly #seen = new Set<number>();
  readonly #plain = new Map<number, PortServers>();
  readonly #tlsHosts = new Map<number, Map<string, string>>();
  readonly #binds = new Map<number, Set<string>>();

  /** Adds a server, or leaves it out where it conflicts with an earlier one. */
  add(server: MergedServer, port: number): void {
    this.placed.push({ server, port, lostTo: this.#place(server, port) });
  }

  /** The server that this one loses to, where it is left out. */
  #place(server: MergedServer, port: number): MergedServer | undefined {
    if (server.tlsMode !== undefined && !claimHosts(this.#tlsHosts, port, server.hosts, server.bind))
      return this.#claimant(server, port);
    if (!this.#seen.has(port)) {
      this.#seen.add(port);
      return this.#addNew(server, port);
    }
    const plain = this.#plain.get(port);
    if (plain) return this.#addBesidePlain(server, port, plain);
    return isTlsServer(server) ? this.#addTls(server, port) : this.#addNew(server, port);
  }

  /** The earlier server that has one of the hosts. */
  #claimant(server: MergedServer, port: number): MergedServer | undefined {
    return this.placed.find(
      (each) =>
        each.port === port &&
        each.server.tlsMode !== undefined &&
        each.server.bind === server.bind &&
        each.server.hosts.some((host) => server.hosts.includes(host)),
    )?.server;
  }

  #addNew(server: MergedServer, port: number): undefined {
    const own: PortServers = {
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
  #addBesidePlain(server: MergedServer, port: number, plain: PortServers): MergedServer | undefined {
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
  #addTls(server: MergedServer, port: number): MergedServer | undefined {
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

  #find(server: MergedServer, port: number): PortServers | undefined {
    return this.ports.find(
      (each) => each.port === port && each.protocol === server.protocol && each.bind === server.bind,
    );
  }

  #addRoutes(server: MergedServer): void {
    this.byRouteConfig.set(server.routeConfig, [...(this.byRouteConfig.get(server.routeConfig) ?? []), server]);
  }
}

function canMerge(a: string, b: string): boolean {
  const left = parseProtocol(a);
  const right = parseProtocol(b);
  return (isHttp(left) || left === right) && isHttp(right);
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
