/** The names of Envoy's clusters (`BuildSubsetKey` in `pilot/pkg/model/service.go`, `GetDestinationCluster` in `route/route.go`). */
import type { MeshService } from './model.ts';
import type { DestinationSpec } from './route-spec.ts';

export const PASSTHROUGH_CLUSTER = 'PassthroughCluster';
export const BLACK_HOLE_CLUSTER = 'BlackHoleCluster';

export interface ClusterName {
  readonly port: number;
  readonly subset: string;
  readonly host: string;
}

export function clusterName({ port, subset, host }: ClusterName): string {
  return `outbound|${port}|${subset}|${host}`;
}

/** Undefined for a name of another form. */
export function parseClusterName(name: string): ClusterName | undefined {
  const [direction, port, subset, ...host] = name.split('|');
  if (direction !== 'outbound' || subset === undefined || host.length === 0) return undefined;
  return { port: Number(port), subset, host: host.join('|') };
}

/** The server name that a sidecar sends to a cluster with mutual TLS of the mesh, unless it is told another. */
export function automaticSni({ port, subset, host }: ClusterName): string {
  return `outbound_.${port}_.${subset}_.${host}`;
}

/**
 * The cluster of a destination: its own port, else the only one that the service has, else the port that was asked for.
 *
 * @param service the service of the destination's host as the proxy knows it
 */
export function destinationCluster(
  { host, subset, port }: Pick<DestinationSpec, 'host' | 'subset' | 'port'>,
  service: MeshService | undefined,
  listenerPort: number,
): string {
  if (host === '') return 'UnknownService';
  const only = service?.ports.length === 1 ? service.ports[0]?.number : undefined;
  return clusterName({ port: port ?? only ?? listenerPort, subset, host: service?.externalName || host });
}
