/** The services whose listener in a sidecar is on one address (`buildSidecarOutboundListeners` in `listener.go`). */
import { portOf, type MeshService } from './model.ts';
import type { Plane } from './plane.ts';
import { servicesAt, servicesIn, servicesNamed } from './registry.ts';

/**
 * Services with this port that are on the address themselves, and services without one whose workloads may be: their own endpoints, or WorkloadEntries of
 * their namespace. In no order.
 */
export function servicesOn(plane: Plane, address: string, port: number): readonly MeshService[] {
  const { reader } = plane;
  const sameHost = reader
    .addressed('ServiceEntry', address)
    .flatMap(({ resource }) => (resource.hosts?.items ?? []).flatMap(({ value }) => value ?? []))
    .flatMap((each) => servicesNamed(plane, each));
  const namespaces = new Set(reader.addressed('WorkloadEntry', address).map((each) => each.namespace ?? ''));
  const selecting = [...namespaces].flatMap((each) => servicesIn(plane, each, port));
  const own = servicesAt(plane, address);
  return [...own, ...[...sameHost, ...selecting].filter((each) => each.selector !== undefined)].filter((each) =>
    portOf(each, port),
  );
}
