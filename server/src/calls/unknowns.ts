/** What is written about a call and cannot be told: placeholders, namespaces that are not written, alternatives, installs that are only assumed. */
import { hostCoveredBy, serviceOfHost } from '../mesh/hosts.ts';
import { mayHaveMoreListeners } from '../mesh/implied.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { parentOf } from '../mesh/route-references.ts';
import { parseClusterName } from '../trace/cluster-names.ts';
import { type Plane, titleOf } from '../trace/plane.ts';
import { servicesOfHost } from '../trace/registry.ts';
import type { Call } from '../trace/types.ts';
import type { Ending } from './endings.ts';
import { gatewayOf, sidecarNamespace } from './proxies.ts';
import { gatewaysFor, relevantObjects } from './relevant.ts';

/** What would have to be known to tell whether an ending is real; empty where all that has to do with it is. */
export function unknownsOf(plane: Plane, call: Call, ending: Ending): readonly string[] {
  const objects = [
    ...new Set([
      ...relevantObjects(plane.reader, ending.hops, call.host),
      ...rulesForCluster(plane, ending),
      ...(gatewayOf(ending.at) ? gatewaysFor(plane.reader, call.host) : []),
    ]),
  ];
  const templated = objects.find(({ resource }) => resource.templated);
  if (templated) return [`the values of placeholders in ${title(templated)}`];
  const ambiguous = objects.find((each) => isAmbiguous(each, plane.reader));
  if (ambiguous) return [`which of the alternatives of ${title(ambiguous)} is applied`];
  const namespace = gatewayOf(ending.at)?.namespace ?? sidecarNamespace(ending.at);
  const unplaced =
    namespace === '' ? undefined : objects.find((each) => each.namespace === undefined && dependsOnNamespace(each));
  if (unplaced) return [`the namespace of ${title(unplaced)}`];
  const unread = unreadRoute(plane, call, ending);
  return unread === undefined ? installNeeds(plane, ending) : [unread];
}

/** What Gateway API has for the host that is not followed: a GRPCRoute, or listeners that ListenerSets add. */
function unreadRoute({ reader }: Plane, { host }: Call, { at, cluster }: Ending): string | undefined {
  const gateway = gatewayOf(at);
  const { clusterDomain } = reader.settings;
  const sentTo = serviceOfHost(parseClusterName(cluster?.name ?? '')?.host ?? '', clusterDomain);
  const own = reader
    .namedAnywhere('Service', gateway?.name ?? '')
    .flatMap(({ implied, namespace }) => (implied && namespace === gateway?.namespace ? [implied.by] : []));
  const meant = sentTo ? reader.named('Service', sentTo.namespace, sentTo.name) : [];
  const open = [...own, ...meant.flatMap(({ implied }) => implied?.by ?? [])].find(({ resource }) =>
    mayHaveMoreListeners(resource),
  );
  if (open) return `the ListenerSets of ${titleOf(open)}, which are not read`;
  const route = reader.all('GRPCRoute').find(({ resource, namespace }) =>
    (resource.parentRefs?.items ?? []).some((reference) => {
      const parent = parentOf(reference, namespace);
      if (!parent) return false;
      if (gateway) return parent.kind === 'Gateway' && own.some((each) => isNamed(each, parent.namespace, parent.name));
      const entries = parent.kind === 'ServiceEntry' ? reader.named('ServiceEntry', parent.namespace, parent.name) : [];
      return entries.some((each) =>
        each.resource.hosts?.items.some(({ value }) => value !== undefined && hostCoveredBy(host, value)),
      );
    }),
  );
  return route && `${titleOf(route)}, which is not traced`;
}

function isNamed({ resource, namespace }: MeshObject, home: string | undefined, name: string): boolean {
  return resource.name.value === name && namespace === home;
}

function title(object: MeshObject): string {
  return titleOf(object).replace(' /', ' ');
}

/** DestinationRules for the host of the cluster that was chosen. */
function rulesForCluster({ reader }: Plane, { cluster }: Ending): readonly MeshObject[] {
  const host = parseClusterName(cluster?.name ?? '')?.host;
  if (host === undefined) return [];
  const short = serviceOfHost(host, reader.settings.clusterDomain)?.name;
  return [
    ...reader.covering('DestinationRule', host),
    ...(short === undefined ? [] : reader.hosting('DestinationRule', short)),
  ];
}

/** Whether who sees or uses a resource depends on where it is. */
function dependsOnNamespace({ resource }: MeshObject): boolean {
  switch (resource.kind) {
    case 'DestinationRule':
      return true;
    case 'ServiceEntry':
    case 'VirtualService':
      return resource.exportTo?.items.some(({ value }) => value !== '*') ?? false;
    default:
      return false;
  }
}

/** Of an install that nothing in the workspace shows, the ports are not certain. */
function installNeeds(plane: Plane, { kind, cluster }: Ending): readonly string[] {
  const name = parseClusterName(cluster?.name ?? '');
  if (kind !== 'no-cluster' || !name || name.subset !== '') return [];
  const services = servicesOfHost(plane, name.host);
  const service = serviceOfHost(name.host, plane.reader.settings.clusterDomain);
  const isAssumed = services.length > 0 && services.every((each) => !each.source) && !isDeclared(plane, service);
  return isAssumed && service ? [`Service ${service.namespace}/${service.name}`] : [];
}

function isDeclared(
  { reader }: Plane,
  service: { readonly namespace: string; readonly name: string } | undefined,
): boolean {
  return reader.settings.gateways.some(
    (each) => each.source === 'declared' && each.namespace === service?.namespace && each.service === service.name,
  );
}
