/** A port of the gateway's Service that no server of the Gateway opens. */
import type { YamlEdit } from '../yaml/edits.ts';
import type { Range } from '../yaml/nodes.ts';
import type { Fix } from './finding.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { serviceOfHost } from '../mesh/hosts.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { type Arrival, type GatewayLeg, serverText, titleOfGateway } from './shared/gateway-arrival.ts';
import { actingMatches, diagnosed, type ProblemOf } from './shared/gateway-diagnosis.ts';
import { senderRelated, sentPlace, shortService } from './shared/gateway-place.ts';

export const rule: CallRule = {
  code: 'gateway-port-not-open',
  title: 'Port not opened by the Gateway',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0162'],
  subject: 'call',
  ends: ['no-listener', 'no-route', 'no-virtual-host', 'no-filter-chain', 'tls-error', 'mtls-error', 'protocol-error'],
  explain(failure) {
    const found = diagnosed(failure, 'port', 'pod-port');
    if (!found) return undefined;
    const { arrival, problem } = found;
    if (problem.kind === 'pod-port') return ofPodPort(arrival, problem);
    const { leg } = problem;
    const { gateway } = leg;
    const servers = gateway.resource.servers?.items ?? [];
    const numbers = [...new Set(servers.flatMap((each) => each.port?.number?.value ?? []))];
    const sent = sentPlace(arrival, failure);
    const port = arrival.sentBy?.destination.port;
    const odd = oddServer(arrival, leg);
    const [sends] = redirect(failure, arrival, leg);
    const number = odd?.port?.number;
    const place = number ? { path: gateway.path, range: number.range } : port ? { ...sent, range: port.range } : sent;
    const service = shortService(arrival.to.host, failure);
    const has = numbers.length === 0 ? '' : ` (${numbers.slice(0, 3).join(', ')})`;
    return {
      ...place,
      cause: `no server of Gateway \`${titleOfGateway(gateway)}\`${has} opens port ${arrival.to.port} of ${service}`,
      explanation: arrival.sentBy && !port ? 'Without a port it is the one that is called.' : '',
      remedy: odd
        ? `Let the server have port ${arrival.to.port}.`
        : sends
          ? `${sends.title}.`
          : 'Use one port in both.',
      related: [
        ...(number ? senderRelated(arrival) : []),
        {
          path: gateway.path,
          range: (gateway.resource.servers ?? gateway.resource.name).range,
          message: 'The servers of this Gateway.',
        },
      ],
      fixes: [...renumber(arrival, leg), ...(sends ? [sends] : [])],
    };
  },
  page: {
    what: 'The mesh leg sends to a port of the gateway that no server of its Gateway opens.',
    why: '`servers[].port.number` is the port of the gateway’s Service, not the port of its pods (8080, 8443) and not the port of the external host. The mesh leg’s `destination.port.number` and the server’s number must be the same, and the Service must have that port.',
    symptom: 'Connections to the gateway are refused: 503 UF in the sidecars, for TLS and TCP a reset.',
    remedy:
      'Write the same number in the server, in `match.port` of the gateway’s rule and in `destination.port` of the mesh leg. Between sidecar and gateway 80 and 443 do for every protocol.',
    bad: example(9443),
    good: example(443),
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Port',
      'istio/istio: pilot/pkg/model/gateway.go',
    ],
  },
};

function ofPodPort({ to, at }: Arrival, { server }: ProblemOf<'pod-port'>): CallReport {
  const { path, context } = server.gateway;
  const number = server.server.port?.number;
  return {
    path,
    range: (number ?? server.server).range,
    cause: `server ${serverText(server)} has the port of the pod, and the rule for it that of the Service, ${to.port}`,
    explanation: `The Service leads from ${to.port} to ${at.port}.`,
    remedy: `Use ${to.port}.`,
    fixes: number && !context ? [openPort(path, number.range, to.port)] : [],
  };
}

function openPort(path: string, range: Range, value: number): Fix {
  return {
    title: `Open port ${value}`,
    preferred: true,
    safety: 'safe',
    edits: [{ path, edit: { kind: 'replace-scalar', range, value } }],
  };
}

/** The only server, where the rule of the gateway and the mesh leg agree on another port than it has. */
function oddServer({ to }: Arrival, leg: GatewayLeg) {
  const servers = leg.gateway.resource.servers?.items ?? [];
  const [only] = servers;
  if (!only || servers.length !== 1) return undefined;
  const ports = matchedPorts(leg);
  return ports.length > 0 && ports.every((each) => each === to.port) ? only : undefined;
}

function renumber(arrival: Arrival, leg: GatewayLeg): readonly Fix[] {
  const number = oddServer(arrival, leg)?.port?.number;
  if (!number || leg.gateway.context) return [];
  return [openPort(leg.gateway.path, number.range, arrival.to.port)];
}

/** To the only port that is open, where the Service has it and the rule of the gateway is for it. */
function redirect({ mesh }: Failure, { sentBy, to }: Arrival, leg: GatewayLeg): readonly Fix[] {
  const servers = leg.gateway.resource.servers?.items ?? [];
  const only = servers.length === 1 ? servers[0]?.port?.number?.value : undefined;
  if (!sentBy || sentBy.object.context || only === undefined || only === to.port) return [];
  const service = serviceOfHost(to.host, mesh.settings.clusterDomain);
  const known = service ? mesh.named('Service', service.namespace, service.name) : [];
  const offered = known.some(({ resource }) => resource.ports?.items.some((each) => each.port?.value === only));
  const ports = matchedPorts(leg);
  if (!offered || !ports.every((each) => each === only)) return [];
  const { path } = sentBy.object;
  const { port, range } = sentBy.destination;
  const edit: YamlEdit = port
    ? { kind: 'replace-scalar', range: port.range, value: only }
    : { kind: 'set-key', range, key: 'port', value: { number: only } };
  return [{ title: `Send to port ${only}`, preferred: true, safety: 'safe', edits: [{ path, edit }] }];
}

/** The ports that matches for the Gateway ask for: those that name it, and all of a VirtualService that is for gateways alone. */
function matchedPorts({ routes, key }: GatewayLeg): readonly number[] {
  const isForGateways = !routes.gateways.includes(MESH_GATEWAY);
  return [...routes.http, ...routes.tls, ...routes.tcp]
    .flatMap((each) => actingMatches(each, key) ?? [])
    .flatMap((each) => ((isForGateways || each.gateways.length > 0) && each.port !== 0 ? [each.port] : []));
}

function example(port: number): string {
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
    - port: {number: ${port}, name: tls, protocol: TLS}
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
    - {number: 443, name: tls, protocol: TLS}
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
  tls:
    - match:
        - {gateways: [mesh], port: 443, sniHosts: [api.example.com]}
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match:
        - {gateways: [istio-egressgateway], port: 443, sniHosts: [api.example.com]}
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`;
}
