/** `ValidateVirtualService` in `pkg/config/validation/validation.go`, and the schema's required fields. */
import type {
  Destination,
  Field,
  HttpMatch,
  HttpRule,
  L4Match,
  List,
  RouteDestination,
  TlsRule,
  VirtualService,
} from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { hostCoveredBy, hostsOverlap, isIpAddress } from '../mesh/hosts.ts';
import { prefixOf } from '../mesh/addresses.ts';
import { exportToRejections } from './export-to.ts';
import {
  fqdnProblem,
  gatewayDomainProblem,
  isDnsLabel,
  labelsProblemIn,
  portProblem,
  wildcardDomainProblem,
} from './names.ts';
import { check, type Rejection, values, when } from './rejection.ts';
import { textRejections } from './string-match.ts';

export function virtualServiceRejections(resource: VirtualService, namespace: string): readonly Rejection[] {
  const { name, hosts, gateways, http, tls, tcp } = resource;
  const delegate = (hosts?.items.length ?? 0) === 0;
  const has = (list: List<unknown> | undefined) => (list?.items.length ?? 0) > 0;
  return [
    ...when(delegate && has(gateways), name.range, 'delegate virtual service must have no gateways specified'),
    ...when(delegate && has(tls), name.range, 'delegate virtual service must have no tls route specified'),
    ...when(delegate && has(tcp), name.range, 'delegate virtual service must have no tcp route specified'),
    ...gatewayRejections(gateways),
    ...hostRejections(resource),
    ...when(!has(http) && !has(tls) && !has(tcp), name.range, 'http, tcp or tls must be provided in virtual service'),
    ...(http?.items ?? []).flatMap((rule) => httpRejections(rule, delegate ? 'delegate' : 'root')),
    ...(tls?.items ?? []).flatMap((rule) => tlsRejections(rule, resource)),
    ...(tcp?.items ?? []).flatMap((rule) => tcpRejections(rule)),
    ...exportToRejections(resource.exportTo, namespace, 'other'),
  ];
}

/** Istio stops looking after the first name without a slash. */
function gatewayRejections(gateways: List<Field<string>> | undefined): readonly Rejection[] {
  const result: Rejection[] = [];
  for (const each of gateways?.items ?? []) {
    const { value } = each;
    if (value === undefined) continue;
    const slash = value.indexOf('/');
    if (slash < 0) return [...result, ...check(each, fqdnProblem)];
    const before = value.slice(0, slash);
    const name = value.slice(slash + 1);
    const empty = before === '' || name === '';
    result.push(
      ...when(empty, each.range, 'config namespace and gateway name cannot be empty'),
      ...when(!empty && !isDnsLabel(before), each.range, `invalid value for namespace: "${before}"`),
      ...when(!empty && !isDnsLabel(name), each.range, `invalid value for gateway name: "${name}"`),
    );
  }
  return result;
}

function hostRejections({ hosts, gateways, tls }: VirtualService): readonly Rejection[] {
  const names = values(gateways?.items);
  const unknown = gateways?.items.some((each) => each.value === undefined) ?? false;
  const forGateways = names.length > 0 && !names.includes(MESH_GATEWAY);
  const hasServerNames = (tls?.items ?? []).some((rule) =>
    rule.match?.items.some((match) => (match.sniHosts?.items.length ?? 0) > 0),
  );
  const wrong = (hosts?.items ?? []).flatMap((each) =>
    check(each, (host) => {
      const problem = forGateways && hasServerNames ? gatewayDomainProblem(host) : wildcardDomainProblem(host);
      if (problem) return isIpAddress(host) ? undefined : problem;
      return host === '*' && !forGateways && !unknown
        ? 'wildcard host * is not allowed for virtual services bound to the mesh gateway'
        : undefined;
    }),
  );
  if (wrong.length > 0) return wrong;
  const known = (hosts?.items ?? []).flatMap(({ value, range }) => (value === undefined ? [] : [{ value, range }]));
  return known.flatMap((each, i) =>
    known
      .slice(0, i)
      .filter((other) => hostsOverlap(other.value, each.value))
      .map((other) => ({
        range: each.range,
        text: `duplicate hosts in virtual service: ${other.value} & ${each.value}`,
      })),
  );
}

function httpRejections(rule: HttpRule, place: 'delegate' | 'root'): readonly Rejection[] {
  const { range, redirect, directResponse, rewrite, fault, delegate } = rule;
  const route = (rule.route?.items.length ?? 0) > 0;
  const inDelegate = place === 'delegate';
  const root = delegate !== undefined && !inDelegate;
  return [
    ...when(root && redirect, range, 'root HTTP route must not specify redirect'),
    ...when(root && route, range, 'root HTTP route must not specify route'),
    ...when(inDelegate && delegate, range, 'delegate HTTP route cannot contain delegate'),
    ...when(redirect && route, range, 'HTTP route cannot contain both route and redirect'),
    ...when(redirect && fault, range, 'HTTP route cannot contain both fault and redirect'),
    ...when(redirect && rewrite, range, 'HTTP route rule cannot contain both rewrite and redirect'),
    ...when(redirect && directResponse, range, 'HTTP route rule cannot contain both direct_response and redirect'),
    ...when(directResponse && route, range, 'HTTP route cannot contain both route and direct_response'),
    ...when(directResponse && fault, range, 'HTTP route cannot contain both fault and direct_response'),
    ...when(directResponse && rewrite, range, 'HTTP route rule cannot contain both rewrite and direct_response'),
    ...when(
      !root && !route && !redirect && !directResponse,
      range,
      'HTTP route, redirect or direct_response is required',
    ),
    ...when(
      rule.mirror && (rule.mirrors?.items.length ?? 0) > 0,
      range,
      'HTTP route cannot contain both mirror and mirrors',
    ),
    ...(rule.match?.items ?? []).flatMap(httpMatchRejections),
    ...redirectRejections(rule),
    ...rewriteRejections(rule),
    ...check(directResponse?.status, (status) =>
      status < 200 || status > 600 ? `HTTP status ${status} is not in range 200-599` : undefined,
    ),
    ...routeRejections(rule.route),
    ...(rule.mirror ? destinationRejections(rule.mirror) : []),
    ...(rule.mirrors?.items ?? []).flatMap((each) =>
      each.destination
        ? destinationRejections(each.destination)
        : when(true, each.range, 'destination is required for mirrors'),
    ),
  ];
}

function redirectRejections({ redirect }: HttpRule): readonly Rejection[] {
  if (!redirect) return [];
  const { range, uri, authority, scheme, port, derivePort } = redirect;
  return [
    ...when(
      !uri && !authority && !scheme && !port && !derivePort,
      range,
      'redirect must specify URI, authority, scheme, or port',
    ),
    ...check(redirect.redirectCode, (code) =>
      code !== 0 && (code < 300 || code > 399) ? `${code} is not a valid redirect code, must be 3xx` : undefined,
    ),
    ...check(scheme, (value) =>
      value === '' || value === 'http' || value === 'https'
        ? undefined
        : 'invalid redirect scheme, must be "http" or "https"',
    ),
    ...check(port, portProblem),
  ];
}

function rewriteRejections({ rewrite }: HttpRule): readonly Rejection[] {
  if (!rewrite) return [];
  const { range, uri, authority, uriRegexRewrite } = rewrite;
  const written = (field: Field<string> | undefined) => field !== undefined && field.value !== '';
  return [
    ...when(written(uri) && uriRegexRewrite, range, 'rewrite may only contain one of URI or UriRegexRewrite'),
    ...when(
      !written(uri) && !written(authority) && !uriRegexRewrite,
      range,
      'rewrite must specify at least one of URI, UriRegexRewrite, or authority',
    ),
    ...when(
      uriRegexRewrite && !(written(uriRegexRewrite.match) && written(uriRegexRewrite.rewrite)),
      range,
      'UriRegexRewrite requires both Rewrite and Match fields to be specified',
    ),
  ];
}

function httpMatchRejections(match: HttpMatch): readonly Rejection[] {
  const named = [...(match.headers ?? []), ...(match.queryParams ?? [])];
  return [
    ...named.flatMap((each) => textRejections(each.match, 'other')),
    ...(match.withoutHeaders ?? []).flatMap((each) => textRejections(each.match, 'withoutHeaders')),
    ...(match.uri ? textRejections(match.uri, 'uri') : []),
    ...[match.scheme, match.method, match.authority].flatMap((each) => (each ? textRejections(each, 'other') : [])),
    ...sourceRejections(match),
    ...namespaceRejections(match),
  ];
}

function sourceRejections(match: HttpMatch | L4Match): readonly Rejection[] {
  return [
    ...check(match.port, (port) => (port === 0 ? undefined : portProblem(port))),
    ...check(match.sourceLabels, labelsProblemIn),
    ...gatewayRejections(match.gateways),
  ];
}

function namespaceRejections({ sourceNamespace }: HttpMatch): readonly Rejection[] {
  return check(sourceNamespace, (value) =>
    value === '' || isDnsLabel(value) ? undefined : `sourceNamespace match ${value} is invalid`,
  );
}

function tlsRejections(rule: TlsRule, { hosts, gateways }: VirtualService): readonly Rejection[] {
  const forGateways = !values(gateways?.items).includes(MESH_GATEWAY);
  const known = values(hosts?.items);
  const complete = known.length === (hosts?.items.length ?? 0);
  const matches = rule.match?.items ?? [];
  return [
    ...when(matches.length === 0, rule.range, 'TLS route must have at least one match condition'),
    ...matches.flatMap((match) => [
      ...when((match.sniHosts?.items.length ?? 0) === 0, match.range, 'TLS match must have at least one SNI host'),
      ...(match.sniHosts?.items ?? []).flatMap((each) =>
        check(each, (sni) => {
          const problem = forGateways ? gatewayDomainProblem(sni) : wildcardDomainProblem(sni);
          if (problem) return isIpAddress(sni) ? undefined : problem;
          return complete && !known.some((host) => hostCoveredBy(sni, host))
            ? `SNI host "${sni}" is not a compatible subset of any of the virtual service hosts: [${known.join(', ')}]`
            : undefined;
        }),
      ),
      ...subnetRejections(match),
      ...sourceRejections(match),
    ]),
    ...when((rule.route?.items.length ?? 0) === 0, rule.range, 'TLS route is required'),
    ...routeRejections(rule.route),
  ];
}

function tcpRejections(rule: TlsRule): readonly Rejection[] {
  return [
    ...(rule.match?.items ?? []).flatMap((match) => [...subnetRejections(match), ...sourceRejections(match)]),
    ...when((rule.route?.items.length ?? 0) === 0, rule.range, 'TCP route is required'),
    ...routeRejections(rule.route),
  ];
}

function subnetRejections({ destinationSubnets }: L4Match): readonly Rejection[] {
  return (destinationSubnets?.items ?? []).flatMap((each) =>
    check(each, (subnet) => (prefixOf(subnet) ? undefined : `${subnet} is not a valid CIDR block`)),
  );
}

function routeRejections(route: List<RouteDestination> | undefined): readonly Rejection[] {
  const items = route?.items ?? [];
  const weights = items.map((each) => (each.weight ? each.weight.value : 0));
  const total = weights.reduce<number | undefined>(
    (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
    0,
  );
  return [
    ...items.flatMap((each) => [
      ...(each.destination
        ? destinationRejections(each.destination)
        : when(true, each.range, 'destination is required')),
      ...check(each.weight, (weight) => (weight < 0 ? `weight ${weight} < 0` : undefined)),
    ]),
    ...when(items.length > 1 && total === 0, route?.range ?? { start: 0, end: 0 }, 'total destination weight = 0'),
  ];
}

function destinationRejections({ range, host, subset, port }: Destination): readonly Rejection[] {
  return [
    ...when(!host, range, 'host is required'),
    ...check(host, (value) => (value === '*' ? 'invalid destination host *' : wildcardDomainProblem(value))),
    ...check(subset, (value) => (value === '' || isDnsLabel(value) ? undefined : `subset name is invalid: ${value}`)),
    ...check(port, portProblem),
  ];
}
