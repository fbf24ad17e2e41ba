/** Which server of a port is the first in the order of configuration, asked without going through all that come after it. */
import type { Gateway } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { isTlsServer, type MergedServer, type Place } from './gateway-merge.ts';
import { comparePlaces, keepsHosts, serversOf, serves } from './gateway-servers.ts';
import { type GatewayPod, type Plane, stable } from './plane.ts';
import { podId, serverPorts } from './pods.ts';

/** The first server of a port, in the order of configuration. */
export function firstServerOn(plane: Plane, pod: GatewayPod, port: number): MergedServer | undefined {
  const found = [openingServer(plane, pod, port), openingServer(plane, pod, port, 'tls')].flatMap((each) => each ?? []);
  return found.sort((a, b) => comparePlaces(a.place, b.place))[0];
}

/** The first server that opens a port for plain bytes, or with TLS: for naming it where none that is asked for does. */
export function openingServer(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  manner: 'plain' | 'tls' = 'plain',
): MergedServer | undefined {
  const place = stable(
    plane,
    `who opens ${port} of ${podId(plane, pod)} ${manner}`,
    (inner) => firstOf(inner, pod, port, manner)?.place,
  );
  return (
    place &&
    gatewaysAt(plane, place).flatMap((each) =>
      serversOf(plane, pod, each).filter((server) => server.place.index === place.index),
    )[0]
  );
}

/** The first that has a port for plain bytes, or with TLS. */
export function firstOf(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  manner: 'tls' | 'plain',
): MergedServer | undefined {
  const candidates = serverPorts(plane, pod, port).flatMap(
    (each) => firstServer(plane, pod, port, plane.reader.opening(each, manner), manner) ?? [],
  );
  return candidates.sort((a, b) => comparePlaces(a.place, b.place))[0];
}

/** The Gateways of this place: one, unless two files write the same. */
export function gatewaysAt({ reader }: Plane, { namespace, name, path }: Place): readonly MeshObject<Gateway>[] {
  return reader.named('Gateway', namespace || undefined, name).filter((each) => each.path === path);
}

function firstServer(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  gateways: readonly MeshObject<Gateway>[],
  manner: 'tls' | 'plain',
): MergedServer | undefined {
  for (const gateway of gateways) {
    if (!serves(plane, gateway, pod)) continue;
    const found = serversOf(plane, pod, gateway).find(
      (each) =>
        each.listens === port && (isTlsServer(each) ? 'tls' : 'plain') === manner && keepsHosts(plane, pod, each),
    );
    if (found) return found;
  }
  return undefined;
}
