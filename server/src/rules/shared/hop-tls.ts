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

/** Writes TLS for a port of the subset of a DestinationRule (of the host, where the hop has no subset), beside what is there. */
export function addTls(
  { resource }: MeshObject<DestinationRule>,
  subset: string,
  port: number,
  tls: YamlData,
): YamlEdit | undefined {
  const own = resource.subsets?.items.find((each) => each.name?.value === subset);
  if (subset !== '' && !own) return undefined;
  const policy = own ? own.trafficPolicy : resource.trafficPolicy;
  if (policy) return addToPolicy(policy, port, tls);
  // Without a policy of its own the range of `spec` is not known here: a rule for the host alone has one or is left as it is.
  return (
    own && { kind: 'set-key', range: own.range, key: 'trafficPolicy', value: { portLevelSettings: [entry(port, tls)] } }
  );
}

function addToPolicy(policy: TrafficPolicy, port: number, tls: YamlData): YamlEdit {
  const list = policy.portLevelSettings;
  const existing = list?.items.find((each) => each.port?.value === port);
  if (existing) return { kind: 'set-key', range: existing.range, key: 'tls', value: tls };
  if (list) return { kind: 'append-item', range: list.range, value: entry(port, tls) };
  return policy.tls
    ? { kind: 'set-key', range: policy.range, key: 'tls', value: tls }
    : { kind: 'set-key', range: policy.range, key: 'portLevelSettings', value: [entry(port, tls)] };
}

function entry(port: number, tls: YamlData): YamlData {
  return { port: { number: port }, tls };
}
