/** Calls that are sent to a gateway where nothing routes their host. */
import type { K8sGateway, K8sListener } from '../manifest/types.ts';
import { gatewayKey, resolveGatewayName } from '../mesh/gateway-names.ts';
import { GATEWAY_NAME_LABEL, listenersOf } from '../mesh/implied.ts';
import { routeKinds } from '../mesh/listeners.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { YamlData } from '../yaml/edits.ts';
import type { Fix } from './finding.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { type Arrival, blockOf, type GatewayLeg, titleOfGateway } from './shared/gateway-arrival.ts';
import { actingMatches, diagnosed, type ProblemOf } from './shared/gateway-diagnosis.ts';
import { gatewayLegFor } from './shared/api-legs.ts';
import { sentPlace, titleOfRoute } from './shared/gateway-place.ts';
import { portOutside } from './shared/plain-leg.ts';

export const rule: CallRule = {
  code: 'gateway-leg-missing',
  title: 'No route at the gateway',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-listener', 'no-route', 'no-virtual-host', 'no-filter-chain', 'tls-error', 'mtls-error', 'protocol-error'],
  explain(failure) {
    const found = diagnosed(failure, 'no-leg', 'hidden');
    if (!found) return undefined;
    const { arrival, problem } = found;
    return problem.kind === 'hidden' ? ofHidden(arrival, problem) : ofMissing(failure, arrival, problem);
  },
  page: {
    what: 'A mesh leg sends calls to the egress gateway, and no VirtualService or route of Gateway API routes their host there.',
    why: 'The way out takes two routes: from the sidecar to the gateway, and from the gateway to the external host. A gateway knows only what VirtualServices, or routes of Gateway API, that name one of its Gateways route; it does not pass on what it gets otherwise.',
    symptom: 'The gateway answers 404 (HTTP), or does not listen at all: connections are refused or reset.',
    remedy:
      'Add a rule that matches the Gateway and sends on to the external host, to this VirtualService or to one of its own; for a Gateway of Gateway API an HTTPRoute or TLSRoute.',
    bad: example(''),
    good: example(`
    - match:
        - gateways:
            - istio-egressgateway
          port: 80
      route:
        - destination:
            host: api.example.com
            port:
              number: 80`),
    sources: ['https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/'],
  },
};

/** A listener that reads what comes takes one kind of route; another must be changed first. */
function apiRemedy({ at, to }: Arrival, gateway: MeshObject<K8sGateway> | undefined): string {
  const isTls = at.received[0]?.startsWith('tls') ?? false;
  const listener = gateway && listenersOf(gateway.resource).find(({ port }) => port?.value === to.port);
  const kinds = listener ? kindsOfProtocol(listener) : [];
  const reads = isTls ? listener?.protocol?.value !== 'HTTP' : listener?.protocol?.value === 'HTTP';
  const [kind] = kinds.filter((each) => each === 'HTTPRoute' || each === 'TLSRoute');
  const added = (of: string) => (of === 'HTTPRoute' ? 'an HTTPRoute' : 'a TLSRoute');
  if (!listener) return 'Add an HTTPRoute or TLSRoute that sends it on.';
  if (reads && kind !== undefined) return `Add ${added(kind)} that sends it on.`;
  const right = isTls ? 'TLS with Passthrough' : 'HTTP';
  return `Let listener \`${listener.name?.value ?? ''}\` be ${right}, and add ${added(isTls ? 'TLSRoute' : 'HTTPRoute')}.`;
}

/** Whatever else the listener allows. */
function kindsOfProtocol({ allowedRoutes: _, ...listener }: K8sListener): readonly string[] {
  return routeKinds(listener);
}

function ofMissing(failure: Failure, arrival: Arrival, problem: ProblemOf<'no-leg'>): CallReport {
  const { outcome } = failure;
  const idle = arrival.legs.find((each) => each.selects);
  const host = outcome.call.host;
  const api = arrival.pod.labels[GATEWAY_NAME_LABEL];
  if (api !== undefined && !idle) {
    const other = routedElsewhere(arrival);
    if (other) return { ...sentPlace(arrival, failure), ...other };
    const gateways = failure.mesh.named('K8sGateway', arrival.pod.namespace || undefined, api);
    const [gateway] = gateways;
    return {
      ...sentPlace(arrival, failure),
      cause: `nothing routes \`${arrival.host}\`${arrival.host === host ? '' : ', as the host is rewritten,'} at Gateway \`${arrival.pod.namespace}/${api}\``,
      remedy: arrival.host === host ? apiRemedy(arrival, gateway) : 'Rewrite it at the gateway.',
      related: gateways.map((each) => ({
        path: each.path,
        range: each.resource.name.range,
        message: 'The Gateway that the calls come to.',
      })),
      fixes:
        gateway && gateways.length === 1 && arrival.host === host
          ? gatewayLegFor(failure, gateway, arrival.at.port)
          : [],
    };
  }
  const cause = idle
    ? `no rule of VirtualService \`${titleOfRoute(idle.routes.source)}\` for Gateway \`${titleOfGateway(idle.gateway)}\` routes \`${host}\``
    : `no VirtualService routes \`${host}\` at a Gateway of ${arrival.pod.namespace}/${arrival.pod.name}`;
  return {
    ...sentPlace(arrival, failure),
    cause,
    remedy: 'Add the rule that sends it on.',
    related: idle
      ? [
          {
            path: idle.routes.source.path,
            range: idle.routes.source.resource.name.range,
            message: 'Bound to the Gateway, without a rule for it.',
          },
        ]
      : [],
    fixes: idle ? addRule(failure, arrival, problem, idle) : [],
  };
}

/** A route that takes the host at another listener of the Gateway than the one that calls come to. */
function routedElsewhere({ routed, servers, to }: Arrival): Omit<CallReport, 'range'> | undefined {
  const [found] = servers().filter(({ server, lostTo }) => !lostTo && routed.has(server.gatewayName));
  const routes = found && routed.get(found.server.gatewayName);
  const listener = found?.server.gateway.implied?.listener;
  const port = listener?.port?.value;
  if (!routes || port === undefined || port === to.port) return undefined;
  const { resource, path } = routes.source;
  return {
    cause: `${resource.kind} \`${titleOfRoute(routes.source)}\` takes them at listener \`${listener?.name?.value ?? ''}\`, port ${port}, and they come to port ${to.port}`,
    remedy: `Send them to port ${port}, or route them at the other listener.`,
    related: [
      {
        path,
        range: (resource.kind === 'VirtualService' ? resource : (resource.parentRefs ?? resource)).range,
        message: 'The listeners that it is for.',
      },
    ],
  };
}

function ofHidden({ pod }: Arrival, { leg }: ProblemOf<'hidden'>): CallReport {
  const { source } = leg.routes;
  const { exportTo, name } = source.resource;
  return {
    path: source.path,
    range: (exportTo ?? name).range,
    cause: `VirtualService \`${titleOfRoute(source)}\` has the rule, but is not exported to \`${pod.namespace}\`, where the gateway runs`,
    remedy: `Add \`${pod.namespace}\` to exportTo.`,
  };
}

/** The rule that is missing, as a copy of what the mesh leg says. */
function addRule(
  failure: Failure,
  { sentBy }: Arrival,
  { server }: ProblemOf<'no-leg'>,
  { routes, key }: GatewayLeg,
): readonly Fix[] {
  const { call } = failure.outcome;
  const { source } = routes;
  const { gateways } = source.resource;
  const name = gateways?.items.find(
    ({ value }) => value !== undefined && gatewayKey(resolveGatewayName(value, source.namespace)) === key,
  );
  const declared = failure.mesh
    .hosting('ServiceEntry', call.host)
    .some(({ resource }) => resource.ports?.items.some((each) => each.number?.value === call.port));
  if (!server || name?.value === undefined || !declared || sentBy?.object !== source) return [];
  const block = blockOf(server);
  const list = source.resource[block];
  if (!list || source.context || [...routes[block]].some((each) => actingMatches(each, key))) return [];
  const value: YamlData = {
    match: [{ gateways: [name.value], port: server.number, ...(block === 'tls' ? { sniHosts: [call.host] } : {}) }],
    route: [{ destination: { host: call.host, port: { number: portOutside(failure) } } }],
  };
  return [
    {
      title: `Add a rule for ${name.value}`,
      preferred: true,
      safety: 'safe',
      edits: [{ path: source.path, edit: { kind: 'append-item', range: list.range, value } }],
    },
  ];
}

function example(rule: string): string {
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
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}${rule}
`;
}
