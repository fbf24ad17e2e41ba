/** Where the calls of a route go: for the hover on its hosts, gateways and destinations, and for its code lens. */
import type { Field, K8sRoute, VirtualService } from '../manifest/types.ts';
import { isApiRoute, type RouteObject } from '../mesh/route-rules.ts';
import type { Range } from '../yaml/nodes.ts';
import { type ListedCall, listedCall, listedLine } from './call-list.ts';
import { callsAbout } from './calls-about.ts';
import type { Traceable } from './trace-call.ts';

export interface RouteHint {
  /** The token that was pointed at. */
  readonly range: Range;
  readonly calls: readonly ListedCall[];
  /** How many more there are. */
  readonly more: number;
}

/** More lines than these are not read in a hover. */
const LIMIT = 8;

/** @param offset where in the file of the route */
export function routeHint(subject: Traceable, object: RouteObject, offset: number): RouteHint | undefined {
  const { hosts, gateways, own: ownHosts } = namesOf(object);
  const at = ({ range }: Field<string>) => offset >= range.start && offset <= range.end;
  const host = hosts.find(at);
  const token = host ?? gateways.find(at);
  if (!token) return undefined;
  const own = ownHosts.includes(token);
  const calls = callsAbout(subject, object).filter((each) => !own || isOf(each.host, token.value));
  if (calls.length === 0) return undefined;
  return {
    range: token.range,
    calls: calls.slice(0, LIMIT).map((call) => listedCall(subject, call)),
    more: Math.max(0, calls.length - LIMIT),
  };
}

export interface RouteLens {
  readonly range: Range;
  /** One line: `✗ http://httpbin.com from app: 404 at the egress gateway (and 2 more calls)`. */
  readonly title: string;
  readonly call: ListedCall;
}

/** The worst of a route's calls; undefined where none is known. */
export function routeLens(subject: Traceable, object: RouteObject): RouteLens | undefined {
  const calls = callsAbout(subject, object)
    .slice(0, LIMIT)
    .map((call) => listedCall(subject, call));
  const worst =
    calls.find(({ verdict }) => verdict === 'failed') ?? calls.find(({ verdict }) => verdict !== 'outside') ?? calls[0];
  if (!worst) return undefined;
  const others = calls.length - 1;
  const rest = others === 0 ? '' : others === 1 ? ' (and 1 more call)' : ` (and ${others} more calls)`;
  return { range: object.resource.kindRange, title: `${listedLine(worst)}${rest}`, call: worst };
}

/** `own`: those that tell calls apart. */
function namesOf(object: RouteObject) {
  if (isApiRoute(object)) return namesOfApi(object.resource);
  const resource = object.resource as VirtualService;
  return { ...namesIn(resource), own: resource.hosts?.items ?? [] };
}

/** Hostnames and backends; parents stand where a VirtualService names gateways. */
function namesOfApi({ hostnames, parentRefs, rules }: K8sRoute) {
  const own = hostnames?.items ?? [];
  const backends = (rules?.items ?? []).flatMap((rule) => rule.backendRefs?.items ?? []);
  return {
    own,
    hosts: [...own, ...backends.flatMap(({ name }) => name ?? [])],
    gateways: (parentRefs?.items ?? []).flatMap(({ name, sectionName }) => [name ?? [], sectionName ?? []].flat()),
  };
}

function namesIn({ hosts, gateways, http, tls, tcp }: VirtualService) {
  const rules = [...(http?.items ?? []), ...(tls?.items ?? []), ...(tcp?.items ?? [])];
  return {
    hosts: [
      ...(hosts?.items ?? []),
      ...rules.flatMap(({ route }) => (route?.items ?? []).flatMap(({ destination }) => destination?.host ?? [])),
    ],
    gateways: [
      ...(gateways?.items ?? []),
      ...rules.flatMap(({ match }) => [...(match?.items ?? [])]).flatMap((each) => each.gateways?.items ?? []),
    ],
  };
}

/** A wildcard's calls are those of the host that stands for it. */
function isOf(host: string, written: string | undefined): boolean {
  if (written === undefined) return false;
  return written.startsWith('*') ? host.endsWith(written.slice(1).toLowerCase()) : host === written.toLowerCase();
}
