/** The resources that have to do with a call. */
import type { Gateway, Kind, VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY, resolveGatewayName } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { apiRoutesFor, isApiRoute } from '../mesh/route-rules.ts';
import { parentOf } from '../mesh/route-references.ts';
import type { Cause, Hop } from '../trace/types.ts';

/** VirtualServices that list the host, or a wildcard over it (`*` alone is no word about it). */
export function virtualServicesFor(reader: MeshReader, host: string): readonly MeshObject<VirtualService>[] {
  return reader.coveringByName('VirtualService', host);
}

/** What decided on the way, then what is written for the host. Each once. */
export function relevantObjects(reader: MeshReader, hops: readonly Hop[], host: string): readonly MeshObject[] {
  const decided = hops.flatMap(causesOf).flatMap((each) => objectOf(reader, each) ?? []);
  const written = [
    ...reader.coveringByName('VirtualService', host),
    ...reader.coveringByName('ServiceEntry', host),
    ...reader.coveringByName('DestinationRule', host),
  ];
  const api = apiRoutesFor(reader, host);
  return [
    ...new Set([
      ...decided,
      ...written,
      ...api,
      ...[...decided, ...api].flatMap((each) => parentGateways(reader, each)),
    ]),
  ];
}

/** The Gateways of Gateway API that a route names. */
function parentGateways(reader: MeshReader, object: MeshObject): readonly MeshObject[] {
  if (!isApiRoute(object)) return [];
  return (object.resource.parentRefs?.items ?? []).flatMap((each) => {
    const parent = parentOf(each, object.namespace);
    return parent?.kind === 'Gateway' ? reader.named('K8sGateway', parent.namespace, parent.name) : [];
  });
}

/** Everything that a hop names as its cause, its clusters' included. */
export function causesOf(hop: Hop): readonly Cause[] {
  return [...hop.because, ...(hop.clusters ?? []).flatMap((each) => each.because)];
}

export function objectOf(reader: MeshReader, { kind, namespace, name, path }: Cause): MeshObject | undefined {
  // Causes are made from resources, so their kind is one; there are two that are called Gateway.
  const kinds = kind === 'Gateway' ? (['Gateway', 'K8sGateway'] as const) : [kind as Kind];
  return kinds
    .flatMap((each): readonly MeshObject[] => reader.named(each, namespace || undefined, name))
    .find((each) => each.path === path);
}

/** The Gateways that VirtualServices for the host name. */
export function gatewaysFor(reader: MeshReader, host: string): readonly MeshObject<Gateway>[] {
  const found = virtualServicesFor(reader, host).flatMap(({ resource, namespace }) =>
    (resource.gateways?.items ?? []).flatMap(({ value }) => {
      if (value === undefined || value === MESH_GATEWAY) return [];
      const gateway = resolveGatewayName(value, namespace);
      return reader.named('Gateway', gateway.namespace, gateway.name);
    }),
  );
  return [...new Set(found)];
}
