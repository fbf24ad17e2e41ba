/** Gateway pods: which there are, and which ports of theirs a Service leads to. */
import type { Service, Workload } from '../manifest/types.ts';
import { isComplete } from '../mesh/knowledge.ts';
import { serviceOfHost } from '../mesh/hosts.ts';
import { GATEWAY_NAME_LABEL } from '../mesh/implied.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { WORKLOAD_KINDS, workloadsWith } from '../mesh/workloads.ts';
import {
  compareText,
  type GatewayPod,
  inConfigOrder,
  nameOf,
  namespaceOf,
  once,
  type Plane,
  selects,
  stable,
} from './plane.ts';
import { gatewaySelectors } from './gateway-selectors.ts';
import { routingConfig } from './mesh-config.ts';
import { chartInstall } from './chart-install.ts';
import type { MeshService } from './model.ts';
import { servicePortProtocol } from '../mesh/protocol.ts';

/** The pods that a Gateway selects: given, or worked out from workloads and declared installs. */
export function gatewayPods(plane: Plane): readonly GatewayPod[] {
  return stable(plane, 'gateway pods', (inner) =>
    inner.pods ? [...inner.pods, ...impliedPods(inner)] : podsOfMesh(inner),
  );
}

/** What a pod is given depends on no more than this. */
export function podId(plane: Plane, pod: GatewayPod): string {
  const { namespace, name, labels, ports } = pod;
  return once(plane, podId, pod, () => `${namespace}/${name} ${JSON.stringify([labels, ports])}`);
}

function podsOfMesh(plane: Plane): readonly GatewayPod[] {
  const { reader } = plane;
  const selectors = gatewaySelectors(reader).filter((each) => Object.keys(each).length > 0);
  const written = inConfigOrder([
    ...new Set([
      ...WORKLOAD_KINDS.flatMap((kind) => reader.injectedAsGateway(kind)),
      ...selectors.flatMap((each) => workloadsWith(reader, each)),
    ]),
  ])
    .filter((each) => !each.implied || plane.accepts(each))
    .map(podOf);
  const installed = reader.settings.gateways
    .filter(
      (install) => !written.some((pod) => pod.namespace === install.namespace && selects(install.labels, pod.labels)),
    )
    .map(
      (install): GatewayPod => ({
        namespace: install.namespace,
        name: install.service,
        labels: install.labels,
        ports: {},
        evidence: install.source,
      }),
    );
  return [...written, ...installed, ...behindServices(plane, selectors, [...written, ...installed])];
}

/** The pods that istiod makes for Gateways of Gateway API. */
function impliedPods({ reader, accepts }: Plane): readonly GatewayPod[] {
  const selectors = gatewaySelectors(reader).filter((each) => each[GATEWAY_NAME_LABEL] !== undefined);
  const found = new Set(selectors.flatMap((each) => workloadsWith(reader, each)));
  return inConfigOrder([...found].filter((each) => each.implied && accepts(each))).map(podOf);
}

function podOf(workload: MeshObject<Workload>): GatewayPod {
  return {
    namespace: namespaceOf(workload),
    name: nameOf(workload),
    labels: workload.resource.podLabels?.value ?? {},
    ports: Object.fromEntries(
      workload.resource.containerPorts.flatMap(({ name, number }) => (name ? [[name, number]] : [])),
    ),
    evidence: 'workspace',
  };
}

/**
 * Pods that are not in the workspace, of Services that agree with a Gateway's selector: whoever has such a Service has its pods too, unless everything of the
 * namespace is here. A target port with a name is taken for the Service's own.
 */
function behindServices(
  { reader }: Plane,
  selectors: readonly Readonly<Record<string, string>>[],
  known: readonly GatewayPod[],
): readonly GatewayPod[] {
  const pairs = selectors.flatMap((each) => Object.entries(each));
  const services = new Set(pairs.flatMap(([label, value]) => reader.labelled('Service', label, value)));
  return inConfigOrder([...services]).flatMap((each): readonly GatewayPod[] => {
    const selector = each.resource.selector?.value ?? {};
    const fitting = selectors.filter((other) => agree(other, selector));
    if (fitting.length === 0 || isComplete(reader.settings, each.namespace)) return [];
    const namespace = namespaceOf(each);
    if (known.some((pod) => pod.namespace === namespace && selects(selector, pod.labels))) return [];
    let labels = selector;
    for (const other of fitting) if (agree(other, labels)) labels = { ...other, ...labels };
    const ports = (each.resource.ports?.items ?? []).flatMap(({ port, targetPort: target }) =>
      typeof target?.value === 'string' && port?.value !== undefined ? [[target.value, port.value] as const] : [],
    );
    return [{ namespace, name: nameOf(each), labels, ports: Object.fromEntries(ports), evidence: 'service' }];
  });
}

/** Whether labels have one in common and none that differs. */
function agree(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const common = Object.keys(a).filter((label) => b[label] !== undefined);
  return common.length > 0 && common.every((label) => a[label] === b[label]);
}

/** The pods behind a service; a service without selector has none. */
export function podsBehind(plane: Plane, service: MeshService): readonly GatewayPod[] {
  const { selector } = service;
  if (!service.kubernetes || !selector || Object.keys(selector).length === 0) return [];
  const found = gatewayPods(plane).filter(
    (pod) => pod.namespace === service.namespace && selects(selector, pod.labels),
  );
  const chart = found.length > 0 || service.source ? undefined : chartPod(plane, service.namespace, service.name);
  return chart ? [chart] : found;
}

/** The gateway pod of this name, as traces name it. */
export function gatewayPodNamed(plane: Plane, namespace: string, name: string): GatewayPod | undefined {
  const found = gatewayPods(plane).find((each) => each.namespace === namespace && each.name === name);
  return found ?? chartPod(plane, namespace, name);
}

function chartPod(plane: Plane, namespace: string, name: string): GatewayPod | undefined {
  const install = plane.pods ? undefined : chartInstall(plane, namespace, name);
  return install && { namespace, name, labels: install.labels, ports: {}, evidence: 'standard' };
}

/** The container port that a service's port leads to in a pod; undefined where it has a name that the pod does not know (`FindPort`). */
export function targetPort(plane: Plane, service: MeshService, port: number, pod: GatewayPod): number | undefined {
  if (!service.source) {
    const declared = plane.reader.settings.gateways.find(
      (each) => each.namespace === service.namespace && each.service === service.name,
    );
    const install = declared ?? chartInstall(plane, service.namespace, service.name);
    return install?.ports.find((each) => each.port === port)?.targetPort;
  }
  if (service.source.resource.kind !== 'Service') return undefined;
  const written = service.source.resource.ports?.items.find((each) => each.port?.value === port)?.targetPort?.value;
  return typeof written === 'string' ? pod.ports[written] : (written ?? port);
}

/**
 * The port that a gateway pod listens on for a server's port: the target of the first Service that leads there by that port, else the port itself
 * (`resolvePorts` in `pilot/pkg/model/gateway.go`). A Service's second port with the same target and protocol does not count.
 */
export function listenPort(plane: Plane, pod: GatewayPod, port: number): number {
  const found = serviceTargets(plane, pod).find((each) => each.port === port);
  return found?.target ?? port;
}

/** The ports of servers that mean this port of the pod: the reverse of `listenPort`. */
export function serverPorts(plane: Plane, pod: GatewayPod, listens: number): readonly number[] {
  const ports = new Set([...serviceTargets(plane, pod).map((each) => each.port), listens]);
  return [...ports].filter((each) => listenPort(plane, pod, each) === listens);
}

/** The targets of one Service's ports in a pod; undefined where it does not lead there. */
export function serviceTargetsOf(plane: Plane, pod: GatewayPod, host: string): readonly ServiceTarget[] | undefined {
  const named = serviceOfHost(host, routingConfig(plane).clusterDomain);
  const [service] = named ? plane.reader.named('Service', named.namespace || undefined, named.name) : [];
  if (!service && named) return installedTargets(plane, pod, named);
  if (!service || namespaceOf(service) !== pod.namespace || !selects(service.resource.selector?.value, pod.labels))
    return undefined;
  return targetsOf(service, pod);
}

/** Those of a Service that the settings declare. */
function installedTargets(
  { reader }: Plane,
  pod: GatewayPod,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): readonly ServiceTarget[] | undefined {
  const install = reader.settings.gateways.find((each) => each.namespace === namespace && each.service === name);
  if (!install || namespace !== pod.namespace || !selects(install.labels, pod.labels)) return undefined;
  return install.ports.map(({ port, targetPort: target }) => ({ port, target }));
}

export interface ServiceTarget {
  readonly port: number;
  readonly target: number;
}

function serviceTargets(plane: Plane, pod: GatewayPod): readonly ServiceTarget[] {
  return stable(plane, `service ports of ${podId(plane, pod)}`, (inner) => {
    const { clusterDomain } = routingConfig(inner);
    const { reader } = inner;
    const labelled = Object.entries(pod.labels).flatMap(([label, value]) => reader.labelled('Service', label, value));
    const services = inConfigOrder([...new Set(labelled)])
      .filter((each) => namespaceOf(each) === pod.namespace)
      .filter((each) => selects(each.resource.selector?.value, pod.labels))
      .filter((each) => each.resource.labels['experimental.istio.io/disable-gateway-port-translation'] === undefined)
      .map((each) => ({
        hostname: `${nameOf(each)}.${pod.namespace}.svc.${clusterDomain}`,
        targets: targetsOf(each, pod),
      }));
    const installed = reader.settings.gateways
      .filter((each) => each.namespace === pod.namespace && selects(each.labels, pod.labels))
      .filter((each) => reader.named('Service', each.namespace, each.service).length === 0)
      .map((each) => ({
        hostname: `${each.service}.${pod.namespace}.svc.${clusterDomain}`,
        targets: each.ports.map(({ port, targetPort: target }) => ({ port, target })),
      }));
    return [...services, ...installed]
      .sort((a, b) => compareText(a.hostname, b.hostname))
      .flatMap((each) => each.targets);
  });
}

function targetsOf({ resource }: MeshObject<Service>, pod: GatewayPod): readonly ServiceTarget[] {
  const seen = new Set<string>();
  return (resource.ports?.items ?? []).flatMap((each) => {
    const port = each.port?.value ?? 0;
    const written = each.targetPort?.value;
    const target = typeof written === 'string' ? pod.ports[written] : (written ?? port);
    if (target === undefined) return [];
    const protocol = servicePortProtocol({
      number: port,
      name: each.name?.value ?? '',
      protocol: each.protocol?.value,
      appProtocol: each.appProtocol?.value,
    });
    const key = `${target} ${protocol}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ port, target }];
  });
}
