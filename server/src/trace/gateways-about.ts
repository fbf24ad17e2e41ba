/** The Gateways that have a say in what a pod does with a host or server name. */
import type { Gateway } from '../manifest/types.ts';
import { gatewaysByKey } from '../mesh/gateway-lookup.ts';
import { hostsOverlap } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { serves } from './gateway-servers.ts';
import type { GatewayPod, Plane } from './plane.ts';
import { type RouteSource, routesOfAll } from './virtual-services.ts';

/** Those that these VirtualServices are bound to, and those with TLS for one of these names, whoever is bound to them. In no order. */
export function gatewaysAbout(
  plane: Plane,
  pod: GatewayPod,
  virtualServices: readonly RouteSource[],
  names: Iterable<string>,
): readonly MeshObject<Gateway>[] {
  const { reader } = plane;
  const bound = new Set(routesOfAll(plane, virtualServices).flatMap((each) => each.gateways));
  const found = new Set<MeshObject<Gateway>>();
  for (const each of bound) for (const gateway of gatewaysByKey(reader, each)) found.add(gateway);
  for (const name of names) {
    for (const gateway of [...reader.hosting('Gateway', name), ...reader.wildcardsOver('Gateway', name)]) {
      if (hasTlsFor(gateway.resource, name)) found.add(gateway);
    }
  }
  return [...found].filter((each) => serves(plane, each, pod));
}

function hasTlsFor({ servers }: Gateway, name: string): boolean {
  const lower = name.toLowerCase();
  return (servers?.items ?? []).some(
    ({ tls, hosts }) =>
      tls !== undefined &&
      (hosts?.items ?? []).some(
        ({ value = '' }) => value !== '' && hostsOverlap(value.slice(value.indexOf('/') + 1).toLowerCase(), lower),
      ),
  );
}
