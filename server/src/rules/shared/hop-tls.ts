/** The TLS of a hop as DestinationRules write it, and edits to it. */
import type { ClientTls, DestinationRule, TrafficPolicy } from '../../manifest/types.ts';
import { objectOf } from '../../calls/relevant.ts';
import { hostCoveredBy } from '../../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import type { MergedServer } from '../../trace/gateway-merge.ts';
import type { YamlData, YamlEdit } from '../../yaml/edits.ts';
import type { Range } from '../../yaml/nodes.ts';
import type { Arrival } from './gateway-arrival.ts';

/** TLS settings, and the mapping that holds them under `tls`. */
export interface WrittenTls {
  readonly tls: ClientTls;
  readonly holder: Range;
}

/** The DestinationRule that applied to the hop. */
export function hopRule({ via }: Arrival, mesh: MeshReader): MeshObject<DestinationRule> | undefined {
  const cause = via.because.findLast((each) => each.kind === 'DestinationRule');
  return cause && (objectOf(mesh, cause) as MeshObject<DestinationRule> | undefined);
}

/** The settings that decided; undefined where none did. */
export function hopTls({ via }: Arrival, { resource }: MeshObject<DestinationRule>): WrittenTls | undefined {
  const cause = via.because.findLast((each) => each.kind === 'DestinationRule');
  const policies = [resource.trafficPolicy, ...(resource.subsets?.items ?? []).map((each) => each.trafficPolicy)];
  return policies
    .flatMap((policy) => (policy ? [policy, ...(policy.portLevelSettings?.items ?? [])] : []))
    .flatMap(({ tls, range }) => (tls ? [{ tls, holder: range }] : []))
    .find(({ tls }) => tls.range.start === cause?.range.start && tls.range.end === cause.range.end);
}

/** The server name that a server with mutual TLS must be sent: the host that is called; undefined where it takes any, or not that one. */
export function neededName(server: MergedServer, called: string): string | undefined {
  return !takesName(server, '') && takesName(server, called) ? called : undefined;
}

/** Whether a server that ends TLS takes this server name. */
export function takesName({ hosts }: MergedServer, name: string): boolean {
  const names = hosts.map((each) => each.slice(each.indexOf('/') + 1));
  return names.includes('*') || names.some((each) => hostCoveredBy(name, each));
}

/** What TLS of a hop is written with. */
export type NewTls = { readonly mode: string; readonly sni?: string };

/** Writes TLS for a port of the subset of a DestinationRule (of the host, where the hop has no subset), beside what is there; no edits where it has no place. */
export function addTls(
  { resource }: MeshObject<DestinationRule>,
  subset: string,
  port: number,
  tls: NewTls,
): readonly YamlEdit[] {
  const own = resource.subsets?.items.find((each) => each.name?.value === subset);
  if (subset !== '' && !own) return [];
  const policy = own ? own.trafficPolicy : resource.trafficPolicy;
  if (policy) return addToPolicy(policy, port, tls);
  // Without a policy of its own the range of `spec` is not known here: a rule for the host alone has one or is left as it is.
  if (!own) return [];
  return [
    { kind: 'set-key', range: own.range, key: 'trafficPolicy', value: { portLevelSettings: [entry(port, tls)] } },
  ];
}

function addToPolicy(policy: TrafficPolicy, port: number, tls: NewTls): readonly YamlEdit[] {
  const list = policy.portLevelSettings;
  const existing = list?.items.find((each) => each.port?.value === port);
  if (existing) return writeTls(existing.range, existing.tls, tls);
  if (list) return [{ kind: 'append-item', range: list.range, value: entry(port, tls) }];
  return policy.tls
    ? writeTls(policy.range, policy.tls, tls)
    : [{ kind: 'set-key', range: policy.range, key: 'portLevelSettings', value: [entry(port, tls)] }];
}

/** Key by key, so that comments stay; in place of settings that are for other TLS. */
function writeTls(holder: Range, written: ClientTls | undefined, tls: NewTls): readonly YamlEdit[] {
  const { range, mode, sni, ...others } = written ?? { range: holder };
  if (!written || Object.keys(others).length > 0) return [{ kind: 'set-key', range: holder, key: 'tls', value: tls }];
  return Object.entries(tls).flatMap(([key, value]): readonly YamlEdit[] =>
    value === { mode, sni }[key]?.value ? [] : [{ kind: 'set-key', range, key, value }],
  );
}

function entry(port: number, tls: NewTls): YamlData {
  return { port: { number: port }, tls };
}
