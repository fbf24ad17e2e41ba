/** Names of gateways: under `spec.gateways` and in matches of a VirtualService. */
import type { Gateway, VirtualService } from '../../manifest/types.ts';
import { gatewaysByKey } from '../../mesh/gateway-lookup.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from '../../mesh/gateway-names.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { serverHost, takesHost } from '../../mesh/server-hosts.ts';
import { boundGateways } from '../../mesh/virtual-service-rules.ts';
import { COLLECTED, type Candidate, mayBecome, type Offer, offer, some } from './candidate.ts';
import type { Scene } from './scene.ts';

const MESH_DETAIL = 'the sidecars of the mesh';

/** Gateways as this VirtualService must write them. */
export function listedGateways(scene: Scene): Offer {
  const { siblings } = scene;
  const { all, cut } = gatewaysFrom(scene);
  const mesh: Candidate = { value: MESH_GATEWAY, kind: 'gateway', detail: MESH_DETAIL, rank: 1 };
  return offer([mesh, ...all], { without: siblings, cut });
}

/** Those that the VirtualService is bound to, in its order; the others would never take a call. */
export function matchedGateways(scene: Scene): Offer {
  const { object, siblings } = scene;
  if (object.resource.kind !== 'VirtualService') return offer([]);
  const { all, cut } = gatewaysFrom(scene);
  const written = (object.resource.gateways?.items ?? []).flatMap(({ value }) => value ?? []);
  const bound = written.length > 0 ? written : [MESH_GATEWAY];
  const keys = new Set(bound.map((each) => keyOf(each, object.namespace)));
  const listed = bound.map((value, index): Candidate => {
    const known = all.find((each) => keyOf(String(each.value), object.namespace) === keyOf(value, object.namespace));
    return value === MESH_GATEWAY
      ? { value, kind: 'gateway', detail: MESH_DETAIL, rank: index - bound.length }
      : { ...known, value, kind: 'gateway', rank: index - bound.length };
  });
  const others = [{ value: MESH_GATEWAY, kind: 'gateway' as const, rank: 1 }, ...all]
    .filter(({ value }) => !keys.has(keyOf(String(value), object.namespace)))
    .map((each): Candidate => ({ ...each, detail: 'not in spec.gateways' }));
  return offer([...listed, ...others], { without: siblings, cut });
}

/** The Gateways that the VirtualService is bound to and that are here. */
export function gatewaysBound({
  reader,
  object,
}: Pick<Scene, 'reader'> & { readonly object: MeshObject<VirtualService> }) {
  return [...boundGateways(object)].flatMap((key): readonly MeshObject<Gateway>[] => gatewayOf(reader, key));
}

/** The Gateway of a resolved name, where it is here: the first, where several files write it. */
export function gatewayOf(reader: Scene['reader'], key: string): readonly MeshObject<Gateway>[] {
  return gatewaysByKey(reader, key).slice(0, 1);
}

/** `443 TLS PASSTHROUGH: api.example.com`, server after server, on one line. */
export function serversText({ resource }: MeshObject<Gateway>): string {
  const servers = (resource.servers?.items ?? []).map(({ port, hosts, tls }) => {
    const names = (hosts?.items ?? []).flatMap(({ value }) => value ?? []);
    const more = names.length > HOSTS ? `, … (${names.length})` : '';
    const head = [port?.number?.value, port?.protocol?.value, tls?.mode?.value].filter((each) => each !== undefined);
    return `${head.join(' ')}: ${names.slice(0, HOSTS).join(', ')}${more}`;
  });
  const more = servers.length > SERVERS ? `; … (${servers.length} servers)` : '';
  return servers.length === 0 ? 'no servers' : `${servers.slice(0, SERVERS).join('; ')}${more}`;
}

const HOSTS = 3;
const SERVERS = 3;

/** Those whose servers take a host of the VirtualService, then as many of the others as what is typed may become. */
function gatewaysFrom({ reader, object, token }: Scene): { readonly all: readonly Candidate[]; readonly cut: boolean } {
  const { resource, namespace } = object;
  if (resource.kind !== 'VirtualService') return { all: [], cut: false };
  const hosts = (resource.hosts?.items ?? []).flatMap(({ value }) => value ?? []);
  const { members, cut } = some(reader.all('Gateway'));
  const taking: Candidate[] = [];
  const others: Candidate[] = [];
  let left = 0;
  for (const gateway of members) {
    const name = gateway.resource.name.value;
    // A name that cannot be written: that of a namespace which is not known.
    if (name === undefined || (gateway.namespace === undefined && namespace !== undefined)) continue;
    const takes = takesAny(gateway, hosts, namespace);
    if (!takes && others.length === COLLECTED) {
      left++;
      continue;
    }
    const isNear = gateway.namespace === namespace;
    const value = isNear ? name : `${gateway.namespace}/${name}`;
    const rank = takes ? (isNear ? -2 : -1) : isNear ? 2 : 3;
    const candidate: Candidate = { value, kind: 'gateway', rank, detail: () => serversText(gateway), names: gateway };
    if (takes) taking.push(candidate);
    else if (mayBecome(value, token.typed)) others.push(candidate);
  }
  const isCut = cut || left > 0;
  return { all: [...taking, ...others].sort(byRankThenName), cut: isCut };
}

/** Whether a server takes one of the hosts, from a VirtualService of this namespace. */
export function takesAny(
  gateway: MeshObject<Gateway>,
  hosts: readonly string[],
  namespace: string | undefined,
): boolean {
  if (hosts.length === 0) return false;
  // Asked of every Gateway of the mesh.
  for (const server of gateway.resource.servers?.items ?? []) {
    for (const field of server.hosts?.items ?? []) {
      const own = serverHost(field, gateway.namespace);
      if (own && hosts.some((host) => takesHost(own, host, namespace))) return true;
    }
  }
  return false;
}

function byRankThenName(a: Candidate, b: Candidate): number {
  return a.rank - b.rank || (String(a.value) < String(b.value) ? -1 : 1);
}

function keyOf(written: string, namespace: string | undefined): string {
  return gatewayKey(resolveGatewayName(written, namespace));
}
