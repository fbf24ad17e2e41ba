/** For whom routes of sidecars are written, where nobody among them has a sidecar. */
import { ambientNamespace } from '../../mesh/ambient.ts';
import type { Namespace } from '../../manifest/types.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';

const MODE = 'istio.io/dataplane-mode';

/** The Namespace that makes clients of a route ambient: its own, else the first of those that call, where the settings name them and all are ambient. */
export function ambientClients(mesh: MeshReader, namespace: string | undefined): MeshObject<Namespace> | undefined {
  const own = ambientNamespace(mesh, namespace);
  if (own) return own;
  const clients = mesh.settings.clients.map((each) => ambientNamespace(mesh, each));
  return clients.every((each) => each !== undefined) ? clients[0] : undefined;
}

/**
 * Whether a route may serve sidecars of namespaces other than its own.
 *
 * @param sees whether a namespace sees the route
 */
export function isForSidecarsElsewhere(
  mesh: MeshReader,
  namespace: string | undefined,
  sees: (namespace: string) => boolean,
): boolean {
  const clients = mesh.settings.clients.filter((each) => each !== namespace && sees(each));
  if (clients.some((each) => !ambientNamespace(mesh, each))) return true;
  return mesh.all('Namespace').some(({ resource: { name, labels } }) => {
    const hasSidecars = labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined;
    return hasSidecars && labels[MODE] !== 'ambient' && name.value !== undefined && sees(name.value);
  });
}
