/** The rules of an HTTPRoute as those of a VirtualService (`convertHTTPRoute` in `pilot/pkg/config/kube/gateway/conversion.go`). */
import type {
  BackendReference,
  HttpRedirect,
  K8sFilter,
  K8sHeader,
  K8sHttpMatch,
  K8sNamedMatch,
  K8sRoute,
  K8sRouteRule,
  K8sValueMatch,
} from '../../manifest/types.ts';
import { compact } from '../../manifest/optional.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { nameOf, namespaceOf, type Plane } from '../plane.ts';
import {
  authorityOf,
  type DestinationSpec,
  type HttpMatchSpec,
  type HttpRouteSpec,
  type TextMatch,
} from '../route-spec.ts';
import { backendTo, destinationsOf, hasWeight, type RouteUse } from './backends.ts';

/** A rule for every match, in the order of the file; empty where istiod drops the whole route. */
export function httpRules(plane: Plane, route: MeshObject<K8sRoute>, use: RouteUse): readonly HttpRouteSpec[] {
  const { rules, range } = route.resource;
  const result: HttpRouteSpec[] = [];
  for (const [index, rule] of (rules?.items ?? [{ range }]).entries()) {
    for (const match of matchesOf(rule)) {
      const spec = httpRule(plane, route, use, rule, index, match);
      if (!spec) return [];
      result.push(spec);
    }
  }
  return result;
}

/** The API server adds a match for all paths where there is none. */
function matchesOf({ matches, range }: K8sRouteRule): readonly (K8sHttpMatch | undefined)[] {
  if (!matches) return [{ range }];
  return matches.items.length > 0 ? matches.items : [undefined];
}

function httpRule(
  plane: Plane,
  route: MeshObject<K8sRoute>,
  use: RouteUse,
  rule: K8sRouteRule,
  index: number,
  match: K8sHttpMatch | undefined,
): HttpRouteSpec | undefined {
  const filters = filtersOf(plane, route, use, rule.filters?.items ?? []);
  if (!filters) return undefined;
  const backends = rule.backendRefs?.items ?? [];
  const destinations = destinationsOf(plane, route, backends, use, backendAuthority);
  const hasBackend = hasWeight(backends) || filters.redirect !== undefined;
  if (hasBackend && typeof destinations === 'string') return undefined;
  const spec = match && httpMatch(match);
  return {
    range: rule.range,
    source: route,
    name: rule.name?.value ?? `${namespaceOf(route)}.${nameOf(route)}.${index}`,
    matches: spec ? [spec] : [],
    destinations: hasBackend && typeof destinations !== 'string' ? destinations : [],
    mirrors: filters.mirrors.length > 0 ? filters.mirrors : undefined,
    redirect: filters.redirect,
    directResponse: hasBackend ? undefined : { status: 500 },
    rewrite: filters.rewrite && rewriteOf(filters.rewrite, spec),
    authority: filters.authority,
    delegate: undefined,
  };
}

interface Filters {
  readonly mirrors: readonly DestinationSpec[];
  readonly redirect: HttpRedirect | undefined;
  readonly rewrite: K8sFilter['urlRewrite'];
  readonly authority: string | undefined;
}

/** Undefined where one is not supported, and so the route is dropped. Of several of one type the last counts; a mirror that leads nowhere is left out. */
function filtersOf(
  plane: Plane,
  route: MeshObject<K8sRoute>,
  use: RouteUse,
  filters: readonly K8sFilter[],
): Filters | undefined {
  const mirrors: DestinationSpec[] = [];
  let result: Omit<Filters, 'mirrors'> = { redirect: undefined, rewrite: undefined, authority: undefined };
  for (const each of filters) {
    switch (each.type?.value) {
      case 'RequestHeaderModifier':
        result = { ...result, authority: modifiedAuthority(each) };
        break;
      case 'ResponseHeaderModifier':
      case 'CORS':
      case undefined:
        break;
      case 'RequestRedirect':
        result = { ...result, redirect: redirectOf(each) };
        break;
      case 'RequestMirror': {
        const reference = each.requestMirror?.backendRef;
        const backend = reference && backendTo(plane, route, reference, use);
        if (backend && typeof backend !== 'string' && backend.host !== '')
          mirrors.push({ ...backend, subset: '', weight: 0, authority: '' });
        break;
      }
      case 'URLRewrite':
        result = { ...result, rewrite: each.urlRewrite };
        break;
      default:
        return undefined;
    }
  }
  return { ...result, mirrors };
}

function backendAuthority({ filters }: BackendReference): string | 'unsupported-filter' {
  let authority = '';
  for (const each of filters?.items ?? []) {
    const type = each.type?.value;
    if (type === 'RequestHeaderModifier') authority = modifiedAuthority(each);
    else if (type !== undefined && type !== 'ResponseHeaderModifier') return 'unsupported-filter';
  }
  return authority;
}

function modifiedAuthority({ requestHeaderModifier: modifier }: K8sFilter): string {
  return authorityOf({
    set: headersOf(modifier?.set?.items),
    add: headersOf(modifier?.add?.items),
    remove: [],
  });
}

/** Of several headers of one name the first counts (`headerListToMap`). */
function headersOf(headers: readonly K8sHeader[] | undefined): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const { name, value } of headers ?? []) {
    const lower = name?.value?.toLowerCase();
    if (lower !== undefined && result[lower] === undefined) result[lower] = value?.value ?? '';
  }
  return result;
}

function redirectOf({ requestRedirect: redirect, range }: K8sFilter): HttpRedirect {
  return compact({
    range: redirect?.range ?? range,
    uri: redirect?.path?.replaceFullPath,
    authority: redirect?.hostname,
    port: redirect?.port,
    scheme: redirect?.scheme,
    redirectCode: redirect?.statusCode,
  });
}

/** Taking a prefix away is done by a regular expression; nothing is left where nothing is rewritten. */
function rewriteOf(
  { hostname, path }: NonNullable<K8sFilter['urlRewrite']>,
  match: HttpMatchSpec | undefined,
): HttpRouteSpec['rewrite'] {
  const authority = hostname?.value ?? '';
  if (path?.type?.value === 'ReplaceFullPath')
    return { uri: '', authority, regex: { match: '/.*', rewrite: path.replaceFullPath?.value ?? '' } };
  if (path?.type?.value !== 'ReplacePrefixMatch')
    return authority === '' ? undefined : { uri: '', authority, regex: undefined };
  const uri = (path.replacePrefixMatch?.value ?? '').replace(/\/$/, '');
  if (uri !== '') return { uri, authority, regex: undefined };
  const prefix = match?.uri?.kind === 'path-prefix' ? match.uri.value : '';
  return { uri: '', authority, regex: { match: `^${escaped(prefix)}(/?)(.*)`, rewrite: '/\\2' } };
}

function escaped(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

function httpMatch(match: K8sHttpMatch): HttpMatchSpec {
  return {
    range: match.range,
    name: '',
    uri: pathMatch(match.path),
    ignoreUriCase: false,
    ...(match.method && { method: { kind: 'exact', value: match.method.value ?? '' } }),
    headers: named(match.headers?.items),
    withoutHeaders: new Map(),
    queryParams: named(match.queryParams?.items),
    port: 0,
    sourceLabels: {},
    sourceNamespace: '',
    gateways: [],
  };
}

/** A prefix takes whole segments of a path; `/` takes all. */
function pathMatch(path: K8sValueMatch | undefined): TextMatch {
  const value = path?.value?.value ?? '/';
  switch (path?.type?.value) {
    case 'Exact':
      return { kind: 'exact', value };
    case 'RegularExpression':
      return { kind: 'regex', value };
    default:
      return value === '/' ? { kind: 'prefix', value } : { kind: 'path-prefix', value: value.replace(/\/$/, '') };
  }
}

function named(matches: readonly K8sNamedMatch[] | undefined): ReadonlyMap<string, TextMatch> {
  return new Map(
    (matches ?? []).map(({ name, type, value }) => [
      name?.value ?? '',
      { kind: type?.value === 'RegularExpression' ? 'regex' : 'exact', value: value?.value ?? '' } as const,
    ]),
  );
}

/** The more exact first, equal ones as they come (`sortHTTPRoutes`): exact paths, prefixes, regular expressions; then length, method, headers, parameters. */
export function inOrderOfMatches(rules: readonly HttpRouteSpec[]): readonly HttpRouteSpec[] {
  return [...rules].sort((a, b) => {
    const [left] = a.matches;
    const [right] = b.matches;
    if (!left || !right) return Number(left === undefined) - Number(right === undefined);
    return (
      rank(right) - rank(left) ||
      (right.uri?.value.length ?? 0) - (left.uri?.value.length ?? 0) ||
      Number(right.method !== undefined) - Number(left.method !== undefined) ||
      right.headers.size - left.headers.size ||
      right.queryParams.size - left.queryParams.size
    );
  });
}

function rank({ uri }: HttpMatchSpec): number {
  return uri?.kind === 'exact' ? 3 : uri?.kind === 'prefix' || uri?.kind === 'path-prefix' ? 2 : 1;
}
