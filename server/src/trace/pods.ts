/** Gateway pods: which there are, and which ports of theirs a Service leads to. */
import type { Service } from '../manifest/types.ts';
import { isComplete } from '../mesh/knowledge.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { compareText, type GatewayPod, memo, nameOf, namespaceOf, type Plane, selects } from './plane.ts';
import { routingConfig } from './mesh-config.ts';
import { chartInstall } from './chart-install.ts';
import type { MeshService } from './model.ts';
import { servicePortProtocol } from './protocol.ts';

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'] as const;

/** The pods that a Gateway selects: given, or worked out from workloads and declared installs. */
export function gatewayPods(plane: Plane): readonly GatewayPod[] {
  return plane.pods ?? memo(plane, 'gateway pods', podsOfMesh);
}

function podsOfMesh(plane: Plane): readonly GatewayPod[] {
  const { reader } = plane;
  const selectors = reader
    .all('Gateway')
    .flatMap(({ resource }) => (resource.selector?.value ? [resource.selector.value] : []));
  const written = WORKLOADS.flatMap((kind) => reader.all(kind))
    .filter(({ resource }) => {
      const labels = resource.podLabels?.value ?? {};
      return (
        selectors.some((selector) => Object.keys(selector).length > 0 && selects(selector, labels)) ||
        isInjectedAsGateway(resource.podAnnotations)
      );
    })
    .map(
      (each): GatewayPod => ({
        namespace: namespaceOf(each),
        name: nameOf(each),
        labels: each.resource.podLabels?.value ?? {},
        ports: Object.fromEntries(
          each.resource.containerPorts.flatMap(({ name, number }) => (name ? [[name, number]] : [])),
        ),
        evidence: 'workspace',
      }),
    );
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

/** A Gateway without a selector means every gateway: pods that say that they are one. */
function isInjectedAsGateway(annotations: Readonly<Record<string, string>>): boolean {
  return (annotations['inject.istio.io/templates'] ?? '').split(',').some((each) => each.trim() === 'gateway');
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
  const distinct = [...new Map(selectors.map((each) => [JSON.stringify(each), each])).values()];
  return reader.all('Service').flatMap((each): readonly GatewayPod[] => {
    const selector = each.resource.selector?.value ?? {};
    const fitting = distinct.filter((other) => agree(other, selector));
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

interface ServiceTarget {
  readonly port: number;
  readonly target: number;
}

function serviceTargets(plane: Plane, pod: GatewayPod): readonly ServiceTarget[] {
  return memo(plane, `service ports of ${pod.namespace}/${pod.name}`, (inner) => {
    const { clusterDomain } = routingConfig(inner);
    const { reader } = inner;
    const services = reader
      .inNamespace('Service', pod.namespace || undefined)
      .filter((each) => Object.keys(each.resource.selector?.value ?? {}).length > 0)
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
