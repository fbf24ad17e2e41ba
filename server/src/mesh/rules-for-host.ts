/** Which DestinationRules are written for a host, whoever may use them. */
import type { DestinationRule } from '../manifest/types.ts';
import { serviceOfHost } from './hosts.ts';
import type { MeshObject, MeshReader } from './mesh.ts';

/**
 * DestinationRules for exactly this host, for a wildcard over it, or for the short name of its Service in that one's namespace.
 *
 * @param host a full name
 */
export function destinationRulesFor(reader: MeshReader, host: string): readonly MeshObject<DestinationRule>[] {
  const service = serviceOfHost(host, reader.settings.clusterDomain);
  const short = service
    ? reader.hosting('DestinationRule', service.name).filter((each) => each.namespace === service.namespace)
    : [];
  return [...reader.covering('DestinationRule', host), ...short];
}
