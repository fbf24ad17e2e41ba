/** The egress gateways that a route can go through: read, declared, or assumed. */
import type { K8sGateway, Service, VirtualService } from '../manifest/types.ts';
import { isEgressRoute } from '../mesh/egress-routes.ts';
import { chartLabels } from '../mesh/gateway-pods.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import { isComplete } from '../mesh/knowledge.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { rulesOf } from '../mesh/virtual-service-rules.ts';
import { compareText, type Plane, selects } from '../trace/plane.ts';
import { gatewayPods } from '../trace/pods.ts';
import { STANDARD_INSTALL } from '../workspace/mesh-settings.ts';

export type Selector = Readonly<Record<string, string>>;

export interface GatewayInstall {
  readonly namespace: string;
  /** The name of its Service. */
  readonly service: string;
  /** Of the Service, in full. */
  readonly host: string;
  /** What a Gateway has to select. */
  readonly selector: Selector;
  /** What a Gateway's selector is compared with. */
  readonly podLabels: readonly Selector[];
  /** Ports of the Service, without that for health checks. */
  readonly ports: readonly number[];
  /** `chart`: nothing tells of it but its name, so that a release of Istio's gateway chart is assumed. `new`: istiod will run it for a Gateway that is made. */
  readonly evidence: 'workspace' | 'declared' | 'standard' | 'chart' | 'new';
  /** The Gateway of Gateway API that routes are bound to; present where they are written with that. */
  readonly gateway?: ApiGateway;
}

/** A Gateway of Gateway API, in the namespace of its pods. */
export interface ApiGateway {
  readonly name: string;
  /** Absent where it is to be made. */
  readonly object?: MeshObject<K8sGateway>;
  /** The host of the Service whose pods it is for, where istiod does not run any for it. */
  readonly attachedTo?: string;
}

/** The port of health checks in every install. */
const STATUS_PORT = 15021;
const CHART_PORTS: readonly number[] = [80, 443];

/** All that are known, the likeliest first: those that routes of this workspace use, then declared ones, then Services that lead to gateway pods, then the standard install. */
export function gatewayInstalls(plane: Plane): readonly GatewayInstall[] {
  const used = usedGateways(plane);
  const { settings } = plane.reader;
  const names = new Map<string, number>();
  const rank = (name: string, score: number) => names.set(name, Math.max(names.get(name) ?? 0, score));
  for (const [name, count] of used) rank(name, 1000 + count);
  for (const { namespace, service, source } of settings.gateways)
    rank(`${namespace}/${service}`, source === 'declared' ? 100 : 1);
  for (const object of plane.reader.all('Service')) {
    const score = likelihood(plane, object);
    if (score > 0 && object.namespace !== undefined) rank(`${object.namespace}/${object.resource.name.value}`, score);
  }
  return [...names]
    .sort(([a, x], [b, y]) => y - x || compareText(a, b))
    .flatMap(([name]) => installNamed(plane, name) ?? []);
}

/**
 * The gateway whose Service has this name, `namespace/name`; a release of Istio's gateway chart is assumed where nothing tells of it.
 *
 * @returns undefined where it is certain that there is none: the name is no name, or the namespace is wholly here
 */
export function installNamed(plane: Plane, name: string): GatewayInstall | undefined {
  const [namespace = '', service = '', more] = name.split('/');
  if (namespace === '' || service === '' || more !== undefined) return undefined;
  const { reader } = plane;
  const host = `${service}.${namespace}.svc.${reader.settings.clusterDomain}`;
  const [found] = reader.named('Service', namespace, service);
  if (found) return installOfService(plane, found, host);
  const declared = reader.settings.gateways.find((each) => each.namespace === namespace && each.service === service);
  if (declared) {
    const { labels } = declared;
    const selector = declared.source === 'standard' ? { istio: labels.istio ?? '' } : labels;
    const ports = declared.ports.map(({ port }) => port).filter((port) => port !== STATUS_PORT);
    return { namespace, service, host, selector, podLabels: [labels], ports, evidence: declared.source };
  }
  if (isComplete(reader.settings, namespace)) return undefined;
  const labels = chartLabels(service);
  const selector = { istio: labels.istio ?? service };
  return { namespace, service, host, selector, podLabels: [labels], ports: CHART_PORTS, evidence: 'chart' };
}

function installOfService(
  plane: Plane,
  { resource, namespace = '' }: MeshObject<Service>,
  host: string,
): GatewayInstall | undefined {
  const service = resource.name.value;
  const written = resource.selector?.value;
  if (service === undefined || !written || Object.keys(written).length === 0) return undefined;
  const pods = gatewayPods(plane).filter((pod) => pod.namespace === namespace && selects(written, pod.labels));
  const podLabels = pods.length > 0 ? pods.map(({ labels }) => labels) : [written];
  return {
    namespace,
    service,
    host,
    selector: shortSelector(plane, written, namespace),
    podLabels,
    ports: (resource.ports?.items ?? []).flatMap(({ port, protocol }) =>
      port?.value === undefined || port.value === STATUS_PORT || protocol?.value === 'UDP' ? [] : [port.value],
    ),
    evidence: 'workspace',
  };
}

/** The label `istio` alone, as people write it, unless it would pick other pods too. */
function shortSelector(plane: Plane, written: Selector, namespace: string): Selector {
  const { istio } = written;
  if (istio === undefined) return written;
  const short = { istio };
  const others = gatewayPods(plane).some(
    (pod) => selects(short, pod.labels) && !(pod.namespace === namespace && selects(written, pod.labels)),
  );
  const services = plane.reader
    .labelled('Service', 'istio', istio)
    .some(({ resource, namespace: other }) => other !== namespace || !selects(resource.selector?.value, written));
  return others || services ? written : short;
}

/** Services that mesh legs of egress routes send to, with how many do. */
function usedGateways({ reader, accepts }: Plane): ReadonlyMap<string, number> {
  const result = new Map<string, number>();
  const { clusterDomain } = reader.settings;
  for (const route of reader.all('VirtualService')) {
    if (!accepts(route) || !isEgressRoute(route, clusterDomain)) continue;
    for (const service of meshLegServices(route, clusterDomain)) result.set(service, (result.get(service) ?? 0) + 1);
  }
  return result;
}

function meshLegServices(route: MeshObject<VirtualService>, clusterDomain: string): readonly string[] {
  const external = (route.resource.hosts?.items ?? []).some(
    ({ value }) => value?.includes('.') && !serviceOfHost(value, clusterDomain),
  );
  if (!external) return [];
  return rulesOf(route)
    .filter(({ gateways }) => gateways.has(MESH_GATEWAY))
    .flatMap(({ destinations }) => destinations)
    .flatMap(({ destination }) => {
      const host = destination?.host?.value;
      const full = host === undefined ? undefined : resolveShortHost(host, route.namespace, clusterDomain);
      const service = full === undefined ? undefined : serviceOfHost(full, clusterDomain);
      return service ? [`${service.namespace}/${service.name}`] : [];
    });
}

/** How likely a Service is an egress gateway's, by the pods that it leads to and its labels; 0 for any other. */
function likelihood(plane: Plane, { resource, namespace }: MeshObject<Service>): number {
  const selector = resource.selector?.value ?? {};
  const name = resource.name.value;
  if (name === undefined || Object.keys(selector).length === 0) return 0;
  const pods = gatewayPods(plane).some((pod) => pod.namespace === namespace && selects(selector, pod.labels));
  const labelled = selector.istio !== undefined;
  if (!pods && !labelled) return 0;
  const words = `${name} ${selector.istio ?? ''} ${selector.app ?? ''}`;
  if (words.includes('ingress')) return 0;
  return (pods ? 20 : 0) + (labelled ? 5 : 0) + (words.includes('egress') ? 10 : 0);
}

/** Whether this is what is assumed where nothing in the workspace tells of a gateway. */
export function isStandard({ namespace, service, evidence }: GatewayInstall): boolean {
  return evidence === 'standard' && namespace === STANDARD_INSTALL.namespace && service === STANDARD_INSTALL.service;
}
