/** Where a service's connections go (`serviceentry/conversion.go`, `pilot/pkg/xds/endpoints/endpoint_builder.go`). */
import type { ServiceEntry, WorkloadEndpoint } from '../manifest/types.ts';
import { isIpAddress } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { MeshService, ServicePort } from './model.ts';
import { compareText, type GatewayPod, nameOf, once, type Plane, selects } from './plane.ts';
import { podsBehind, targetPort } from './pods.ts';
import { servicesOfHost } from './registry.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Of the service's port that it is for. */
  readonly portName: string;
  readonly portNumber: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it says that it accepts mutual TLS of the mesh. */
  readonly meshTls: boolean;
  readonly pod: GatewayPod | undefined;
}

/** How an endpoint is shown. */
export function endpointText({ pod, address, port }: Endpoint): string {
  return pod ? `gateway ${pod.namespace}/${pod.name}:${port}` : `${address}:${port}`;
}

/** The endpoints of one port: of clusters that are told addresses by the port's name, and only IP addresses; of DNS clusters by its number. */
export function portEndpoints(
  plane: Plane,
  service: MeshService,
  port: ServicePort,
  labels: Readonly<Record<string, string>> | undefined,
): readonly Endpoint[] {
  const dns = isDns(service);
  return serviceEndpoints(plane, service)
    .filter((each) =>
      dns
        ? each.portNumber === port.number
        : each.portName === port.name &&
          (each.pod !== undefined || each.port === 0 || each.address === '' || isIpAddress(each.address)),
    )
    .filter((each) => selects(labels, each.labels));
}

/** Addresses of the workloads that a ServiceEntry without resolution selects. */
export function workloadAddresses(plane: Plane, service: MeshService): readonly string[] {
  return [...new Set(serviceEndpoints(plane, service).map((each) => each.address))];
}

/** All endpoints that the registry has for a host in a namespace: ServiceEntries of the same host there put theirs together. */
function serviceEndpoints(plane: Plane, service: MeshService): readonly Endpoint[] {
  return once(plane, serviceEndpoints, `${service.namespace}/${service.hostname}`, () => {
    const roundRobin = new Set<number>();
    return servicesOfHost(plane, service.hostname)
      .filter((each) => each.namespace === service.namespace)
      .flatMap((each) => {
        if (each.kubernetes) return podEndpoints(plane, each);
        const own =
          each.source?.resource.kind === 'ServiceEntry'
            ? entryEndpoints(plane, each, each.source as MeshObject<ServiceEntry>)
            : [];
        if (each.resolution !== 'dns-round-robin') return own;
        // One endpoint for each port is all that such a cluster may have.
        return own.filter(({ portNumber }) => !roundRobin.has(portNumber) && roundRobin.add(portNumber));
      });
  });
}

function podEndpoints(plane: Plane, service: MeshService): readonly Endpoint[] {
  return podsBehind(plane, service).flatMap((pod) =>
    service.ports.flatMap((each) => {
      const port = targetPort(plane, service, each.number, pod);
      if (port === undefined) return [];
      return [
        { address: '', port, portName: each.name, portNumber: each.number, labels: pod.labels, meshTls: false, pod },
      ];
    }),
  );
}

function entryEndpoints(plane: Plane, service: MeshService, source: MeshObject<ServiceEntry>): readonly Endpoint[] {
  const { resource } = source;
  const dns = isDns(service);
  const written = resource.endpoints?.items ?? [];
  if (resource.workloadSelector) {
    return selectedWorkloads(plane, source, service).flatMap((each) =>
      endpointPorts(each.endpoint, each.labels, resource),
    );
  }
  if (written.length > 0) return written.flatMap((each) => endpointPorts(each, each.labels?.value ?? {}, resource));
  if (!dns) return [];
  return (resource.ports?.items ?? []).map((port) => ({
    address: service.hostname,
    port: port.targetPort?.value || (port.number?.value ?? 0),
    portName: port.name?.value ?? '',
    portNumber: port.number?.value ?? 0,
    labels: {},
    meshTls: false,
    pod: undefined,
  }));
}

/** WorkloadEntries of the same namespace whose labels fit; those with a name for an address serve DNS only. */
function selectedWorkloads(plane: Plane, source: MeshObject<ServiceEntry>, service: MeshService) {
  const selector = source.resource.workloadSelector?.value ?? {};
  return plane.reader
    .inNamespace('WorkloadEntry', source.namespace)
    .filter(plane.accepts)
    .map((each) => ({
      name: nameOf(each),
      endpoint: each.resource.endpoint,
      labels: { ...each.resource.endpoint.labels?.value, ...each.resource.labels },
    }))
    .filter(
      ({ labels, endpoint }) =>
        selects(selector, labels) && (isDns(service) || isIpAddress(endpoint.address?.value ?? '')),
    )
    .sort((a, b) => compareText(a.name, b.name));
}

/** The endpoint's own port of that name goes before the target port, which goes before the port itself. */
function endpointPorts(
  endpoint: WorkloadEndpoint,
  labels: Readonly<Record<string, string>>,
  { ports }: ServiceEntry,
): readonly Endpoint[] {
  const address = endpoint.address?.value ?? '';
  const socket = address.startsWith('unix://');
  const mode = labels['security.istio.io/tlsMode'];
  return (ports?.items ?? []).map((port) => {
    const portName = port.name?.value ?? '';
    const portNumber = port.number?.value ?? 0;
    const own = endpoint.ports?.value?.[portName];
    return {
      address: socket ? address.slice('unix://'.length) : address,
      port: socket ? 0 : own || port.targetPort?.value || portNumber,
      portName,
      portNumber,
      labels,
      meshTls: mode === undefined ? (endpoint.serviceAccount?.value ?? '') !== '' : mode === 'istio',
      pod: undefined,
    };
  });
}

function isDns({ resolution }: MeshService): boolean {
  return resolution === 'dns' || resolution === 'dns-round-robin';
}
