/** Two rules that take the same addresses in sidecars, so that no connection can be told to be for one of them. */
import { gatewayOf } from '../calls/proxies.ts';
import { virtualServicesFor } from '../calls/relevant.ts';
import type { Field, VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { boundGateways } from '../mesh/virtual-service-rules.ts';
import { inConfigOrder } from '../trace/plane.ts';
import type { CallRule } from './rule.ts';
import { titleOfRoute } from './shared/gateway-place.ts';

export const rule: CallRule = {
  code: 'rule-addresses-overlap',
  title: 'Addresses taken twice',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['multiple-filter-chains'],
  explain({ outcome: { ending, call }, mesh }) {
    if (gatewayOf(ending.at)) return undefined;
    const seen = new Map<string, Taken>();
    for (const taken of inConfigOrder(virtualServicesFor(mesh, call.host)).flatMap((each) =>
      takenBy(each, call.port),
    )) {
      const { object, subnet } = taken;
      const first = seen.get(subnet.value ?? '');
      if (!first) {
        seen.set(subnet.value ?? '', taken);
        continue;
      }
      const other = first.object === object ? 'another rule here' : `VirtualService \`${titleOfRoute(first.object)}\``;
      return {
        path: object.path,
        range: subnet.range,
        cause: `${other} takes \`${subnet.value ?? ''}\` too, and Envoy cannot tell their connections apart`,
        remedy: 'Keep one of them.',
        related: [{ path: first.object.path, range: first.subnet.range, message: 'The same addresses.' }],
      };
    }
    return undefined;
  },
  page: {
    what: 'Two `tcp` rules for sidecars take the same `destinationSubnets` on a port.',
    why: 'Each rule with `destinationSubnets` becomes a part of the listener of its own, told from the others by its addresses. Where two have the same, no connection fits one of them alone, and Envoy refuses such a listener.',
    symptom:
      'Connections are reset in the sidecars; istiod logs that Envoy rejected the listener, and `istioctl proxy-status` shows it as not synchronised.',
    remedy: 'Keep one of the rules, or give them different addresses.',
    bad: example(`# -- second.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: second
  namespace: team-a
spec:
  hosts: [db.example.com]
  tcp:
    - match:
        - port: 5432
          destinationSubnets: [198.51.100.7/32]
      route:
        - destination: {host: db.example.com, port: {number: 5432}}
`),
    good: example(''),
    sources: ['istio/istio: pilot/pkg/networking/core/tls.go'],
  },
};

interface Taken {
  readonly object: MeshObject<VirtualService>;
  readonly subnet: Field<string>;
}

/** The addresses that rules for sidecars take on a port. */
function takenBy(object: MeshObject<VirtualService>, port: number): readonly Taken[] {
  if (!boundGateways(object).has(MESH_GATEWAY)) return [];
  return (object.resource.tcp?.items ?? [])
    .flatMap((each) => [...(each.match?.items ?? [])])
    .filter((each) => each.port === undefined || each.port.value === port)
    .filter((each) => each.gateways?.items.some(({ value }) => value === MESH_GATEWAY) ?? true)
    .flatMap((each) => each.destinationSubnets?.items ?? [])
    .map((subnet) => ({ object, subnet }));
}

function example(second: string): string {
  return `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: db
  namespace: team-a
spec:
  hosts: [db.example.com]
  addresses: [198.51.100.7]
  ports:
    - {number: 5432, name: tcp, protocol: TCP}
  resolution: STATIC
  endpoints:
    - address: 198.51.100.7
# -- first.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: first
  namespace: team-a
spec:
  hosts: [db.example.com]
  tcp:
    - match:
        - port: 5432
          destinationSubnets: [198.51.100.7/32]
      route:
        - destination: {host: db.example.com, port: {number: 5432}}
${second}`;
}
