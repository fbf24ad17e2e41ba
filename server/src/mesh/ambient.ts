/** Ambient mode: namespaces whose pods have no sidecar, and the waypoints that their calls go through. */
import type { Namespace } from '../manifest/types.ts';
import type { MeshReader, MeshObject } from './mesh.ts';
import { serviceOfHost } from './hosts.ts';

const MODE = 'istio.io/dataplane-mode';
const WAYPOINT = 'istio.io/use-waypoint';
const WAYPOINT_NAMESPACE = 'istio.io/use-waypoint-namespace';

type Labels = Readonly<Record<string, string>>;

/** The Namespace object that makes a namespace ambient; undefined where none does, or where that is not certain. */
export function ambientNamespace(mesh: MeshReader, namespace: string | undefined): MeshObject<Namespace> | undefined {
  if (namespace === undefined || namespace === '') return undefined;
  const [only, ...others] = mesh.namedAnywhere('Namespace', namespace);
  return only && others.length === 0 && only.resource.labels[MODE] === 'ambient' ? only : undefined;
}

/** Whether labels bind to a waypoint: `none` takes it back. */
export function bindsWaypoint(labels: Labels): boolean {
  const name = labels[WAYPOINT]?.toLowerCase();
  return name !== undefined && name !== '' && name !== 'none';
}

/**
 * The waypoint, `namespace/name`, through which calls of ambient pods to a host go: that of its ServiceEntry or Service, else of the namespace that this is in
 * (`waypointConfigured` in `pilot/pkg/config/kube/gateway/conversion.go`).
 */
export function waypointFor(mesh: MeshReader, host: string): string | undefined {
  const service = serviceOfHost(host, mesh.settings.clusterDomain);
  const objects: readonly MeshObject[] = service
    ? mesh.named('Service', service.namespace, service.name)
    : mesh.covering('ServiceEntry', host);
  for (const { resource, namespace } of objects) {
    const [home] = namespace === undefined ? [] : mesh.namedAnywhere('Namespace', namespace);
    const labels = resource.labels[WAYPOINT] === undefined ? home?.resource.labels : resource.labels;
    if (labels && bindsWaypoint(labels)) return `${labels[WAYPOINT_NAMESPACE] ?? namespace ?? ''}/${labels[WAYPOINT]}`;
  }
  return undefined;
}
