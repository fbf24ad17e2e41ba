/** The rules of routes, whether a VirtualService or Gateway API has them, as one sees where they send calls. */
import type {
  BackendReference,
  Field,
  K8sRoute,
  ObjectReference,
  RouteDestination,
  VirtualService,
  ServiceEntry,
} from '../manifest/types.ts';
import { MESH_GATEWAY } from './gateway-names.ts';
import type { MeshObject, MeshReader } from './mesh.ts';
import { backendKind, namespaceOf, parentOf } from './route-references.ts';
import { type RouteRule, rulesOf } from './virtual-service-rules.ts';

/** What routes are written in. */
export type RouteObject = MeshObject<VirtualService | K8sRoute>;

export function isApiRoute(object: MeshObject): object is MeshObject<K8sRoute> {
  const { kind } = object.resource;
  return kind === 'HTTPRoute' || kind === 'TLSRoute';
}

/**
 * The rules of a route. Those of Gateway API act for `mesh` where a Service or ServiceEntry is a parent, and for the Gateways among the parents; their backends
 * are destinations with full hosts, in the place of the backend's name.
 */
export function rulesOfRoute(object: RouteObject, clusterDomain: string): readonly RouteRule[] {
  if (!isApiRoute(object)) return rulesOf(object as MeshObject<VirtualService>);
  const { resource, namespace } = object;
  const gateways = new Set(parentGateways(object));
  return (resource.rules?.items ?? []).map(
    (rule): RouteRule => ({
      block: resource.kind === 'TLSRoute' ? 'tls' : 'http',
      range: rule.range,
      gateways,
      matches: [],
      destinations: (rule.backendRefs?.items ?? []).flatMap(
        (each) => destinationOf(each, namespace, clusterDomain) ?? [],
      ),
      mirrors: [],
    }),
  );
}

/** `mesh`, and `namespace/name` of Gateways of Gateway API. */
export function parentGateways({ resource, namespace }: MeshObject<K8sRoute>): readonly string[] {
  return (resource.parentRefs?.items ?? []).flatMap((each) => {
    const parent = parentOf(each, namespace);
    if (!parent) return [];
    return parent.kind === 'Gateway' ? [`${parent.namespace ?? ''}/${parent.name}`] : [MESH_GATEWAY];
  });
}

/** The host that a backend means: a Service's full name, or the host itself; undefined where it is none, or not known. */
export function backendHost(
  reference: ObjectReference,
  namespace: string | undefined,
  clusterDomain: string,
): string | undefined {
  const name = reference.name?.value;
  const kind = backendKind(reference);
  if (name === undefined || kind === 'other' || kind === 'InferencePool') return undefined;
  if (kind === 'Hostname') return name;
  const owner = namespaceOf(reference, namespace);
  return owner === undefined ? undefined : `${name}.${owner}.svc.${clusterDomain}`;
}

function destinationOf(
  reference: BackendReference,
  namespace: string | undefined,
  clusterDomain: string,
): RouteDestination | undefined {
  const host = backendHost(reference, namespace, clusterDomain);
  if (host === undefined || !reference.name) return undefined;
  const at: Field<string> = { value: host, range: reference.name.range };
  const { range, port, weight } = reference;
  return { range, destination: { range, host: at, ...(port && { port }) }, ...(weight && { weight }) };
}

/** The ServiceEntries that are parents of a route of Gateway API. */
export function parentEntries(
  reader: MeshReader,
  { resource, namespace }: Pick<MeshObject<K8sRoute>, 'resource' | 'namespace'>,
): readonly MeshObject<ServiceEntry>[] {
  return (resource.parentRefs?.items ?? []).flatMap((each) => {
    const parent = parentOf(each, namespace);
    return parent?.kind === 'ServiceEntry' ? reader.named('ServiceEntry', parent.namespace, parent.name) : [];
  });
}

/** Routes of Gateway API for exactly this host: those that list it, and those of ServiceEntries that declare it. */
export function apiRoutesNaming(reader: MeshReader, host: string): readonly MeshObject<K8sRoute>[] {
  return [
    ...reader.hosting('HTTPRoute', host),
    ...reader.hosting('TLSRoute', host),
    ...routesOfEntries(reader, reader.hosting('ServiceEntry', host)),
  ];
}

function routesOfEntries(
  reader: MeshReader,
  entries: readonly MeshObject<ServiceEntry>[],
): readonly MeshObject<K8sRoute>[] {
  return entries.flatMap(({ resource, namespace }) =>
    reader.parented('ServiceEntry', namespace, resource.name.value ?? ''),
  );
}

/** Routes of Gateway API for a host: those that list it or a wildcard over it or send to it, and those of ServiceEntries that declare it. */
export function apiRoutesFor(reader: MeshReader, host: string): readonly MeshObject<K8sRoute>[] {
  return [
    ...new Set<MeshObject<K8sRoute>>([
      ...reader.coveringByName('HTTPRoute', host),
      ...reader.coveringByName('TLSRoute', host),
      ...routesOfEntries(reader, reader.coveringByName('ServiceEntry', host)),
      ...reader.backedBy(host),
    ]),
  ];
}
