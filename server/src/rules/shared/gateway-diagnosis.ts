/** Why a gateway fails what comes to it: one decision over everything that could have taken the connection, asked by the rules that tell of it. */
import { hostCoveredBy } from '../../mesh/hosts.ts';
import type { MergedServer, PlacedServer } from '../../trace/gateway-merge.ts';
import { once, selects } from '../../trace/plane.ts';
import type { HttpMatchSpec, L4MatchSpec, L4RouteSpec, WrittenHttpRouteSpec } from '../../trace/route-spec.ts';
import { peel } from '../../trace/layers.ts';
import type { Failure } from '../rule.ts';
import { type Arrival, arrivalOf, blockOf, expectedBy, type GatewayLeg, serverTakes } from './gateway-arrival.ts';

export type RouteSpec = WrittenHttpRouteSpec | L4RouteSpec;

/** What is wrong, with what it is wrong about. */
export type Problem =
  /** A gateway sends to itself. */
  | { readonly kind: 'loop' }
  /** The Gateway of the route selects other pods than the calls come to. */
  | { readonly kind: 'selector'; readonly leg: GatewayLeg }
  /** The Gateway of the route has no server on the port. */
  | { readonly kind: 'port'; readonly leg: GatewayLeg }
  /** The server has the port of the pod for a number, and the rule of the gateway the port of the Service. */
  | { readonly kind: 'pod-port'; readonly server: MergedServer; readonly leg: GatewayLeg }
  /** Nothing routes the host at this gateway. */
  | { readonly kind: 'no-leg'; readonly server: MergedServer | undefined }
  /** The server is left out for the sake of another. */
  | { readonly kind: 'conflict'; readonly lost: MergedServer; readonly winner: MergedServer }
  /** Two servers take the connection, and neither fits better. */
  | { readonly kind: 'same-server'; readonly server: MergedServer; readonly other: MergedServer }
  /** What comes is not what the server reads. */
  | { readonly kind: 'hop-tls'; readonly server: MergedServer }
  /** The server ends TLS and finds inside what its protocol does not say. */
  | { readonly kind: 'inside'; readonly server: MergedServer; readonly leg: GatewayLeg | undefined }
  /** The server name of the hop is none of the server's hosts. */
  | { readonly kind: 'server-name'; readonly server: MergedServer }
  /** The server that the calls come to has other hosts. */
  | { readonly kind: 'host'; readonly server: MergedServer; readonly leg: GatewayLeg }
  /** The rule is in a block that the server does not read. */
  | { readonly kind: 'block'; readonly server: MergedServer; readonly leg: GatewayLeg; readonly rule: RouteSpec }
  | {
      readonly kind: 'match-port';
      readonly server: MergedServer;
      readonly leg: GatewayLeg;
      readonly match: HttpMatchSpec | L4MatchSpec;
    }
  | {
      readonly kind: 'match-source';
      readonly leg: GatewayLeg;
      readonly match: HttpMatchSpec;
    }
  /** No `tls` rule has the server name of the call. */
  | { readonly kind: 'sni-hosts'; readonly server: MergedServer; readonly leg: GatewayLeg; readonly match: L4MatchSpec }
  /** The VirtualService that would take it is hidden from the pod. */
  | { readonly kind: 'hidden'; readonly leg: GatewayLeg };

export type ProblemOf<K extends Problem['kind']> = Extract<Problem, { readonly kind: K }>;

export interface Diagnosis<P extends Problem = Problem> {
  readonly arrival: Arrival;
  readonly problem: P;
}

/** The problem where it is of one of these kinds. */
export function diagnosed<K extends Problem['kind']>(
  failure: Failure,
  ...kinds: readonly K[]
): Diagnosis<ProblemOf<K>> | undefined {
  const { outcome, plane } = failure;
  // Asked by one rule after the other.
  const found = once(plane, diagnosisOf, outcome, () => diagnosisOf(failure));
  // The kind decides which member of the union it is.
  return found && (kinds as readonly string[]).includes(found.problem.kind)
    ? (found as Diagnosis<ProblemOf<K>>)
    : undefined;
}

function diagnosisOf(failure: Failure): Diagnosis | undefined {
  const arrival = arrivalOf(failure);
  const problem = arrival && problemOf(failure, arrival);
  return problem && { arrival, problem };
}

/** Ends at which what the hop carries is not what the server reads. */
const BYTES: readonly string[] = ['no-filter-chain', 'tls-error', 'mtls-error', 'protocol-error'];

function problemOf(failure: Failure, arrival: Arrival): Problem | undefined {
  const { end, outcome } = failure;
  if (goesRound(outcome.ending.hops)) return { kind: 'loop' };
  if (end === 'no-route' && !arrival.at.virtualHost?.startsWith('blackhole:')) return undefined;
  const [listener] = arrival.hereOf(new Set(arrival.routed.keys())).filter(({ lostTo }) => !lostTo);
  if (listener) return BYTES.includes(end) ? wrongBytes(listener.server, arrival, outcome.call.host) : undefined;
  const ours = oursHere(arrival);
  const [best] = ours;
  if (!best) return elsewhere(arrival);
  const { server, lostTo } = best;
  if (lostTo) return { kind: 'conflict', lost: server, winner: lostTo };
  if (end === 'multiple-filter-chains') {
    const other = arrival.here().find((each) => each.server !== server && !each.lostTo);
    return other && { kind: 'same-server', server, other: other.server };
  }
  if (BYTES.includes(end)) {
    const wrong = wrongBytes(server, arrival, failure.outcome.call.host);
    if (wrong) return wrong;
  }
  return unrouted(server, arrival);
}

/** Whether the last gateway was come by before. */
function goesRound(hops: readonly { readonly proxy: string }[]): boolean {
  const last = hops.at(-1);
  return hops.slice(0, -1).some((each) => each.proxy === last?.proxy);
}

/** Servers on the port whose Gateway a route for the host names: those that read its rules, take the host, and are programmed first. */
function oursHere({ hereOf, legs, host }: Arrival): readonly PlacedServer[] {
  const rank = ({ server, lostTo }: PlacedServer) => {
    const own = legs.filter((leg) => leg.key === server.gatewayName);
    const read = own.some((leg) => leg.routes[blockOf(server)].some((rule) => actingMatches(rule, leg.key)));
    const taken = own.some((leg) => serverTakes(server, leg.routes, host));
    return (read ? 0 : 4) + (taken ? 0 : 2) + (lostTo ? 1 : 0);
  };
  const acting = new Set(legs.filter(acts).map(({ key }) => key));
  return [...hereOf(acting)].sort((a, b) => rank(a) - rank(b));
}

/** Whether a rule of the VirtualService is for the Gateway at all. */
function acts({ routes, key }: GatewayLeg): boolean {
  return [...routes.http, ...routes.tls, ...routes.tcp].some((rule) => actingMatches(rule, key) !== undefined);
}

/** No server of a Gateway that a route for the host names is on the port. */
function elsewhere(arrival: Arrival): Problem | undefined {
  const { legs, to } = arrival;
  const acting = legs.filter(acts);
  const selecting = acting.filter((each) => each.selects);
  const others = acting.filter((each) => !each.selects);
  const opened = others.find((leg) =>
    leg.gateway.resource.servers?.items.some((each) => each.port?.number?.value === to.port),
  );
  const unselecting = opened ?? (selecting.length === 0 ? others[0] : undefined);
  if (unselecting) return { kind: 'selector', leg: unselecting };
  const [leg] = selecting;
  if (leg) return { kind: 'port', leg };
  return { kind: 'no-leg', server: arrival.opener() };
}

/** What the hop carries against what the server reads, from the outside to the inside. */
function wrongBytes(server: MergedServer, { at, legs, via }: Arrival, called: string): Problem | undefined {
  const { outer, name, inner } = peel(at.received);
  const expected = expectedBy(server);
  if (expected === 'anything') return undefined;
  const fits = { http: 'http', 'named-tls': 'tls', 'own-tls': 'tls', 'mesh-tls': 'mtls' }[expected] === outer;
  // TLS that the hop adds hides the server name that the application sends.
  if (!fits || (expected === 'named-tls' && via.tls)) return { kind: 'hop-tls', server };
  if (expected === 'http' || expected === 'named-tls') return undefined;
  const names = server.hosts.map((each) => each.slice(each.indexOf('/') + 1));
  const leg = legs.find((each) => each.key === server.gatewayName);
  if (!names.some((each) => hostCoveredBy(name, each))) {
    return name === called && leg ? { kind: 'host', server, leg } : { kind: 'server-name', server };
  }
  if (blockOf(server) === 'http' && peel(inner).outer !== 'http') return { kind: 'inside', server, leg };
  return undefined;
}

/** Why no rule takes what the server reads. */
function unrouted(server: MergedServer, arrival: Arrival): Problem | undefined {
  const bound = arrival.legs.filter((each) => each.key === server.gatewayName && acts(each));
  const legs = bound.filter((each) => serverTakes(server, each.routes, arrival.host));
  const [first] = bound;
  const [taken] = legs;
  if (!taken) return first && { kind: 'host', server, leg: first };
  const visible = legs.filter((each) => each.visible);
  if (visible.length === 0) return { kind: 'hidden', leg: taken };
  const block = blockOf(server);
  if (server.tlsMode === 'AUTO_PASSTHROUGH') return unread(server, visible);
  for (const leg of visible) {
    const [rule] = leg.routes[block].filter((each) => actingMatches(each, leg.key));
    const problem = rule && whyNot(rule, server, leg, arrival);
    if (problem) return problem;
  }
  return unread(
    server,
    visible.filter((leg) => !leg.routes[block].some((each) => actingMatches(each, leg.key))),
  );
}

/** A rule for the Gateway that the server does not read. */
function unread(server: MergedServer, legs: readonly GatewayLeg[]): Problem | undefined {
  for (const leg of legs) {
    const rules = [...leg.routes.http, ...leg.routes.tls, ...leg.routes.tcp];
    const rule = rules.find((each) => actingMatches(each, leg.key));
    if (rule) return { kind: 'block', server, leg, rule };
  }
  return undefined;
}

/** Why a rule of the right block and Gateway does not take it. */
function whyNot(rule: RouteSpec, server: MergedServer, leg: GatewayLeg, { at, pod, to }: Arrival): Problem | undefined {
  const matches = actingMatches(rule, leg.key) ?? [];
  const onPort = matches.filter((each) => each.port === 0 || each.port === server.number);
  const [match] = matches;
  if (match && onPort.length === 0) {
    const podPort = matches.every((each) => each.port === to.port) && server.number === at.port;
    return podPort ? { kind: 'pod-port', server, leg } : { kind: 'match-port', server, leg, match };
  }
  if (blockOf(server) === 'tls') {
    const sni = peel(at.received).name;
    const l4 = onPort as readonly L4MatchSpec[];
    const [named] = l4;
    const taken = l4.some((each) => each.sniHosts.some((host) => hostCoveredBy(sni, host)));
    return named && !taken ? { kind: 'sni-hosts', server, leg, match: named } : undefined;
  }
  if (blockOf(server) !== 'http') return undefined;
  const sourced = (onPort as readonly HttpMatchSpec[]).filter(
    (each) =>
      each.gateways.length === 0 &&
      (!selects(each.sourceLabels, pod.labels) ||
        (each.sourceNamespace !== '' && each.sourceNamespace !== pod.namespace)),
  );
  const [source] = sourced;
  return source && sourced.length === onPort.length ? { kind: 'match-source', leg, match: source } : undefined;
}

/** The matches of a rule that are for a Gateway; empty where the rule has none and so takes all; undefined where none is. */
export function actingMatches(
  { matches }: RouteSpec,
  key: string,
): readonly (HttpMatchSpec | L4MatchSpec)[] | undefined {
  if (matches.length === 0) return [];
  const acting = (matches as readonly (HttpMatchSpec | L4MatchSpec)[]).filter(
    (each) => each.gateways.length === 0 || each.gateways.includes(key),
  );
  return acting.length > 0 ? acting : undefined;
}
