/** DestinationRules that are for another host by mistake. */
import type { DestinationRule } from '../../manifest/types.ts';
import { lookupDestination, type MeantHost } from '../../mesh/destination-lookup.ts';
import { isWildcard } from '../../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';

/** The host that a DestinationRule is probably meant for; undefined where it has one that is there, or where that is not known. */
export function hostMeant(
  { resource, namespace }: MeshObject<DestinationRule>,
  mesh: MeshReader,
): MeantHost | undefined {
  const host = resource.host?.value;
  if (host === undefined || isWildcard(host)) return undefined;
  const lookup = lookupDestination(mesh, host, namespace, []);
  return lookup.status === 'absent' ? lookup.meant : undefined;
}

/** Those that define a subset and are probably meant for this host. Asked only where the subset is missing, which is rare. */
export function rulesMeantFor(mesh: MeshReader, host: string, subset: string): readonly MeshObject<DestinationRule>[] {
  return mesh
    .all('DestinationRule')
    .filter(({ resource }) => resource.subsets?.items.some((each) => each.name?.value === subset))
    .filter((each) => hostMeant(each, mesh)?.host === host);
}
