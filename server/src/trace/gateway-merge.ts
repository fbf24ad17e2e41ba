/** How the servers of a gateway pod come together on its ports, and which are left out (`mergeGateways` in `pilot/pkg/model/gateway.go`). */
import type { Gateway, GatewayServer } from '../manifest/types.ts';
import { isHttp, parseProtocol } from '../mesh/protocol.ts';
import type { MeshObject } from '../mesh/mesh.ts';

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

/** One that shares its port by server name. */
export function isTlsServer(server: ServerFacts): boolean {
  return server.tlsMode !== undefined && !isHttp(parseProtocol(server.protocol));
}

/** Servers put into ports one after the other, in the order of configuration. */
export class Merge<S extends ServerFacts> implements MergedGateways<S> {
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
