/** A server that is left out because another has its port. */
import type { CallReport, CallRule } from './rule.ts';
import { type Arrival, serverText, titleOfGateway } from './shared/gateway-arrival.ts';
import { diagnosed, type ProblemOf } from './shared/gateway-diagnosis.ts';
import { senderRelated } from './shared/gateway-place.ts';

export const rule: CallRule = {
  code: 'servers-conflict',
  title: 'Server left out for another',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0145', 'KIA0301'],
  subject: 'call',
  ends: [
    'no-listener',
    'no-route',
    'no-virtual-host',
    'no-filter-chain',
    'multiple-filter-chains',
    'tls-error',
    'mtls-error',
    'protocol-error',
  ],
  explain(failure) {
    const found = diagnosed(failure, 'conflict', 'same-server');
    if (!found) return undefined;
    const { arrival, problem } = found;
    if (problem.kind === 'same-server') return ofSame(arrival, problem);
    const { lost, winner } = problem;
    const same = lost.gateway === winner.gateway;
    const other = same ? 'another server of this Gateway' : `Gateway \`${titleOfGateway(winner.gateway)}\``;
    const shared = lost.hosts.find((each) => winner.hosts.includes(each));
    const duplicate = lost.tlsMode !== undefined && winner.tlsMode !== undefined && shared !== undefined;
    const why = duplicate ? `takes \`${shared}\` on that port already` : `has that port, as ${winner.protocol}`;
    return {
      path: lost.gateway.path,
      range: (lost.server.port?.number ?? lost.server.port ?? lost.server).range,
      cause: `server ${serverText(lost)} is left out, because ${other} ${why}`,
      // Between Gateways age decides, which is not in YAML.
      ...(same ? {} : { severity: 'warning' as const }),
      explanation: same ? '' : 'The older one stays.',
      remedy: duplicate ? 'Keep one of them.' : 'Give one another port.',
      related: [
        {
          path: winner.gateway.path,
          range: (winner.server.port ?? winner.server).range,
          message: `Server ${serverText(winner)}, which comes first.`,
        },
        ...senderRelated(arrival),
      ],
    };
  },
  page: {
    what: 'A server of a Gateway is not programmed, because an earlier server has its port or, with TLS, its host.',
    why: 'All Gateways of all namespaces that select a pod share its ports, in the order of their age. On a port plain HTTP servers go together, and so do TLS servers with different hosts. Beside a plain server any other kind is left out, and of two TLS servers with the same host the later one. Nothing but a log line of istiod tells.',
    symptom: 'Calls for the server that is left out meet the other one: connections are reset, or answered with 404.',
    remedy: 'Give one of the servers another port, 443 instead of 80 for mutual TLS, or make one server of the two.',
    bad: example(80),
    good: example(443),
    sources: [
      'istio/istio: pilot/pkg/model/gateway.go',
      'https://istio.io/latest/docs/reference/config/analysis/ist0145/',
    ],
  },
};

function ofSame(arrival: Arrival, { server, other }: ProblemOf<'same-server'>): CallReport {
  const same = server.gateway === other.gateway;
  return {
    path: server.gateway.path,
    range: (server.server.port?.number ?? server.server.port ?? server.server).range,
    cause: `server ${serverText(server)} and server ${serverText(other)} of ${same ? 'this Gateway' : `\`${titleOfGateway(other.gateway)}\``} both take the connection`,
    remedy: 'Give one another port.',
    related: [
      { path: other.gateway.path, range: (other.server.port ?? other.server).range, message: 'The other server.' },
      ...senderRelated(arrival),
    ],
  };
}

function example(port: number): string {
  return `# -- first.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: a-tcp
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: ${port}, name: tcp, protocol: TCP}
      hosts: ["*"]
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-egressgateway]
  http:
    - match:
        - {gateways: [mesh], port: 80}
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - {gateways: [istio-egressgateway], port: 80}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
}
