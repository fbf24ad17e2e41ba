/** The proxy at which a call fails, and the piece of YAML that sent it where it could not go. */
import { isGatewayNamespace } from '../../calls/clients.ts';
import { causesOf, objectOf } from '../../calls/relevant.ts';
import { gatewayOf } from '../../calls/proxies.ts';
import type { Destination } from '../../manifest/types.ts';
import { resolveShortHost } from '../../mesh/hosts.ts';
import { type RouteObject, rulesOfRoute } from '../../mesh/route-rules.ts';
import type { RouteRule } from '../../mesh/virtual-service-rules.ts';
import { type ClusterName, parseClusterName } from '../../trace/cluster-names.ts';
import { gatewayPodNamed } from '../../trace/pods.ts';
import { gatewayProxy, type MeshProxy, sidecarProxy } from '../../trace/proxy.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import type { Cause } from '../../trace/types.ts';
import type { Failure } from '../rule.ts';
import { clientsText } from './clients-text.ts';

/** The proxy at which the call ends. */
export function proxyOf({ outcome: { call, ending }, plane }: Failure): MeshProxy | undefined {
  const gateway = gatewayOf(ending.at);
  if (!gateway) return sidecarProxy(plane, call.from.namespace, call.from.labels);
  const pod = gatewayPodNamed(plane, gateway.namespace, gateway.name);
  return pod && gatewayProxy(pod);
}

/** The cluster that the call was sent to, taken apart; undefined for those that Istio makes for unknown destinations. */
export function clusterOf({ outcome: { ending } }: Failure): ClusterName | undefined {
  return parseClusterName(ending.cluster?.name ?? '');
}

/** Whether the clients, whose namespace is not written, may be in that of one of these, which works for them there. */
export function mayBeWith({ outcome: { ending, clients }, plane }: Failure, objects: readonly MeshObject[]): boolean {
  const calling = clients.filter((each) => !isGatewayNamespace(plane, each));
  if (gatewayOf(ending.at) || calling.length === 0 || calling.some((each) => each !== '')) return false;
  return objects.some(({ namespace }) => namespace !== undefined);
}

/** `sidecars of `app``, `the gateway's pods in `istio-system``. */
export function proxiesText(failure: Failure): string {
  const { ending, clients } = failure.outcome;
  const gateway = gatewayOf(ending.at);
  if (gateway) return `the gateway's pods in \`${gateway.namespace}\``;
  return clients.length === 0 ? 'sidecars elsewhere' : `sidecars of ${clientsText(failure.plane, clients)}`;
}

/** A destination as it is written, with the rule and the route that it is in. */
export interface WrittenDestination {
  readonly source: RouteObject;
  readonly rule: RouteRule;
  readonly destination: Destination;
  readonly count: number;
}

/** The destination that chose the cluster at the failing proxy; undefined where no route did. */
export function destinationOf(failure: Failure): WrittenDestination | undefined {
  const { ending } = failure.outcome;
  const cluster = clusterOf(failure);
  for (const cause of [...causesOf(ending.at)].reverse()) {
    const source = routeOf(failure.mesh, cause);
    if (!source) continue;
    const rules = rulesOfRoute(source, failure.mesh.settings.clusterDomain);
    const rule = ruleHolding(rules, cause) ?? (rules.length === 1 ? rules[0] : undefined);
    if (!rule) continue;
    const all = rule.destinations.flatMap((each) => each.destination ?? []);
    const { clusterDomain } = failure.mesh.settings;
    const fits = all.filter(
      ({ host, subset, port }) =>
        cluster !== undefined &&
        (resolveShortHost(host?.value ?? '', source.namespace, clusterDomain) === cluster.host ||
          host?.value === cluster.host ||
          all.length === 1) &&
        (subset?.value ?? '') === cluster.subset &&
        (port?.value === undefined || port.value === cluster.port),
    );
    const destination = fits[0] ?? (all.length === 1 ? all[0] : undefined);
    if (destination) return { source, rule, destination, count: all.length };
  }
  return undefined;
}

/** The rule that decided. Server names of a TLSRoute stand outside of its rules. */
function ruleHolding(rules: readonly RouteRule[], { range }: Cause): RouteRule | undefined {
  return rules.find((each) => range.start >= each.range.start && range.end <= each.range.end);
}

/** The route that a cause names; undefined for a cause of another kind. */
export function routeOf(mesh: MeshReader, cause: Cause): RouteObject | undefined {
  if (cause.kind !== 'VirtualService' && cause.kind !== 'HTTPRoute' && cause.kind !== 'TLSRoute') return undefined;
  // Looked up by one of these kinds.
  return objectOf(mesh, cause) as RouteObject | undefined;
}

/** `name.namespace` for a Service, the host itself for others: as people say it. */
export function hostText(host: string, clusterDomain: string): string {
  return host.endsWith(`.svc.${clusterDomain}`) ? host.slice(0, -`.svc.${clusterDomain}`.length) : host;
}
