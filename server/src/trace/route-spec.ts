/** A VirtualService's rules with names resolved and defaults filled in: what istiod works with (`ResolveVirtualServiceShortnames`). */
import type {
  Destination,
  HeaderOperations,
  HttpMatch,
  HttpRedirect,
  HttpRule,
  L4Match,
  NamedStringMatch,
  RouteDestination,
  StringMatch,
  TlsRule,
  K8sRoute,
  VirtualService,
} from '../manifest/types.ts';
import { gatewayKey, resolveGatewayName } from '../mesh/gateway-names.ts';
import { resolveShortHost } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { Range } from '../yaml/nodes.ts';

/** `any`: the value only has to be there. `path-prefix`: whole segments of a path. */
export interface TextMatch {
  readonly kind: 'exact' | 'prefix' | 'path-prefix' | 'regex' | 'any';
  readonly value: string;
}

export interface HttpMatchSpec {
  readonly range: Range;
  readonly name: string;
  readonly uri?: TextMatch;
  readonly ignoreUriCase: boolean;
  readonly scheme?: TextMatch;
  readonly method?: TextMatch;
  readonly authority?: TextMatch;
  readonly headers: ReadonlyMap<string, TextMatch>;
  readonly withoutHeaders: ReadonlyMap<string, TextMatch>;
  readonly queryParams: ReadonlyMap<string, TextMatch>;
  /** 0 for any. */
  readonly port: number;
  readonly sourceLabels: Readonly<Record<string, string>>;
  readonly sourceNamespace: string;
  /** Resolved; empty for any. */
  readonly gateways: readonly string[];
}

export interface DestinationSpec {
  readonly range: Range;
  readonly host: string;
  readonly subset: string;
  /** Undefined where none is written. */
  readonly port: number | undefined;
  readonly weight: number;
  /** What `headers.request` makes of the authority. */
  readonly authority: string;
}

export interface HttpRouteSpec {
  readonly range: Range;
  /** What the rule is written in: the delegate, where there is one. */
  readonly source: MeshObject<VirtualService | K8sRoute>;
  readonly name: string;
  readonly matches: readonly HttpMatchSpec[];
  readonly destinations: readonly DestinationSpec[];
  readonly mirrors: readonly DestinationSpec[] | undefined;
  readonly redirect: HttpRedirect | undefined;
  readonly directResponse: { readonly status: number } | undefined;
  readonly rewrite: RewriteSpec | undefined;
  /** Undefined where there are no `headers`. */
  readonly authority: string | undefined;
  readonly delegate: { readonly name: string; readonly namespace: string } | undefined;
}

/** Of a VirtualService that is written. */
export interface WrittenHttpRouteSpec extends HttpRouteSpec {
  readonly source: MeshObject<VirtualService>;
}

export interface RewriteSpec {
  readonly uri: string;
  readonly authority: string;
  readonly regex: { readonly match: string; readonly rewrite: string } | undefined;
}

export interface L4MatchSpec {
  readonly range: Range;
  readonly sniHosts: readonly string[];
  readonly destinationSubnets: readonly string[];
  readonly port: number;
  readonly sourceLabels: Readonly<Record<string, string>>;
  readonly sourceNamespace: string;
  readonly gateways: readonly string[];
}

export interface L4RouteSpec {
  readonly range: Range;
  readonly matches: readonly L4MatchSpec[];
  readonly destinations: readonly DestinationSpec[];
}

/** How names are resolved: in the namespace of the VirtualService that they are written in. */
export interface Naming {
  readonly namespace: string;
  /** Without a domain a short name gets the namespace only. */
  readonly domain: string;
}

/** `ResolveShortnameToFQDN` in `pilot/pkg/model/config.go`. */
export function fullHost(host: string, { namespace, domain }: Naming): string {
  const full = resolveShortHost(host, namespace, domain) ?? host;
  return domain === '' && full !== host ? `${host}.${namespace}` : full;
}

export function fullGateway(written: string, { namespace }: Naming): string {
  return gatewayKey(resolveGatewayName(written, namespace));
}

export function httpRouteSpec(
  rule: HttpRule,
  source: MeshObject<VirtualService>,
  naming: Naming,
): WrittenHttpRouteSpec {
  const mirrors = [
    ...(rule.mirror ? [rule.mirror] : []),
    ...(rule.mirrors?.items ?? []).flatMap((each) => each.destination ?? []),
  ];
  return {
    range: rule.range,
    source,
    name: rule.name?.value ?? '',
    matches: (rule.match?.items ?? []).map((each) => httpMatchSpec(each, naming)),
    destinations: (rule.route?.items ?? []).map((each) => destinationSpec(each, naming)),
    mirrors: mirrors.length > 0 ? mirrors.map((each) => plainDestination(each, naming)) : undefined,
    redirect: rule.redirect,
    directResponse: rule.directResponse && { status: rule.directResponse.status?.value ?? 0 },
    rewrite: rule.rewrite && {
      uri: rule.rewrite.uri?.value ?? '',
      authority: rule.rewrite.authority?.value ?? '',
      regex: rule.rewrite.uriRegexRewrite && {
        match: rule.rewrite.uriRegexRewrite.match?.value ?? '',
        rewrite: rule.rewrite.uriRegexRewrite.rewrite?.value ?? '',
      },
    },
    authority: rule.headers && authorityOf(rule.headers.request),
    delegate: rule.delegate && {
      name: rule.delegate.name?.value ?? '',
      namespace: rule.delegate.namespace?.value ?? '',
    },
  };
}

export function l4RouteSpec(rule: TlsRule, naming: Naming): L4RouteSpec {
  return {
    range: rule.range,
    matches: (rule.match?.items ?? []).map((each) => l4MatchSpec(each, naming)),
    destinations: (rule.route?.items ?? []).map((each) => destinationSpec(each, naming)),
  };
}

function httpMatchSpec(match: HttpMatch, naming: Naming): HttpMatchSpec {
  return {
    range: match.range,
    name: match.name?.value ?? '',
    ...(match.uri && { uri: textMatch(match.uri) }),
    ignoreUriCase: match.ignoreUriCase?.value ?? false,
    ...(match.scheme && { scheme: textMatch(match.scheme) }),
    ...(match.method && { method: textMatch(match.method) }),
    ...(match.authority && { authority: textMatch(match.authority) }),
    headers: named(match.headers),
    withoutHeaders: named(match.withoutHeaders),
    queryParams: named(match.queryParams),
    port: match.port?.value ?? 0,
    sourceLabels: match.sourceLabels?.value ?? {},
    sourceNamespace: match.sourceNamespace?.value ?? '',
    gateways: values(match.gateways?.items).map((each) => fullGateway(each, naming)),
  };
}

function l4MatchSpec(match: L4Match, naming: Naming): L4MatchSpec {
  return {
    range: match.range,
    sniHosts: values(match.sniHosts?.items),
    destinationSubnets: values(match.destinationSubnets?.items),
    port: match.port?.value ?? 0,
    sourceLabels: match.sourceLabels?.value ?? {},
    sourceNamespace: match.sourceNamespace?.value ?? '',
    gateways: values(match.gateways?.items).map((each) => fullGateway(each, naming)),
  };
}

function destinationSpec(each: RouteDestination, naming: Naming): DestinationSpec {
  return {
    ...(each.destination
      ? plainDestination(each.destination, naming)
      : { host: '', subset: '', port: undefined, weight: 0, authority: '' }),
    range: each.range,
    weight: each.weight?.value ?? 0,
    authority: authorityOf(each.headers?.request),
  };
}

function plainDestination(destination: Destination, naming: Naming): DestinationSpec {
  return {
    range: destination.range,
    host: fullHost(destination.host?.value ?? '', naming),
    subset: destination.subset?.value ?? '',
    port: destination.port && (destination.port.value ?? 0),
    weight: 0,
    authority: '',
  };
}

/** `set` goes before `add`; both `host` and `:authority` mean it (`translateAppendHeaders` in `route/route.go`). */
export function authorityOf(operations: HeaderOperations | undefined): string {
  const last = (headers: Readonly<Record<string, string>> | undefined) =>
    Object.entries(headers ?? {}).findLast(
      ([name]) => name.toLowerCase() === ':authority' || name.toLowerCase() === 'host',
    )?.[1] ?? '';
  return last(operations?.set) || last(operations?.add);
}

/** A regex `*` is no regex but means presence, and so does an empty match (`canBeConvertedToPresentMatch`). */
function textMatch(match: StringMatch): TextMatch {
  if (match.exact) return { kind: 'exact', value: match.exact.value ?? '' };
  if (match.prefix) return { kind: 'prefix', value: match.prefix.value ?? '' };
  if (match.regex) return { kind: 'regex', value: match.regex.value ?? '' };
  return { kind: 'any', value: '' };
}

function named(matches: readonly NamedStringMatch[] | undefined): ReadonlyMap<string, TextMatch> {
  return new Map((matches ?? []).map((each) => [each.name, textMatch(each.match)]));
}

function values(items: readonly { readonly value: string | undefined }[] | undefined): readonly string[] {
  return (items ?? []).flatMap((each) => each.value ?? []);
}
