/** Where DestinationRules set TLS toward a host. */
import type { ClientTls, DestinationRule, TrafficPolicy } from '../../manifest/types.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import type { Range } from '../../yaml/nodes.ts';

export interface TlsSetting {
  readonly rule: MeshObject<DestinationRule>;
  readonly tls: ClientTls;
  readonly subset: string | undefined;
  /** For one port alone, with the place where its number is written. */
  readonly port: { readonly number: number; readonly range: Range } | undefined;
}

/** Settings that make a proxy speak TLS, of every DestinationRule for the host or a wildcard over it. */
export function tlsSettings(mesh: MeshReader, host: string): readonly TlsSetting[] {
  return mesh.covering('DestinationRule', host).flatMap(settingsOf);
}

export function settingsOf(rule: MeshObject<DestinationRule>): readonly TlsSetting[] {
  const { trafficPolicy, subsets } = rule.resource;
  return [
    ...ofPolicy(rule, trafficPolicy, undefined),
    ...(subsets?.items ?? []).flatMap((each) => ofPolicy(rule, each.trafficPolicy, each.name?.value ?? '')),
  ];
}

function ofPolicy(
  rule: MeshObject<DestinationRule>,
  policy: TrafficPolicy | undefined,
  subset: string | undefined,
): readonly TlsSetting[] {
  const general = policy?.tls ? [{ rule, tls: policy.tls, subset, port: undefined }] : [];
  const ofPorts = (policy?.portLevelSettings?.items ?? []).flatMap(({ tls, port }): readonly TlsSetting[] =>
    tls && port?.value !== undefined ? [{ rule, tls, subset, port: { number: port.value, range: port.range } }] : [],
  );
  return [...general, ...ofPorts].filter(({ tls }) => tls.mode?.value !== undefined && tls.mode.value !== 'DISABLE');
}
