/** All servers of a gateway pod, and what becomes of each: for telling what is the matter with one. */
import { Merge, type MergedGateways, type MergedServer, type PlacedServer } from './gateway-merge.ts';
import { serversOf, serves } from './gateway-servers.ts';
import { type GatewayPod, inConfigOrder, memo, type Plane } from './plane.ts';
import { podId } from './pods.ts';

/** All servers of a pod, found by their port and by their Gateway (`namespace/name`). */
export interface PlacedServers {
  readonly all: readonly PlacedServer[];
  on(port: number): readonly PlacedServer[];
  of(gateways: ReadonlySet<string>): readonly PlacedServer[];
  /** Names of those Gateways that are listeners of Gateway API. */
  readonly listeners: ReadonlySet<string>;
}

/** As `mergedGateways`, to be asked by port or Gateway. */
export function placedServers(plane: Plane, pod: GatewayPod): PlacedServers {
  return memo(plane, `placed servers of ${podId(plane, pod)}`, (inner) => {
    const { placed } = mergedGateways(inner, pod);
    const byPort = new Map<number, PlacedServer[]>();
    const byGateway = new Map<string, PlacedServer[]>();
    const listeners = new Set<string>();
    for (const each of placed) {
      const { gatewayName, gateway } = each.server;
      append(byPort, each.port, each);
      append(byGateway, gatewayName, each);
      if (gateway.implied) listeners.add(gatewayName);
    }
    return {
      all: placed,
      on: (port: number) => byPort.get(port) ?? [],
      of: (gateways: ReadonlySet<string>) => {
        const [only, another] = gateways;
        if (another !== undefined) return placed.filter(({ server }) => gateways.has(server.gatewayName));
        return only === undefined ? [] : (byGateway.get(only) ?? []);
      },
      listeners,
    };
  });
}

function append<K>(lists: Map<K, PlacedServer[]>, key: K, each: PlacedServer): void {
  const list = lists.get(key);
  if (list) list.push(each);
  else lists.set(key, [each]);
}

/** All servers of a pod. It depends on every Gateway, so a call is followed by `portServers`. */
export function mergedGateways(plane: Plane, pod: GatewayPod): MergedGateways<MergedServer> {
  return memo(plane, `servers of ${podId(plane, pod)}`, (inner) => {
    const state = new Merge<MergedServer>();
    for (const gateway of inConfigOrder(inner.reader.all('Gateway').filter((each) => serves(inner, each, pod)))) {
      for (const server of serversOf(inner, pod, gateway)) state.claim(server, server.listens);
    }
    return state;
  });
}
