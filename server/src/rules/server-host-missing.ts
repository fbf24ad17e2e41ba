/** A host that a Gateway takes on another server than the one that calls come to, or not at all. */
import type { Fix } from './finding.ts';
import type { CallRule } from './rule.ts';
import { type Arrival, serverText, titleOfGateway } from './shared/gateway-arrival.ts';
import { diagnosed, type ProblemOf } from './shared/gateway-diagnosis.ts';
import { senderRelated } from './shared/gateway-place.ts';
import { names } from './shared/message.ts';

export const rule: CallRule = {
  code: 'server-host-missing',
  title: 'Host missing from the server',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0132'],
  subject: 'call',
  ends: ['no-listener', 'no-route', 'no-virtual-host', 'no-filter-chain'],
  explain(failure) {
    const found = diagnosed(failure, 'host');
    if (!found) return undefined;
    const { arrival, problem } = found;
    const { server, leg } = problem;
    const { hosts, port } = server.server;
    const { host } = arrival;
    if (host !== failure.outcome.call.host && takesIt(problem, failure.outcome.call.host))
      return rewritten(arrival, problem);
    const lacking = routeLacks(problem, host);
    return {
      path: lacking ? leg.routes.source.path : server.gateway.path,
      range: lacking
        ? (leg.routes.source.resource.hosts ?? leg.routes.source.resource.name).range
        : (hosts ?? port ?? server.server).range,
      cause: `server ${serverText(server)} does not take \`${host}\` from VirtualServices in \`${leg.routes.namespace}\``,
      explanation: `It takes ${names(server.hosts)}.`,
      remedy: 'Add the host to the server.',
      related: [
        {
          path: leg.routes.source.path,
          range: (leg.routes.source.resource.hosts ?? leg.routes.source.resource.name).range,
          message: 'The hosts of the route.',
        },
        ...senderRelated(arrival),
      ],
      fixes: addHost(problem, host),
    };
  },
  page: {
    what: 'Calls come to a server of the Gateway that does not have the host, although another server of the Gateway may.',
    why: 'A VirtualService acts on a server where both share the host. Each server has hosts of its own, and `namespace/host` takes a host only from VirtualServices of that namespace.',
    symptom: 'The gateway answers 404 (HTTP), or closes the connection (TLS, TCP).',
    remedy: 'Add the host to the server that the mesh leg sends to.',
    bad: example(''),
    good: example(', api.example.com'),
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Server',
      'https://istio.io/latest/docs/reference/config/analysis/ist0132/',
    ],
  },
};

type HostProblem = ProblemOf<'host'>;

function takesIt({ server }: HostProblem, host: string): boolean {
  return server.hosts.some((each) => each.slice(each.indexOf('/') + 1) === host);
}

function routeLacks({ server }: HostProblem, host: string): boolean {
  return takesIt({ server } as HostProblem, host);
}

function rewritten(arrival: Arrival, { server }: HostProblem) {
  const { sentBy, host } = arrival;
  if (!sentBy) return undefined;
  const { object, rule: sending } = sentBy;
  return {
    path: object.path,
    range: sending.range,
    cause: `this rule changes the host to \`${host}\`, which server ${serverText(server)} does not take`,
    remedy: 'Change the host at the gateway instead.',
    related: senderRelated(arrival),
  };
}

/** It opens a host, so it is for a reader to decide. */
function addHost({ server }: HostProblem, host: string): readonly Fix[] {
  const { hosts } = server.server;
  const { gateway } = server;
  if (!hosts || gateway.context) return [];
  return [
    {
      title: `Add ${host} to server ${server.number} of Gateway ${titleOfGateway(gateway)}`,
      preferred: true,
      safety: 'review',
      edits: [{ path: gateway.path, edit: { kind: 'append-item', range: hosts.range, value: host } }],
    },
  ];
}

function example(host: string): string {
  return `# -- gateway.yaml
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
      hosts: [other.example.com${host}]
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [api.example.com]
      tls: {mode: PASSTHROUGH}
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
