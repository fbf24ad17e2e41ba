/** The listener of a route's Gateway: one that is there, one more, or a Gateway of its own. */
import type { K8sGateway, K8sListener } from '../../manifest/types.ts';
import { hostCoveredBy, hostsOverlap, isWildcard } from '../../mesh/hosts.ts';
import { listenersOf } from '../../mesh/implied.ts';
import { admitsNamespace, routeKinds } from '../../mesh/listeners.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import type { YamlData } from '../../yaml/edits.ts';
import { conflict, nameOfObject, placeOf } from '../context.ts';
import { serversOn } from '../pieces/servers.ts';
import { slugOf } from '../slug.ts';
import { serverNameTo } from './hop.ts';
import { type ListenerKind, noPlaceFor } from './no-place.ts';
import { type ApiPlan, GATEWAY_API_VERSION } from './parts.ts';

export interface PlannedListener {
  readonly name: string;
  readonly port: number;
}

/** Ports to try, the best first: a Gateway opens what its listeners name. */
const USUAL: Readonly<Record<ListenerKind, readonly number[]>> = {
  http: [80, 8080, 8081],
  https: [443, 8443, 15443],
  passthrough: [443, 8443, 15443],
};

const ISTIO_MUTUAL = { 'gateway.istio.io/tls-terminate-mode': 'ISTIO_MUTUAL' };

/**
 * Sees to it that a listener takes the host; undefined where a conflict is in the way.
 *
 * @param fixed what parts of the route name already
 * @param isUsable whether the way from sidecars to a port can be what the listener reads
 */
export function planListener(
  plan: ApiPlan,
  fixed: { readonly port: number | undefined; readonly name: string | undefined },
  isUsable: (port: number) => boolean,
): PlannedListener | undefined {
  const { context, gateway } = plan;
  const kind = kindIn(plan);
  if (kind === undefined) return undefined;
  const there = gateway.object ? listenersOf(gateway.object.resource) : [];
  const having = there.filter((each) => isOfKind(each, kind)).flatMap(({ port }) => port?.value ?? []);
  const wanted = fixed.port === undefined ? [...new Set([...having, ...USUAL[kind]])] : [fixed.port];
  const open = wanted.filter((port) => canOpen(plan, port));
  for (const port of open) {
    if (!isUsable(port)) continue;
    const taking = fitting(plan, there, kind, port)[0];
    if (taking) {
      if (gateway.object) context.draft.use(gateway.object);
      return { name: taking.name?.value ?? '', port };
    }
    if (!isFree(plan, there, kind, port)) continue;
    return added(plan, there, { kind, port, name: fixed.name });
  }
  return noPlaceFor(plan, kind, { there, wanted, isOpen: open.length > 0 });
}

function kindIn({ context }: ApiPlan): ListenerKind | undefined {
  const kind = context.shape.gateway?.server;
  return kind === 'http' || kind === 'https' || kind === 'passthrough' ? kind : undefined;
}

/** What istiod runs opens every port that a listener has; an installed gateway those of its Service. */
function canOpen({ install, gateway }: ApiPlan, port: number): boolean {
  return !gateway.attachedTo || install.ports.includes(port);
}

function isOfKind({ protocol, tls }: K8sListener, kind: ListenerKind): boolean {
  switch (kind) {
    case 'http':
      return protocol?.value === 'HTTP';
    case 'https':
      return (
        protocol?.value === 'HTTPS' &&
        tls?.options['gateway.istio.io/tls-terminate-mode'] === ISTIO_MUTUAL['gateway.istio.io/tls-terminate-mode']
      );
    case 'passthrough':
      return protocol?.value === 'TLS' && tls?.mode?.value === 'Passthrough';
  }
}

/** Listeners that take the host for routes of the Gateway's namespace, the most exact first. */
function fitting(
  plan: ApiPlan,
  there: readonly K8sListener[],
  kind: ListenerKind,
  port: number,
): readonly K8sListener[] {
  const { context, gateway } = plan;
  const { object } = gateway;
  if (!object) return [];
  return there
    .filter((each) => isOfKind(each, kind) && each.port?.value === port && each.name?.value !== undefined)
    .filter(
      (each) =>
        takes(each, context.shape.host) && (kind !== 'https' || takesServerName(each, serverNameTo(plan, port))),
    )
    .filter((each) => routeKinds(each).includes(plan.kind) && admits(plan, object, each))
    .sort((a, b) => (b.hostname?.value?.length ?? 0) - (a.hostname?.value?.length ?? 0));
}

function admits({ context }: ApiPlan, object: MeshObject<K8sGateway>, listener: K8sListener): boolean {
  return admitsNamespace(context.plane.reader, object, listener, context.gatewayHome);
}

function takes({ hostname }: K8sListener, host: string): boolean {
  if (!hostname) return true;
  return hostname.value !== undefined && hostCoveredBy(host, hostname.value);
}

/** Without one of its own, the mutual TLS of the mesh names the gateway. */
function takesServerName({ hostname }: K8sListener, sni: string | undefined): boolean {
  return !hostname || (sni !== undefined && hostname.value !== undefined && hostCoveredBy(sni, hostname.value));
}

/** Whether a listener for the host can be put on a port beside what is there. */
function isFree(plan: ApiPlan, there: readonly K8sListener[], kind: ListenerKind, port: number): boolean {
  const { context } = plan;
  const { host } = context.shape;
  const beside = there.filter((each) => each.port?.value === port);
  const hostname = kind === 'https' ? undefined : host;
  const hasPlace = beside.every((each) => {
    if (kind === 'http') return each.protocol?.value === 'HTTP' && each.hostname?.value !== host;
    const isTls = each.protocol?.value === 'TLS' || each.protocol?.value === 'HTTPS';
    if (!isTls) return false;
    const own = each.hostname?.value;
    // Of two listeners for TLS the more exact name has the connection, whatever it does with it.
    return hostname === undefined ? own !== undefined : own === undefined || !hostsOverlap(own, hostname);
  });
  return hasPlace && hasPlaceAtPods(plan, kind, port);
}

/** An installed gateway may have servers of Istio's own Gateways on the port. */
function hasPlaceAtPods({ context, gateway }: ApiPlan, kind: ListenerKind, port: number): boolean {
  if (!gateway.attachedTo) return true;
  return serversOn(context)
    .filter((each) => each.port === port)
    .every((each) =>
      kind === 'http'
        ? each.kind === 'http'
        : each.kind === 'passthrough' && !sharesHost(each.server.hosts?.items, context.shape.host, kind),
    );
}

function sharesHost(
  hosts: readonly { readonly value: string | undefined }[] | undefined,
  host: string,
  kind: ListenerKind,
): boolean {
  return (hosts ?? []).some(({ value }) => {
    const own = value?.replace(/^[^/]*\//, '');
    return own === undefined || (kind === 'https' ? isWildcard(own) : own !== '*' && hostsOverlap(own, host));
  });
}

function added(
  plan: ApiPlan,
  there: readonly K8sListener[],
  {
    kind,
    port,
    name: given,
  }: { readonly kind: ListenerKind; readonly port: number; readonly name: string | undefined },
): PlannedListener | undefined {
  const { context, gateway, install } = plan;
  const { draft, shape } = context;
  const names = new Set(there.map((each) => each.name?.value));
  const wanted = [given, nameOf(kind)].find((each) => each !== undefined && !names.has(each));
  const name = wanted ?? freeListenerName(names, slugOf(shape.host, `${nameOf(kind)}-`));
  const data = listenerData(kind, name, port, shape.host);
  const { object } = gateway;
  if (!object) {
    draft.add({
      apiVersion: GATEWAY_API_VERSION,
      kind: 'Gateway',
      name: gateway.name,
      namespace: install.namespace,
      // Without it the Service would be opened to the outside.
      ...(gateway.attachedTo ? {} : { annotations: { 'networking.istio.io/service-type': 'ClusterIP' } }),
      spec: {
        gatewayClassName: 'istio',
        ...(gateway.attachedTo ? { addresses: [{ type: 'Hostname', value: gateway.attachedTo }] } : {}),
        listeners: [data],
      },
    });
    return { name, port };
  }
  const list = object.resource.listeners;
  if (!draft.isEditable(object) || !list) {
    return conflict(context, {
      code: 'not-editable',
      text: `${nameOfObject(object)} has no listener for ${shape.host} on port ${port}, and cannot be edited here.`,
      at: placeOf(object),
      waysOut: [{ title: 'Open it', open: placeOf(object) }],
    });
  }
  draft.edit(object, { kind: 'append-item', range: list.range, value: data });
  return { name, port };
}

function freeListenerName(names: ReadonlySet<string | undefined>, wanted: string): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    if (!names.has(name)) return name;
  }
}

function nameOf(kind: ListenerKind): string {
  return kind === 'passthrough' ? 'tls' : kind === 'https' ? 'https-mutual' : kind;
}

function listenerData(kind: ListenerKind, name: string, port: number, host: string): YamlData {
  const allowedRoutes = { namespaces: { from: 'Same' } };
  switch (kind) {
    case 'http':
      return { name, hostname: host, port, protocol: 'HTTP', allowedRoutes };
    case 'https':
      // Without a hostname: the sidecars' mutual TLS names the gateway, so that one listener serves every host.
      return { name, port, protocol: 'HTTPS', tls: { mode: 'Terminate', options: ISTIO_MUTUAL }, allowedRoutes };
    case 'passthrough':
      return { name, hostname: host, port, protocol: 'TLS', tls: { mode: 'Passthrough' }, allowedRoutes };
  }
}
