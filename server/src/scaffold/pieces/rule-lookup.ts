/** Which DestinationRule a proxy has for a host, before the plan. */
import type { ClientTls, DestinationRule, PortTrafficPolicy, TrafficPolicy } from '../../manifest/types.ts';
import { resolveShortHost } from '../../mesh/hosts.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { destinationRuleFor, type MergedRule } from '../../trace/destination-rules.ts';
import { ANY_ADDRESS, type MeshService } from '../../trace/model.ts';
import type { Context } from '../context.ts';

/**
 * The rule that proxies of a namespace have for a host.
 *
 * @param owner the namespace of the host's Service or ServiceEntry
 */
export function ruleFor(
  { plane }: Context,
  host: string,
  owner: string,
  proxy: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
): MergedRule | undefined {
  const service: MeshService = {
    hostname: host,
    namespace: owner,
    name: host,
    kubernetes: false,
    meshExternal: false,
    resolution: 'dns',
    address: ANY_ADDRESS,
    ports: [],
    exportTo: undefined,
    externalName: undefined,
    aliases: [],
    labels: {},
    selector: undefined,
    source: undefined,
  };
  return destinationRuleFor(plane, service, proxy);
}

/** Whether a rule is for exactly this host, not for a wildcard over it. */
export function isExactly(
  { plane }: Context,
  { resource, namespace }: MeshObject<DestinationRule>,
  host: string,
): boolean {
  const written = resource.host?.value;
  return written !== undefined && resolveShortHost(written, namespace, plane.reader.settings.clusterDomain) === host;
}

/** The TLS that policies give to a port, the inner one first; undefined where none says anything. */
export function tlsOf(port: number, ...policies: readonly (TrafficPolicy | undefined)[]): ClientTls | undefined {
  for (const policy of policies) {
    const own = portPolicy(policy, port);
    if (own) return own.tls;
    if (policy?.tls) return policy.tls;
  }
  return undefined;
}

export function portPolicy(policy: TrafficPolicy | undefined, port: number): PortTrafficPolicy | undefined {
  return policy?.portLevelSettings?.items.find((each) => each.port?.value === port);
}
