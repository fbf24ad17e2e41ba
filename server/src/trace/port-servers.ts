/** The servers of one port of a gateway pod, as far as a call may meet them (`mergeGateways` in `pilot/pkg/model/gateway.go`). */
import type { Gateway } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { gatewaysByKey } from '../mesh/gateway-lookup.ts';
import { isHttp, parseProtocol } from '../mesh/protocol.ts';
import { firstOf, gatewaysAt } from './first-server.ts';
import { Merge, type MergedGateways, type PlacedServer, type Place, type ServerFacts } from './gateway-merge.ts';
import { comparePlaces, keepsHosts, serversOf, serves } from './gateway-servers.ts';
import { type GatewayPod, type Plane, stable } from './plane.ts';
import { podId, serverPorts } from './pods.ts';

/**
 * The servers of one port of a pod, as far as these Gateways have a say: their own, the first of the port, which decides what it is, and those with an
 * address of their own. Of thousands of Gateways on a port the others could add nothing to what is asked.
 */
export function portServers(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  gateways: Iterable<MeshObject<Gateway>>,
): MergedGateways {
  const heads = portHeads(plane, pod, port);
  const bound = serverPorts(plane, pod, port).flatMap((each) => plane.reader.opening(each, 'bound'));
  const own = [...new Set([...gateways, ...bound, ...headGateways(plane, heads)])]
    .filter((each) => serves(plane, each, pod))
    .flatMap((each) => serversOf(plane, pod, each).filter((server) => server.listens === port));
  const isOwn = ({ place }: ServerFacts) => own.some((each) => comparePlaces(each.place, place) === 0);
  const all = [...heads.filter((each) => !isOwn(each)), ...own];
  const state = new Merge<ServerFacts>();
  for (const each of all.sort((a, b) => comparePlaces(a.place, b.place))) {
    if (each.gateway === undefined || keepsHosts(plane, pod, each)) state.add(each, port);
  }
  return state;
}

/** The servers of these Gateways (`namespace/name`) on a port; undefined where one of them is left out, for `placedServers` to say why. */
export function programmedServers(
  plane: Plane,
  pod: GatewayPod,
  port: number,
  gateways: ReadonlySet<string>,
): readonly PlacedServer[] | undefined {
  const named = [...gateways].flatMap((each) => gatewaysByKey(plane.reader, each));
  const serving = named.filter((each) => serves(plane, each, pod));
  const written = serving.flatMap((each) => serversOf(plane, pod, each)).filter((each) => each.listens === port);
  const { placed } = portServers(plane, pod, port, serving);
  const programmed = new Set(placed.flatMap(({ server, lostTo }) => (lostTo ? [] : server)));
  if (!written.every((each) => programmed.has(each))) return undefined;
  return written.sort((a, b) => comparePlaces(a.place, b.place)).map((server) => ({ server, port, lostTo: undefined }));
}

/** The Gateways that a first server is from, where more than the port depends on it: TCP has the port to itself. */
function headGateways(plane: Plane, heads: readonly ServerFacts[]): readonly MeshObject<Gateway>[] {
  return heads
    .filter((each) => each.tlsMode === undefined && !isHttp(parseProtocol(each.protocol)))
    .flatMap((each) => gatewaysAt(plane, each.place));
}

/** Before every other. */
const FOREMOST: Place = { namespace: '', name: '', path: '', index: 0 };

/**
 * The first server that has a port for plain bytes, which decides what else may be on it. A summary of all Gateways of the port: it has no hosts, and says
 * whose it is only where that matters, so that who edits other Gateways does not touch it. Servers with TLS are told apart from each other by their hosts.
 */
function portHeads(plane: Plane, pod: GatewayPod, port: number): readonly ServerFacts[] {
  return stable(plane, `first server of ${port} of ${podId(plane, pod)}`, (inner) => {
    const first = firstOf(inner, pod, port, 'plain');
    if (!first) return [];
    const alone = isHttp(parseProtocol(first.protocol)) && !firstOf(inner, pod, port, 'tls');
    const whose = alone ? { gatewayName: '', place: FOREMOST } : {};
    return [{ ...first, ...whose, gateway: undefined, server: undefined, hosts: [] }];
  });
}
