/** The Gateway of a route: a server that is there, a server more, or a Gateway of its own. */
import { IN_GATEWAY_API_FORM } from '../conflicts.ts';
import { conflict, type Context, nameOfObject } from '../context.ts';
import type { GatewayInstall } from '../gateways.ts';
import type { ServerKind } from '../shape.ts';
import { slugOf } from '../slug.ts';
import type { WayOut } from '../types.ts';
import { resolveGatewayName } from '../../mesh/gateway-names.ts';
import type { YamlData } from '../../yaml/edits.ts';
import type { FoundLegs } from './found-legs.ts';
import { gatewaysOn, claimsName, type PlacedServer, serversOn, serverTakes, serverText } from './servers.ts';

/** What the two legs are written with. */
export interface PlannedServer {
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  /** The port of the gateway's Service, which is the server's too. */
  readonly port: number;
}

/** Ports that carry TLS by custom: plain HTTP is not put there. */
const TLS_PORTS: ReadonlySet<number> = new Set([443, 8443, 15443]);

/** Sees to it that a server takes the host; undefined where a conflict is in the way. */
export function planServer(context: Context, kind: ServerKind, found: FoundLegs): PlannedServer | undefined {
  const { install, shape } = context;
  if (!install) return undefined;
  const servers = serversOn(context);
  const fixed = found.mesh?.port ?? found.gateway?.port ?? context.request.hopPort;
  const wanted = fixed === undefined ? wantedPorts(context, install, kind, servers) : [fixed];
  const onService = wanted.filter((port) => install.ports.includes(port));
  if (onService.length === 0) return portNotOnGateway(context, install, kind, wanted[0], servers);
  const free = onService.find((port) => !blocker(servers, kind, port, shape.host));
  if (free === undefined) return portTaken(context, kind, onService, servers);
  return onPort(context, kind, free, servers, found);
}

/** The ports to try, the best first. */
function wantedPorts(
  { shape, request }: Context,
  { ports }: GatewayInstall,
  kind: ServerKind,
  servers: readonly PlacedServer[],
): readonly number[] {
  const having = (test: (each: PlacedServer) => boolean) => servers.filter(test).map(({ port }) => port);
  switch (kind) {
    case 'http':
      return unique([80, ...having((each) => each.kind === 'http'), ...ports.filter((port) => !TLS_PORTS.has(port))]);
    case 'tcp':
      return [shape.gateway?.legs.to.port ?? request.port ?? 0];
    default: {
      const usual = [443, ...having(({ encrypted }) => encrypted), ...ports.filter((port) => TLS_PORTS.has(port))];
      // A gateway without any of these has ports of its owner's choice.
      return unique(usual.some((port) => ports.includes(port)) ? usual : ports);
    }
  }
}

/** The server that keeps a port from this kind of server for this host. */
function blocker(
  servers: readonly PlacedServer[],
  kind: ServerKind,
  port: number,
  host: string,
): PlacedServer | undefined {
  const there = servers.filter((each) => each.port === port);
  switch (kind) {
    case 'http':
      return there.find((each) => each.encrypted || each.kind === 'tcp');
    case 'tcp':
      return there.find((each) => each.kind !== 'tcp' || !isOnlyFor(each, host));
    default:
      return there.find((each) => !each.encrypted || (each.kind !== kind && claimsName(each, host)));
  }
}

function isOnlyFor({ server }: PlacedServer, host: string): boolean {
  const hosts = (server.hosts?.items ?? []).map(({ value }) => value?.replace(/^[^/]*\//, ''));
  return hosts.length === 1 && hosts[0] === host;
}

function onPort(
  context: Context,
  kind: ServerKind,
  port: number,
  servers: readonly PlacedServer[],
  found: FoundLegs,
): PlannedServer | undefined {
  const { shape, home, draft } = context;
  const exclusive = kind === 'tls' || kind === 'tcp';
  const alike = servers
    // A VirtualService cannot name what stands for a listener of Gateway API.
    .filter(({ gateway }) => gateway.namespace !== undefined && !gateway.implied)
    .filter((each) => each.port === port && each.kind === kind && (!exclusive || isOnlyFor(each, shape.host)))
    .sort((a, b) => rank(b, found) - rank(a, found));
  const result = ({ gateway }: PlacedServer): PlannedServer => ({
    gateway: `${gateway.namespace ?? context.gatewayHome}/${gateway.resource.name.value ?? ''}`,
    port,
  });
  const taking = alike.find((each) => serverTakes(each, shape.host, home));
  if (taking) {
    draft.use(taking.gateway);
    return result(taking);
  }
  const target = alike.find((each) => each.server.hosts && draft.isEditable(each.gateway));
  if (target?.server.hosts) {
    draft.edit(target.gateway, { kind: 'append-item', range: target.server.hosts.range, value: shape.host });
    return result(target);
  }
  return withServer(context, kind, port, found);
}

/** The Gateway that a leg names already goes first. */
function rank({ gateway }: PlacedServer, { gateway: leg }: FoundLegs): number {
  return leg?.gateway === `${gateway.namespace ?? ''}/${gateway.resource.name.value ?? ''}` ? 1 : 0;
}

function withServer(context: Context, kind: ServerKind, port: number, found: FoundLegs): PlannedServer {
  const { shape, draft, gatewayHome, apiVersion, install } = context;
  const gateways = gatewaysOn(context).filter(
    (each) => draft.isEditable(each) && each.namespace !== undefined && each.resource.servers?.items.length,
  );
  const named = gateways.find((each) => found.gateway?.gateway === `${each.namespace}/${each.resource.name.value}`);
  const missing = found.gateway?.missing ? resolveGatewayName(found.gateway.gateway, undefined) : undefined;
  const target = missing
    ? undefined
    : (named ?? gateways.find((each) => each.namespace === gatewayHome) ?? gateways[0]);
  const list = target?.resource.servers;
  if (target && list) {
    const taken = new Set(list.items.map((each) => each.port?.name?.value));
    const name = taken.has(portName(kind)) ? slugOf(shape.host, `${portName(kind)}-`) : portName(kind);
    draft.edit(target, { kind: 'append-item', range: list.range, value: serverData(kind, port, shape.host, name) });
    return { gateway: `${target.namespace}/${target.resource.name.value}`, port };
  }
  const namespace = missing?.namespace ?? gatewayHome;
  const name = missing?.name ?? draft.nameFor('Gateway', gatewayHome, slugOf(shape.host));
  draft.add({
    apiVersion,
    kind: 'Gateway',
    name,
    namespace,
    spec: { selector: install?.selector ?? {}, servers: [serverData(kind, port, shape.host, portName(kind))] },
  });
  return { gateway: `${namespace}/${name}`, port };
}

function portName(kind: ServerKind): string {
  return kind === 'passthrough' ? 'tls' : kind === 'tls' ? 'tls-mutual' : kind;
}

function serverData(kind: ServerKind, number: number, host: string, name: string): YamlData {
  const protocol = { http: 'HTTP', https: 'HTTPS', passthrough: 'TLS', tls: 'TLS', tcp: 'TCP' }[kind];
  const mode = {
    http: undefined,
    tcp: undefined,
    https: 'ISTIO_MUTUAL',
    tls: 'ISTIO_MUTUAL',
    passthrough: 'PASSTHROUGH',
  }[kind];
  return { port: { number, name, protocol }, hosts: [host], ...(mode === undefined ? {} : { tls: { mode } }) };
}

function portNotOnGateway(
  context: Context,
  { service, namespace, ports }: GatewayInstall,
  kind: ServerKind,
  wanted: number | undefined,
  servers: readonly PlacedServer[],
): undefined {
  return conflict(context, {
    code: 'port-not-on-gateway',
    text: `Service ${namespace}/${service} has no port ${wanted} (${ports.join(', ')}).`,
    waysOut: otherPorts(context, kind, servers),
  });
}

/** Ports of the gateway's Service that the hop could have instead, with mutual TLS where that is what makes it fit. */
function otherPorts(
  { install, shape, pattern }: Context,
  kind: ServerKind,
  servers: readonly PlacedServer[],
): readonly WayOut[] {
  const ports = install?.ports ?? [];
  const mutual = { http: 'https', passthrough: 'tls', tcp: 'tls' }[kind as string] as ServerKind | undefined;
  const shared = mutual && pattern.mutualHop === 'optional' ? mutual : undefined;
  const inTls = ports.find((port) => shared && TLS_PORTS.has(port) && !blocker(servers, shared, port, shape.host));
  const free = ports.filter((port) => !servers.some((each) => each.port === port));
  const isRun = servers.some(({ gateway }) => gateway.implied);
  return [
    ...(isRun && 'route' in pattern.gatewayApi ? [IN_GATEWAY_API_FORM] : []),
    ...(inTls === undefined
      ? []
      : [
          {
            title: `Use ${inTls} between sidecar and gateway, with mutual TLS`,
            change: { mutualHop: true, hopPort: inTls },
          },
        ]),
    ...free.map((port) => ({ title: `Use ${port} between sidecar and gateway`, change: { hopPort: port } })),
  ];
}

function portTaken(
  context: Context,
  kind: ServerKind,
  ports: readonly number[],
  servers: readonly PlacedServer[],
): undefined {
  const { install, shape } = context;
  const [port = 0] = ports;
  const by = blocker(servers, kind, port, shape.host);
  const needs = { http: 'plain HTTP', https: 'mutual TLS', passthrough: 'TLS', tls: 'mutual TLS', tcp: 'plain TCP' }[
    kind
  ];
  const same = by?.encrypted && kind !== 'http' && kind !== 'tcp';
  const holder = by ? `${serverText(by)} of ${nameOfObject(by.gateway)}` : 'another server';
  const waysOut = [...otherPorts(context, kind, servers)];
  if (by) waysOut.push({ title: 'Open it', open: { path: by.gateway.path, range: by.server.range } });
  return conflict(context, {
    code: 'port-taken',
    text: same
      ? `Port ${port} of ${install?.namespace}/${install?.service} takes ${shape.host} as ${holder} already.`
      : `Port ${port} of ${install?.namespace}/${install?.service} is taken by ${holder}, and this route needs ${needs} on it.`,
    at: by ? { path: by.gateway.path, range: by.server.range } : undefined,
    waysOut,
  } as Parameters<typeof conflict>[1]);
}

function unique(ports: readonly number[]): readonly number[] {
  return [...new Set(ports)];
}
