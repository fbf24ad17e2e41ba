/** A rule that sends calls from a gateway to the gateway itself. */
import { isApiRoute } from '../mesh/route-rules.ts';
import { shortService } from './shared/gateway-place.ts';
import { whereText } from '../calls/symptom.ts';
import type { Field, HttpMatch, L4Match, VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { boundGateways, type RouteRule, rulesOf } from '../mesh/virtual-service-rules.ts';
import type { YamlEdit } from '../yaml/edits.ts';
import type { Fix } from './finding.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { type Arrival, arrivalOf, type SendingRule } from './shared/gateway-arrival.ts';
import { destinationOf } from './shared/failing-proxy.ts';
import { diagnosed } from './shared/gateway-diagnosis.ts';
import { portOutside } from './shared/plain-leg.ts';

export const rule: CallRule = {
  code: 'route-loops',
  title: 'Route loops',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  turn: 'first',
  settles: ['route-rule-unreachable'],
  ends: [
    'loop',
    'no-cluster',
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
    if (failure.end === 'no-cluster') return withoutCluster(failure);
    const found = diagnosed(failure, 'loop');
    if (!found) return undefined;
    const { sentBy, sender } = found.arrival;
    if (!sentBy) return undefined;
    const symptom = `Loop ${whereText(sender)}`;
    return { ...reportOn(failure, found.arrival, sentBy), symptom };
  },
  page: {
    what: 'A gateway sends calls back to itself: the rule that is meant for sidecars acts there too, or the rule for the gateway sends to the gateway.',
    why: 'A match without `gateways` holds for every gateway that `spec.gateways` lists, the egress gateway included, and the first rule that fits is taken. So the gateway follows the rule that leads to the gateway.',
    symptom:
      'Calls go round until Envoy gives up: 503, 404 or a timeout, with several entries of one call in the access log of the gateway; TLS connections are reset.',
    remedy:
      'Write `gateways: [mesh]` into the match of the rule that leads to the gateway, and the name of the Gateway into the other.',
    bad: example('- port: 80'),
    good: example('- port: 80\n          gateways:\n            - mesh'),
    sources: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest'],
  },
};

/** The gateway follows the rule that sent the call to it, and has no cluster to send it back: its subset is for clients alone. */
function withoutCluster(failure: Failure): CallReport | undefined {
  const arrival = arrivalOf(failure);
  const followed = arrival?.sentBy && destinationOf(failure);
  const isTheSame =
    followed?.source === arrival?.sentBy?.object && followed?.rule.range.start === arrival?.sentBy?.rule.range.start;
  return arrival?.sentBy && isTheSame ? reportOn(failure, arrival, arrival.sentBy) : undefined;
}

function reportOn(failure: Failure, arrival: Arrival, { object, rule: sending, destination }: SendingRule): CallReport {
  const { path } = object;
  const { host } = destination;
  const range = host?.range ?? sending.range;
  const named = sending.matches.flatMap((each) => each.gateways?.items ?? []);
  // A route of Gateway API that sends a gateway's calls to the gateway can only be meant for sidecars.
  if (isApiRoute(object))
    return {
      path,
      range,
      cause: `this rule of the gateway sends to \`${shortService(host?.value ?? '', failure)}\`, which is the gateway itself`,
      remedy: 'Send on to the host that is called.',
    };
  const route = object as MeshObject<VirtualService>;
  const bound = boundGateways(route);
  // Where the route is bound to sidecars as well, the rule is the one that is meant for them.
  if (bound.has(MESH_GATEWAY) && sending.gateways.has(MESH_GATEWAY)) {
    const fix = restrictToMesh(path, route, sending);
    const fixes = fix ? { fixes: [fix] } : {};
    const [match] = sending.matches;
    const place = named[0]?.range ?? match?.range ?? sending.range;
    const why =
      named.length > 0
        ? 'its match names the gateway too'
        : match
          ? 'its match names no gateway'
          : 'it has no match that names `mesh`';
    return {
      path,
      range: place,
      cause: `the gateway follows this rule too and sends calls back to itself, because ${why}`,
      remedy: match ? 'Let the match name `mesh` alone.' : 'Give it one.',
      ...fixes,
    };
  }
  const swapped = swappedWith(route, sending);
  return {
    path,
    range,
    cause: `this rule of the gateway sends to \`${host?.value ?? ''}\`, which is the gateway itself`,
    remedy: swapped ? 'Are the two rules swapped?' : 'Send on to the host that is called.',
    fixes: object.context ? [] : swapped ? [swap(path, sending, swapped)] : sendOn(failure, arrival),
  };
}

/** The rule for sidecars alone that sends straight out, where each of the two names one gateway in one match. */
function swappedWith(object: MeshObject<VirtualService>, sending: RouteRule): RouteRule | undefined {
  if (!onlyGateway(sending) || sending.destinations.length !== 1) return undefined;
  const gateway = sending.destinations[0]?.destination?.host?.value;
  return rulesOf(object).find(
    (each) =>
      each !== sending &&
      onlyGateway(each)?.value === MESH_GATEWAY &&
      each.destinations.every(({ destination }) => destination?.host?.value !== gateway),
  );
}

function onlyGateway({ matches }: RouteRule): Field<string> | undefined {
  const [match, ...others] = matches;
  const items = match?.gateways?.items ?? [];
  return others.length === 0 && items.length === 1 ? items[0] : undefined;
}

function swap(path: string, a: RouteRule, b: RouteRule): Fix {
  const first = onlyGateway(a);
  const second = onlyGateway(b);
  const edits =
    first?.value === undefined || second?.value === undefined
      ? []
      : [
          { path, edit: { kind: 'replace-scalar', range: first.range, value: second.value } } as const,
          { path, edit: { kind: 'replace-scalar', range: second.range, value: first.value } } as const,
        ];
  return { title: 'Swap the gateways of the two rules', preferred: true, safety: 'review', edits };
}

/** To the host and port that is called, where a ServiceEntry has them. */
function sendOn(failure: Failure, { sentBy }: Arrival): readonly Fix[] {
  const {
    mesh,
    outcome: { call },
  } = failure;
  const outside = portOutside(failure);
  const declared = mesh
    .hosting('ServiceEntry', call.host)
    .some(({ resource }) => resource.ports?.items.some((each) => each.number?.value === call.port));
  const host = sentBy?.destination.host;
  const port = sentBy?.destination.port;
  if (!sentBy || !host || !declared) return [];
  const { path } = sentBy.object;
  const { range, subset } = sentBy.destination;
  return [
    {
      title: `Send on to ${call.host}:${outside}`,
      preferred: true,
      safety: 'review',
      edits: [
        { path, edit: { kind: 'replace-scalar', range: host.range, value: call.host } },
        port
          ? { path, edit: { kind: 'replace-scalar', range: port.range, value: outside } }
          : { path, edit: { kind: 'set-key', range, key: 'port', value: { number: outside } } },
        ...(subset ? [{ path, edit: { kind: 'remove-key', range, key: 'subset' } } as const] : []),
      ],
    },
  ];
}

/** `gateways: [mesh]` in every match of the rule; nothing else is changed. */
function restrictToMesh(path: string, object: MeshObject<VirtualService>, sending: RouteRule): Fix | undefined {
  const { resource } = object;
  if (object.context) return undefined;
  const rule = [...(resource.http?.items ?? []), ...(resource.tls?.items ?? []), ...(resource.tcp?.items ?? [])].find(
    (each) => each.range.start === sending.range.start,
  );
  if (!rule) return undefined;
  const matches: readonly (HttpMatch | L4Match)[] = rule.match?.items ?? [];
  const title = 'Add gateways: [mesh]';
  const key = 'gateways';
  const edits =
    matches.length === 0
      ? [
          {
            path,
            edit: { kind: 'set-key', range: rule.range, key: 'match', value: [{ [key]: [MESH_GATEWAY] }] },
          } as const,
        ]
      : matches
          .filter((each) => each.gateways?.items.some(({ value }) => value !== MESH_GATEWAY) ?? true)
          .flatMap((each) => onlyMesh(each).map((edit) => ({ path, edit })));
  return { title, preferred: true, safety: 'safe', edits };
}

/** Of a list that has `mesh` the others are removed, so that comments stay. */
function onlyMesh({ range, gateways }: HttpMatch | L4Match): readonly YamlEdit[] {
  const items = gateways?.items ?? [];
  const others = items.filter(({ value }) => value !== MESH_GATEWAY);
  return others.length < items.length
    ? others.map((each) => ({ kind: 'remove-item', range: each.range }))
    : [{ kind: 'set-key', range, key: 'gateways', value: [MESH_GATEWAY] }];
}

function example(match: string): string {
  return `# -- egress.yaml
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
---
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
# -- route.yaml
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
        ${match}
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-egressgateway]
          port: 80
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
}
