/** Look-ups in the service registry (`initServiceRegistry`, `servicesExportedToNamespace` in `pilot/pkg/model/push_context.go`). */
import type { Service, ServiceEntry } from '../manifest/types.ts';
import { hostsOverlap, isIpAddress, isWildcard, serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { chartInstall } from './chart-install.ts';
import { routingConfig } from './mesh-config.ts';
import type { MeshService } from './model.ts';
import { portOf } from './model.ts';
import { compareText, nameOf, once, type Plane } from './plane.ts';
import { serviceOfInstall, serviceOfKubernetes, servicesOfEntry } from './services.ts';

/** Every service of exactly this host name, in the registry's order, whoever may see it. */
export function servicesOfHost(plane: Plane, hostname: string): readonly MeshService[] {
  return once(plane, servicesOfHost, hostname, () =>
    inRegistryOrder([...servicesNamed(plane, hostname), ...chartInstalls(plane, hostname)]).filter(
      (each) => each.hostname === hostname,
    ),
  );
}

/** Services of this host name, however its letters are written, in no order; without those that only a chart's release suggests. */
export function servicesNamed(plane: Plane, hostname: string): readonly MeshService[] {
  return once(plane, servicesNamed, hostname, () => {
    const { clusterDomain } = routingConfig(plane);
    const { reader } = plane;
    const lower = hostname.toLowerCase();
    const named = serviceOfHost(hostname, clusterDomain);
    return [
      ...reader.hosting('ServiceEntry', hostname).flatMap((each) => servicesOfObject(plane, each)),
      ...(named ? reader.named('Service', named.namespace, named.name) : []).flatMap((each) =>
        servicesOfObject(plane, each),
      ),
      ...(named ? installs(plane) : []),
    ].filter((each) => each.hostname.toLowerCase() === lower);
  });
}

/** The services of a host: its own, then those of wildcards over it, the most specific first. */
export function servicesCovering(plane: Plane, host: string): readonly MeshService[] {
  return [host, ...plane.reader.listedWildcards(host)].flatMap((each) => servicesOfHost(plane, each));
}

/** The services that a resource declares; none where it is not in the mesh. */
export function servicesOfObject(plane: Plane, object: MeshObject<Service | ServiceEntry>): readonly MeshService[] {
  return once(plane, servicesOfObject, object, () => {
    if (!plane.accepts(object)) return [];
    return object.resource.kind === 'Service'
      ? [serviceOfKubernetes(object as MeshObject<Service>, routingConfig(plane).clusterDomain)]
      : servicesOfEntry(object as MeshObject<ServiceEntry>);
  });
}

/** Services whose host overlaps a host of a VirtualService or of an import, in no order. */
export function servicesOverlapping(plane: Plane, host: string): readonly MeshService[] {
  return once(plane, servicesOverlapping, host, () => {
    const found = plane.reader.overlapping('ServiceEntry', host).flatMap((each) => servicesOfObject(plane, each));
    const inCluster = isWildcard(host) ? kubernetesUnder(plane, host) : servicesNamed(plane, host);
    return [...new Set([...found, ...inCluster])].filter((each) => hostsOverlap(each.hostname, host));
  });
}

function kubernetesUnder(plane: Plane, wildcard: string): readonly MeshService[] {
  const { reader } = plane;
  const end = `.svc.${routingConfig(plane).clusterDomain}`;
  const suffix = wildcard.slice(1);
  if (!end.endsWith(suffix) && !suffix.endsWith(end)) return [];
  const namespace = suffix.endsWith(end) ? suffix.slice(1, -end.length) : '';
  const services = namespace === '' ? reader.all('Service') : reader.inNamespace('Service', namespace);
  return [...services.flatMap((each) => servicesOfObject(plane, each)), ...installs(plane)];
}

/** Every service with a port of this number, in no order, whoever may see it. Costly: for those whose YAML asks for all of them. */
export function servicesWithPort(plane: Plane, port: number): readonly MeshService[] {
  const { reader } = plane;
  return [
    ...[...reader.withPort('ServiceEntry', port), ...reader.withPort('Service', port)].flatMap((each) =>
      servicesOfObject(plane, each),
    ),
    ...installs(plane),
  ].filter((each) => portOf(each, port));
}

/** Services of a namespace with a port of this number, in no order. */
export function servicesIn(plane: Plane, namespace: string, port: number): readonly MeshService[] {
  const { reader } = plane;
  return [
    ...[
      ...reader.servingIn('ServiceEntry', port, namespace || undefined),
      ...reader.servingIn('Service', port, namespace || undefined),
    ].flatMap((each) => servicesOfObject(plane, each)),
    ...installs(plane).filter((each) => each.namespace === namespace),
  ].filter((each) => portOf(each, port));
}

/** Services that are on this address, in no order; none for a name. */
export function servicesAt(plane: Plane, address: string): readonly MeshService[] {
  if (!isIpAddress(address)) return withoutAddress(plane, address);
  const { reader } = plane;
  return [...reader.addressed('ServiceEntry', address), ...reader.addressed('Service', address)]
    .flatMap((each) => servicesOfObject(plane, each))
    .filter((each) => each.address === address);
}

/** What stands for the address of a Service that is given one when it is created (see `serviceOfKubernetes`). */
function withoutAddress(plane: Plane, address: string): readonly MeshService[] {
  const [, namespace, name] = /^cluster IP of ([^/]*)\/(.*)$/.exec(address) ?? [];
  if (namespace === undefined || name === undefined) return [];
  const named = servicesNamed(plane, `${name}.${namespace}.svc.${routingConfig(plane).clusterDomain}`);
  return named.filter((each) => each.address === address);
}

function chartInstalls(plane: Plane, hostname: string): readonly MeshService[] {
  const { clusterDomain } = routingConfig(plane);
  const named = serviceOfHost(hostname, clusterDomain);
  const install = named && chartInstall(plane, named.namespace, named.name);
  return install ? [serviceOfInstall(install, clusterDomain)] : [];
}

/** Declared and assumed gateway Services, where the workspace does not have them. */
export function installs(plane: Plane): readonly MeshService[] {
  const { clusterDomain } = routingConfig(plane);
  return plane.reader.settings.gateways
    .filter((each) => plane.reader.named('Service', each.namespace, each.service).length === 0)
    .map((each) => serviceOfInstall(each, clusterDomain));
}

/**
 * By age, then name, then namespace (`SortServicesByCreationTime`). Age is not in YAML: Services are taken for older than ServiceEntries, and equal
 * among themselves. ServiceEntries for the same host in the same namespace are told apart by nothing but age, in whole seconds: of two that were created
 * together Istio takes one by chance, each time anew (the collection that they are listed from is a map). Here the later name goes first, and a trace says that
 * it is taken for older.
 */
export function inRegistryOrder(services: readonly MeshService[]): readonly MeshService[] {
  if (services.length < 2) return services;
  const source = (each: MeshService) => (each.source ? nameOf(each.source) : '');
  return [...services].sort(
    (a, b) =>
      Number(b.kubernetes) - Number(a.kubernetes) ||
      compareText(a.name, b.name) ||
      compareText(a.namespace, b.namespace) ||
      compareText(source(b), source(a)) ||
      compareText(a.source?.path ?? '', b.source?.path ?? '') ||
      (a.source?.resource.range.start ?? 0) - (b.source?.resource.range.start ?? 0),
  );
}

/** Whether proxies of a namespace may see the service. */
export function isVisible(plane: Plane, service: MeshService, namespace: string): boolean {
  const exportTo = service.exportTo ?? routingConfig(plane).defaultExportTo.service;
  return exportTo.has('*') || (exportTo.has('.') && service.namespace === namespace) || exportTo.has(namespace);
}

/**
 * Of these services, those that a namespace is given: first what is exported to it by name, then what is public.
 * `~` without `*` hides a service from everybody.
 */
export function exportedTo(plane: Plane, services: readonly MeshService[], namespace: string): readonly MeshService[] {
  const listed: MeshService[] = [];
  const common: MeshService[] = [];
  const byDefault = routingConfig(plane).defaultExportTo.service;
  for (const each of services) {
    const exportTo = each.exportTo ?? byDefault;
    if (exportTo.has('*')) common.push(each);
    else if (exportTo.has('~')) continue;
    else if (exportTo.has(namespace) || (exportTo.has('.') && each.namespace === namespace)) listed.push(each);
  }
  return [...listed, ...common];
}

/** The one service that a namespace has under a host name: the first, but a Kubernetes Service before a ServiceEntry. */
export function byNamespace(services: readonly MeshService[]): ReadonlyMap<string, MeshService> {
  const result = new Map<string, MeshService>();
  for (const each of services) {
    const existing = result.get(each.namespace);
    if (!existing || (!existing.kubernetes && each.kubernetes)) result.set(each.namespace, each);
  }
  return result;
}
