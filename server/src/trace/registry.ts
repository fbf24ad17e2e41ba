/** Look-ups in the service registry (`initServiceRegistry`, `servicesExportedToNamespace` in `pilot/pkg/model/push_context.go`). */
import { serviceOfHost } from '../mesh/hosts.ts';
import { chartInstall } from './chart-install.ts';
import { routingConfig } from './mesh-config.ts';
import type { MeshService, ServiceAlias } from './model.ts';
import { portOf } from './model.ts';
import { compareText, memo, nameOf, type Plane } from './plane.ts';
import { serviceOfInstall, serviceOfKubernetes, servicesOfEntry } from './services.ts';

/** Every service with a port of this number, in the registry's order, whoever may see it. */
export function servicesWithPort(plane: Plane, port: number): readonly MeshService[] {
  return memo(plane, `services with port ${port}`, (inner) => {
    const { clusterDomain } = routingConfig(inner);
    const { reader } = inner;
    return inOrder(inner, [
      ...reader
        .withPort('ServiceEntry', port)
        .filter(inner.accepts)
        .flatMap((each) => inner.cache.derive(each, servicesOfEntry)),
      ...reader
        .withPort('Service', port)
        .filter(inner.accepts)
        .map((each) => serviceOfKubernetes(each, clusterDomain)),
      ...installs(inner),
    ]).filter((each) => portOf(each, port));
  });
}

/** Every service of exactly this host name, in the registry's order, whoever may see it. */
export function servicesOfHost(plane: Plane, hostname: string): readonly MeshService[] {
  return memo(plane, `services of ${hostname}`, (inner) => {
    const { clusterDomain } = routingConfig(inner);
    const { reader } = inner;
    const named = serviceOfHost(hostname, clusterDomain);
    return inOrder(inner, [
      ...reader
        .hosting('ServiceEntry', hostname)
        .filter(inner.accepts)
        .flatMap((each) => inner.cache.derive(each, servicesOfEntry)),
      ...(named ? reader.named('Service', named.namespace, named.name) : [])
        .filter(inner.accepts)
        .map((each) => serviceOfKubernetes(each, clusterDomain)),
      ...installs(inner),
      ...chartInstalls(inner, hostname),
    ]).filter((each) => each.hostname === hostname);
  });
}

function chartInstalls(plane: Plane, hostname: string): readonly MeshService[] {
  const { clusterDomain } = routingConfig(plane);
  const named = serviceOfHost(hostname, clusterDomain);
  const install = named && chartInstall(plane, named.namespace, named.name);
  return install ? [serviceOfInstall(install, clusterDomain)] : [];
}

/** Declared and assumed gateway Services, where the workspace does not have them. */
function installs(plane: Plane): readonly MeshService[] {
  const { clusterDomain } = routingConfig(plane);
  return plane.reader.settings.gateways
    .filter((each) => plane.reader.named('Service', each.namespace, each.service).length === 0)
    .map((each) => serviceOfInstall(each, clusterDomain));
}

/**
 * By age, then name, then namespace (`SortServicesByCreationTime`). Age is not in YAML: Services are taken for older than ServiceEntries, and equal
 * among themselves. ServiceEntries of the same host go by their own name.
 */
function inOrder(plane: Plane, services: readonly MeshService[]): readonly MeshService[] {
  const names = aliases(plane);
  const source = (each: MeshService) => (each.source ? nameOf(each.source) : '');
  return services
    .map((each) => {
      const own = names.get(each.hostname);
      return own ? { ...each, aliases: own } : each;
    })
    .sort(
      (a, b) =>
        Number(b.kubernetes) - Number(a.kubernetes) ||
        compareText(a.name, b.name) ||
        compareText(a.namespace, b.namespace) ||
        compareText(source(a), source(b)),
    );
}

/** Names of ExternalName Services by the host that they finally mean (`resolveServiceAliases`); a loop means nothing. */
function aliases(plane: Plane): ReadonlyMap<string, readonly ServiceAlias[]> {
  return memo(plane, 'aliases', (inner) => {
    const { clusterDomain } = routingConfig(inner);
    const raw = inner.reader
      .all('Service')
      .filter((each) => each.resource.type?.value === 'ExternalName')
      .map((each) => serviceOfKubernetes(each, clusterDomain))
      .filter((each) => each.resolution === 'alias');
    const targets = new Map(raw.map((each) => [each.hostname, each.externalName ?? '']));
    const result = new Map<string, ServiceAlias[]>();
    for (const { hostname, namespace, externalName = '' } of raw) {
      const seen = new Set([hostname]);
      let target: string | undefined = externalName;
      while (target !== undefined && !seen.has(target) && targets.has(target)) {
        seen.add(target);
        target = targets.get(target);
      }
      if (target === undefined || seen.has(target)) continue;
      result.set(target, [...(result.get(target) ?? []), { hostname, namespace }]);
    }
    for (const each of result.values())
      each.sort((a, b) => compareText(a.namespace, b.namespace) || compareText(a.hostname, b.hostname));
    return result;
  });
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
