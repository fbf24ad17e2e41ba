/** In which namespaces the pods run that a Gateway selects. */
import type { Gateway, Labels, RouteDestination, VirtualService } from '../manifest/types.ts';
import type { DeclaredGateway } from '../workspace/mesh-settings.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from './gateway-names.ts';
import { resolveShortHost, serviceOfHost } from './hosts.ts';
import type { MeshObject, MeshReader } from './mesh.ts';
import { rulesOnce } from './virtual-service-rules.ts';
import { workloadsWith } from './workloads.ts';

export interface GatewayPods {
  readonly namespace: string;
  /** How it is known: something in the workspace, the settings, or the assumption of a standard install. */
  readonly evidence: 'workspace' | 'declared' | 'standard';
  /** The resource that shows it, where there is one. */
  readonly shownBy?: MeshObject;
}

/**
 * The pods that a Gateway's selector picks, by namespace; empty where nothing tells.
 *
 * Where all pods are known, those that fit. Else what routes to the gateway goes first (a Service's pods are in its namespace), then
 * workloads and Services whose labels fit, then declared installs, then the standard one.
 *
 * @param routes VirtualServices that belong to the Gateway, in whose mesh legs its Service is named
 */
export function gatewayPods(
  reader: MeshReader,
  gateway: MeshObject<Gateway>,
  routes: readonly MeshObject<VirtualService>[],
): readonly GatewayPods[] {
  const selector = gateway.resource.selector;
  if (selector && selector.value === undefined) return [];
  const labels = selector?.value ?? {};
  const { pods } = reader.settings;
  if (pods) {
    const selected = pods.filter((each) => includes(each.labels, labels));
    return unique(selected.map(({ namespace }) => ({ namespace, evidence: 'workspace' })));
  }
  const fitting = [...workloadsWith(reader, labels).flatMap(shown), ...services(reader, labels)];
  const legs = meshLegServices(reader, gateway, routes);
  if (legs.pods.length > 0) {
    const confirmed = legs.pods.filter((each) => fitting.some((other) => other.namespace === each.namespace));
    if (confirmed.length > 0) return unique(confirmed);
    return unique(fitting.length > 0 ? fitting : legs.pods);
  }
  if (fitting.length > 0) return unique(fitting);
  // Calls go to a Service that is not known: it is hardly the one of an install that is only assumed.
  const installs = reader.settings.gateways.filter((each) => includes(each.labels, labels));
  const known = legs.unknown ? installs.filter((each) => each.source === 'declared') : installs;
  return unique(known.map((each) => ({ namespace: each.namespace, evidence: each.source })));
}

/** Services whose selector agrees with the Gateway's: every label of one that the other has too is the same. */
function services(reader: MeshReader, labels: Readonly<Record<string, string>>): readonly GatewayPods[] {
  return Object.entries(labels)
    .flatMap(([label, value]) => reader.labelled('Service', label, value))
    .filter((each) => agree(each.resource.selector, labels))
    .flatMap(shown);
}

/** The Services that mesh legs of these VirtualServices send to: a leg to a Service can only mean the gateway's. */
function meshLegServices(
  reader: MeshReader,
  gateway: MeshObject<Gateway>,
  routes: readonly MeshObject<VirtualService>[],
): { readonly pods: readonly GatewayPods[]; readonly unknown: boolean } {
  const legs = routes.flatMap((route) =>
    rulesOnce(reader, route)
      .filter((rule) => rule.gateways.size === 1 && rule.gateways.has(MESH_GATEWAY))
      .flatMap((rule) => rule.destinations.map((each) => serviceNamespace(reader, gateway, route, each))),
  );
  return { pods: legs.flat(), unknown: legs.some((each) => each.length === 0) };
}

function serviceNamespace(
  reader: MeshReader,
  gateway: MeshObject<Gateway>,
  route: MeshObject<VirtualService>,
  { destination }: RouteDestination,
): readonly GatewayPods[] {
  const { clusterDomain, gateways } = reader.settings;
  const host = destination?.host?.value;
  const full = host === undefined ? undefined : resolveShortHost(host, route.namespace, clusterDomain);
  const service = full === undefined ? undefined : serviceOfHost(full, clusterDomain);
  if (!service) return [];
  const labels = gateway.resource.selector?.value ?? {};
  const [found] = reader.named('Service', service.namespace, service.name);
  if (found) return agree(found.resource.selector, labels) ? shown(found) : [];
  const declared = gateways.find((each) => each.service === service.name && each.namespace === service.namespace);
  const known = declared?.labels ?? chartLabels(service.name);
  if (!includes(known, labels)) return [];
  return [
    {
      namespace: service.namespace,
      evidence: declared?.source === 'declared' ? 'declared' : 'workspace',
      shownBy: route,
    },
  ];
}

/** Labels of the pods that Istio's `gateway` Helm chart makes for a release of this name (`manifests/charts/gateway`, `_helpers.tpl`). */
export function chartLabels(release: string): DeclaredGateway['labels'] {
  return { app: release, istio: release.replace(/^istio-/, '') };
}

/** The VirtualServices that name this Gateway, or would if they named it right. */
export function routesOf(
  reader: MeshReader,
  gateway: MeshObject<Gateway>,
  also: MeshObject<VirtualService>,
): readonly MeshObject<VirtualService>[] {
  const name = gateway.resource.name.value;
  if (name === undefined) return [also];
  const key = gatewayKey(resolveGatewayName(name, gateway.namespace));
  return [also, ...reader.boundTo(key).filter((each) => each !== also)];
}

function includes(pods: Readonly<Record<string, string>>, selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([label, value]) => pods[label] === value);
}

function agree(selector: Labels | undefined, labels: Readonly<Record<string, string>>): boolean {
  const other = selector?.value;
  if (!other) return false;
  return Object.entries(labels).every(([label, value]) => other[label] === undefined || other[label] === value);
}

function shown(object: MeshObject): readonly GatewayPods[] {
  return object.namespace === undefined
    ? []
    : [{ namespace: object.namespace, evidence: 'workspace', shownBy: object }];
}

function unique(pods: readonly GatewayPods[]): readonly GatewayPods[] {
  const seen = new Map<string, GatewayPods>();
  for (const each of pods) if (!seen.has(each.namespace)) seen.set(each.namespace, each);
  return [...seen.values()];
}
