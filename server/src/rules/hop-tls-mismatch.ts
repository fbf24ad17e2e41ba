/** A hop to a gateway that carries TLS where the server takes none, none where it takes TLS, or the wrong one. */
import type { Fix, Location } from './finding.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { addHopRule, takeMutualTls } from './shared/api-hop.ts';
import { addTls, hopRule, hopTls, neededName, takesName, type WrittenTls } from './shared/hop-tls.ts';
import { type Arrival, expectedBy, type SendingRule, serverText } from './shared/gateway-arrival.ts';
import { diagnosed, type ProblemOf } from './shared/gateway-diagnosis.ts';
import { senderRelated, sentPlace, serverRelated, titleOfRule } from './shared/gateway-place.ts';
import { serverChange } from './shared/server-change.ts';
import type { DestinationRule, Field, GatewayServer } from '../manifest/types.ts';
import { hostCoveredBy } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { isApiRoute } from '../mesh/route-rules.ts';
import { qualified } from './shared/message.ts';
import { isHttp, isTls, parseProtocol } from '../mesh/protocol.ts';

export const rule: CallRule = {
  code: 'hop-tls-mismatch',
  title: 'TLS of the hop does not fit the server',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-filter-chain', 'tls-error', 'mtls-error', 'protocol-error'],
  explain(failure) {
    const found = diagnosed(failure, 'hop-tls');
    if (!found) return undefined;
    const { arrival, problem } = found;
    const { server } = problem;
    const applied = hopRule(arrival, failure.mesh);
    const subset = applied && unnamedSubset(arrival, problem, applied, failure.outcome.call.host);
    if (applied && subset !== undefined && arrival.sentBy)
      return isApiRoute(arrival.sentBy.object)
        ? ofUnusableSubset(applied, problem, subset)
        : ofSubset(arrival.sentBy, problem, subset);
    const other = otherServer(arrival, problem, failure.outcome.call.host);
    if (other !== undefined && arrival.sentBy && !isApiRoute(arrival.sentBy.object))
      return ofPort(arrival, arrival.sentBy, problem, other);
    const slip = applied && otherPort(arrival, problem, applied, failure.outcome.call.host);
    if (applied && slip) return ofOtherPort(arrival, problem, applied, slip);
    const written = applied && hopTls(arrival, applied);
    const place = placeOf(arrival, problem, applied, written, sentPlace(arrival, failure));
    return {
      ...place,
      cause: `server ${serverText(server)} takes ${EXPECTED[expectedBy(server)]}, and gets ${gotText(arrival)}`,
      explanation: applied && arrival.via.tls ? `DestinationRule \`${titleOfRule(applied)}\` adds it.` : '',
      remedy: remedyOf(arrival, problem, applied),
      related: [...serverRelated(server, 'The server that calls come to.'), ...senderRelated(arrival)],
      fixes: [
        ...(applied && !applied.context ? fixesOf(arrival, problem, applied, written, failure.outcome.call.host) : []),
        ...(applied ? [] : addHopRuleFor(arrival, problem, failure)),
        ...(server.gateway.implied ? takeMutualTls(arrival, server) : serverFixes(arrival, problem)),
      ],
      writes: 'gateway-api',
    };
  },
  page: {
    what: 'What a sidecar sends to a gateway is not what the server there reads: plain bytes to a TLS server, TLS to an HTTP server, or TLS where the mutual TLS of the mesh is taken.',
    why: 'A server with `tls.mode: ISTIO_MUTUAL` takes only the mutual TLS of the mesh, and a sidecar adds that toward a gateway only where a DestinationRule for the gateway’s Service says so: gateways are left out of automatic mutual TLS. The settings must be for the subset and the port that the mesh leg sends to; routes of Gateway API name no subset, so there they must be for the host. Toward an HTTP or a PASSTHROUGH server there must be none.',
    symptom:
      'The connection between sidecar and gateway is reset: 503 with the flags UF or UC, in the gateway’s access log NR filter_chain_not_found; WRONG_VERSION_NUMBER.',
    remedy:
      'Set `tls.mode: ISTIO_MUTUAL` in the DestinationRule where the server has it, for the same port; take it out where the server has none.',
    bad: example(''),
    good: example(`
      trafficPolicy:
        portLevelSettings:
          - port:
              number: 443
            tls:
              mode: ISTIO_MUTUAL
              sni: api.example.com`),
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/',
      'https://istio.io/latest/docs/ops/common-problems/network-issues/',
    ],
  },
};

/** The subset of the DestinationRule that has the mutual TLS which a destination without subset does not get. */
function unnamedSubset(
  { via, to }: Arrival,
  { server }: HopProblem,
  { resource }: MeshObject<DestinationRule>,
  called: string,
): string | undefined {
  if (via.tls || to.subset !== '' || expectedBy(server) !== 'mesh-tls') return undefined;
  const sni = neededName(server, called);
  const fitting = (resource.subsets?.items ?? []).filter(({ trafficPolicy }) => {
    const port = trafficPolicy?.portLevelSettings?.items.find((each) => each.port?.value === to.port);
    const tls = port ? port.tls : trafficPolicy?.tls;
    return tls?.mode?.value === 'ISTIO_MUTUAL' && (sni === undefined || tls.sni?.value === sni);
  });
  return fitting[0]?.name?.value;
}

function ofSubset({ object, destination }: SendingRule, { server }: HopProblem, subset: string): CallReport {
  const { path } = object;
  return {
    path,
    range: (destination.host ?? destination).range,
    cause: `server ${serverText(server)} takes mutual TLS of the mesh, and this destination lacks the subset that has it`,
    remedy: `Add \`subset: ${subset}\`.`,
    related: serverRelated(server, 'The server that calls come to.'),
    fixes: object.context
      ? []
      : [
          {
            title: `Add subset ${subset}`,
            preferred: true,
            safety: 'review',
            edits: [{ path, edit: { kind: 'set-key', range: destination.range, key: 'subset', value: subset } }],
          },
        ],
  };
}

/** The one port that the DestinationRule adds the mutual TLS for, where calls come to another one, and no server of that port takes it. */
function otherPort(
  { via, to, servers }: Arrival,
  { server }: HopProblem,
  { resource }: MeshObject<DestinationRule>,
  called: string,
): Field<number> | undefined {
  if (via.tls || expectedBy(server) !== 'mesh-tls') return undefined;
  const subset = resource.subsets?.items.find((each) => each.name?.value === to.subset);
  const settings = (subset ?? resource).trafficPolicy?.portLevelSettings?.items ?? [];
  const sni = neededName(server, called);
  const [only, another] = settings.filter(({ tls }) => tls?.mode?.value === 'ISTIO_MUTUAL');
  const { port } = only ?? {};
  if (port?.value === undefined || another || settings.some((each) => each.port?.value === to.port)) return undefined;
  if (sni !== undefined && only?.tls?.sni?.value !== sni) return undefined;
  const isRight = servers().some((each) => each.server.number === port.value && expectedBy(each.server) === 'mesh-tls');
  return isRight ? undefined : port;
}

function ofOtherPort(
  arrival: Arrival,
  { server }: HopProblem,
  { path, context }: MeshObject<DestinationRule>,
  { range, value }: Field<number>,
): CallReport {
  const { port } = arrival.to;
  return {
    path,
    range,
    cause: `server ${serverText(server)} takes mutual TLS of the mesh, which is added for port ${value} here, and calls come to ${port}`,
    remedy: `Use ${port}.`,
    related: [...serverRelated(server, 'The server that calls come to.'), ...senderRelated(arrival)],
    fixes: context
      ? []
      : [
          {
            title: `Use port ${port}`,
            preferred: true,
            safety: 'review',
            edits: [{ path, edit: { kind: 'replace-scalar', range, value: port } }],
          },
        ],
  };
}

/** A destination of Gateway API has no subset. */
function ofUnusableSubset(
  { resource, path, namespace }: MeshObject<DestinationRule>,
  { server }: HopProblem,
  name: string,
): CallReport {
  const subset = resource.subsets?.items.find((each) => each.name?.value === name);
  return {
    path,
    range: (subset?.name ?? resource.name).range,
    cause: `server ${serverText(server)} takes mutual TLS of the mesh, which \`${qualified(namespace, resource.name.value ?? '')}\` adds for subset \`${name}\` alone`,
    explanation: 'Routes of Gateway API name no subset.',
    remedy: 'Write it for the host.',
    related: serverRelated(server, 'The server that calls come to.'),
  };
}

/** Where the server takes nothing but mutual TLS of the mesh, and nothing adds it. */
function addHopRuleFor(arrival: Arrival, { server }: HopProblem, failure: Failure): readonly Fix[] {
  return expectedBy(server) === 'mesh-tls' && !arrival.via.tls ? addHopRule(arrival, server, failure) : [];
}

/** The port of the one other server of the Gateway that takes the host and what comes, where no DestinationRule adds anything. */
function otherServer({ at, via }: Arrival, { server }: HopProblem, called: string): number | undefined {
  if (via.tls) return undefined;
  const [outer = ''] = at.received;
  const fits = (server.gateway.resource.servers?.items ?? []).filter((each) => {
    if (each === server.server || !each.port?.number?.value || !takesBytes(each, outer)) return false;
    return each.hosts?.items.some(({ value = '' }) => hostCoveredBy(called, value.slice(value.indexOf('/') + 1)));
  });
  return fits.length === 1 ? fits[0]?.port?.number?.value : undefined;
}

function takesBytes({ port, tls }: GatewayServer, outer: string): boolean {
  const protocol = parseProtocol(port?.protocol?.value);
  return outer.startsWith('tls') ? isTls(protocol) && tls?.mode?.value === 'PASSTHROUGH' : isHttp(protocol) && !tls;
}

function ofPort(
  arrival: Arrival,
  { object, destination }: SendingRule,
  { server }: HopProblem,
  port: number,
): CallReport {
  const { path, context } = object;
  const number = destination.port;
  return {
    path,
    range: (number ?? destination).range,
    cause: `server ${serverText(server)} takes ${EXPECTED[expectedBy(server)]}, and gets ${gotText(arrival)}`,
    remedy: `Send to port ${port}, whose server takes it.`,
    related: serverRelated(server, 'The server that calls come to.'),
    fixes:
      number && !context
        ? [
            {
              title: `Send to port ${port}`,
              preferred: true,
              safety: 'review',
              edits: [{ path, edit: { kind: 'replace-scalar', range: number.range, value: port } }],
            },
          ]
        : [],
  };
}

type HopProblem = ProblemOf<'hop-tls'>;

const EXPECTED = {
  http: 'plain HTTP',
  anything: 'any bytes',
  'named-tls': 'the TLS of applications',
  'own-tls': 'TLS',
  'mesh-tls': 'mutual TLS of the mesh',
} as const;

function gotText({ at, via }: Arrival): string {
  const [outer = 'tcp'] = at.received;
  if (via.tls) return via.tls.mode === 'istioMutual' ? 'mutual TLS of the mesh' : 'other TLS';
  if (outer.startsWith('tls')) return 'the TLS of applications';
  return outer.startsWith('http') ? 'plain HTTP' : 'plain bytes';
}

/** The settings that are wrong; where they are missing, the subset or the destination that should have them; else the server's protocol. */
function placeOf(
  { to, via }: Arrival,
  { server }: HopProblem,
  applied: MeshObject<DestinationRule> | undefined,
  written: WrittenTls | undefined,
  sent: Location,
): Location {
  if (via.tls && applied && written) return { path: applied.path, range: (written.tls.mode ?? written.tls).range };
  if (expectedBy(server) !== 'mesh-tls')
    return { path: server.gateway.path, range: (server.server.port?.protocol ?? server.server).range };
  if (!applied) return sent;
  const subset = applied.resource.subsets?.items.find((each) => each.name?.value === to.subset);
  const range = written?.tls.mode?.range ?? subset?.name?.range ?? applied.resource.host?.range;
  return { path: applied.path, range: range ?? applied.resource.name.range };
}

function remedyOf(arrival: Arrival, { server }: HopProblem, applied: MeshObject<DestinationRule> | undefined): string {
  const { via, to } = arrival;
  switch (expectedBy(server)) {
    case 'mesh-tls':
      if (isPassedOn(arrival, server)) return 'Let the server be TLS with PASSTHROUGH.';
      if (via.tls) return 'Use ISTIO_MUTUAL there.';
      return applied ? `Set ISTIO_MUTUAL for port ${to.port} here.` : 'Set ISTIO_MUTUAL in a DestinationRule.';
    case 'own-tls':
      return via.tls ? 'Use ISTIO_MUTUAL in both.' : 'Use ISTIO_MUTUAL in the server and a DestinationRule.';
    case 'named-tls':
      return via.tls ? 'Remove it there.' : `Let the server be ${serverChange(server, arrival).text}.`;
    default:
      return via.tls
        ? 'Remove it, or give the server ISTIO_MUTUAL.'
        : `Let the server be ${serverChange(server, arrival).text}.`;
  }
}

/** TLS of applications at a server that reads HTTP: around it the mutual TLS of the mesh would only hide what is wrong. */
function isPassedOn({ at, via }: Arrival, { server }: HopProblem['server']): boolean {
  const [outer = ''] = at.received;
  return !via.tls && outer.startsWith('tls') && server.port?.protocol?.value?.toUpperCase() === 'HTTPS';
}

/** A server that reads what comes: the only way where no DestinationRule is at fault, else the other one. */
function serverFixes(arrival: Arrival, { server }: HopProblem): readonly Fix[] {
  const expected = expectedBy(server);
  if (expected !== 'http' && expected !== 'named-tls') return [];
  const { tls } = arrival.via;
  if (tls && (expected === 'named-tls' || tls.mode !== 'istioMutual' || !takesName(server, tls.sni ?? ''))) return [];
  return serverChange(server, arrival).fixes.map((each) => ({ ...each, preferred: !arrival.via.tls }));
}

/** It changes TLS, so it is for a reader to decide. */
function fixesOf(
  arrival: Arrival,
  { server }: HopProblem,
  applied: MeshObject<DestinationRule>,
  written: WrittenTls | undefined,
  called: string,
): readonly Fix[] {
  const { via, to } = arrival;
  const { path } = applied;
  const expected = expectedBy(server);
  const title = titleOfRule(applied);
  if (expected === 'mesh-tls') {
    if (isPassedOn(arrival, server)) return [];
    const sni = neededName(server, called);
    const tls = { mode: 'ISTIO_MUTUAL', ...(sni === undefined ? {} : { sni }) };
    const added = via.tls && written ? [] : addTls(applied, to.subset, to.port, tls);
    const mode = via.tls && written?.tls.mode;
    const edits =
      added.length > 0
        ? added
        : mode
          ? [
              { kind: 'replace-scalar', range: mode.range, value: 'ISTIO_MUTUAL' } as const,
              ...(sni === undefined || written?.tls.sni?.value === sni
                ? []
                : [{ kind: 'set-key', range: written.tls.range, key: 'sni', value: sni } as const]),
            ]
          : [];
    if (edits.length === 0) return [];
    const text = `Set ISTIO_MUTUAL for port ${to.port} in DestinationRule ${title}`;
    return [{ title: text, preferred: true, safety: 'review', edits: edits.map((each) => ({ path, edit: each })) }];
  }
  if (!via.tls || !written || expected === 'own-tls') return [];
  const mode = written.tls.mode;
  if (!mode) return [];
  return [
    {
      title: `Disable TLS in DestinationRule ${title}`,
      preferred: true,
      safety: 'review',
      edits: [{ path, edit: { kind: 'set-key', range: written.holder, key: 'tls', value: { mode: 'DISABLE' } } }],
    },
  ];
}

function example(policy: string): string {
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
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: ISTIO_MUTUAL}
# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egress
  namespace: istio-system
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api${policy}
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
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            subset: api
            port: {number: 443}
    - match:
        - {gateways: [istio-egressgateway], port: 443}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
}
