/** The requests that a VirtualService tells apart: one without anything special, and one for each of its conditions. */
import type {
  HttpMatch,
  K8sHttpMatch,
  K8sNamedMatch,
  K8sRoute,
  K8sValueMatch,
  L4Match,
  Labels,
  NamedStringMatch,
  StringMatch,
  VirtualService,
} from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { Range } from '../yaml/nodes.ts';

export interface Request {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Only from this namespace. */
  readonly namespace?: string;
  /** Only to this port. */
  readonly port?: number;
  /** To this address. */
  readonly address?: string;
  /** The match that the request was made for; absent for the one without anything special, and for those that conditions leave out. */
  readonly match?: { readonly range: Range };
}

/** More than these are not followed for one target. */
const LIMIT = 24;

/**
 * The plain request first, then one for each match, then some that no condition of its sort wants. Conditions that no request can be made for from YAML (most regular
 * expressions, other hosts) are left out.
 */
export function requestsOf({ resource }: MeshObject<VirtualService>): readonly Request[] {
  const http = (resource.http?.items ?? []).flatMap((rule) => rule.match?.items ?? []).flatMap(httpRequest);
  const l4 = [...(resource.tls?.items ?? []), ...(resource.tcp?.items ?? [])]
    .flatMap((rule) => rule.match?.items ?? [])
    .flatMap(l4Request);
  return withoutRepeats([...http, ...l4, ...unwanted(resource)]);
}

/** The same for a route of Gateway API. */
export function requestsOfRoute({ resource }: MeshObject<K8sRoute>): readonly Request[] {
  const matches = (resource.rules?.items ?? []).flatMap((rule) => rule.matches?.items ?? []);
  const hasPath = matches.some(({ path }) => path !== undefined && path.value?.value !== '/');
  const others = hasPath ? [{ path: '/any-other-path' }] : [];
  return withoutRepeats([...matches.flatMap(routeRequest), ...others]);
}

function routeRequest(match: K8sHttpMatch): readonly Request[] {
  const path = match.path ? exampleValue(match.path, '/') : '/';
  const headers = namedExamples(match.headers?.items);
  const query = namedExamples(match.queryParams?.items);
  const method = match.method?.value ?? 'GET';
  if (path === undefined || !headers || !query) return [];
  return [{ ...written(path, method, query, headers), match }];
}

/** What differs from `GET /` without headers. */
function written(
  path: string,
  method: string,
  query: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): Request {
  const search = Object.entries(query).map(([name, value]) => `${name}=${value}`);
  const full = search.length > 0 ? `${path}?${search.join('&')}` : path;
  return {
    ...(full === '/' ? {} : { path: full }),
    ...(method === 'GET' ? {} : { method }),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
  };
}

function exampleValue({ type, value }: K8sValueMatch, byDefault: string): string | undefined {
  if (!value) return byDefault;
  return type?.value === 'RegularExpression' && value.value !== undefined ? exampleOf(value.value) : value.value;
}

function namedExamples(matches: readonly K8sNamedMatch[] | undefined): Readonly<Record<string, string>> | undefined {
  const result: Record<string, string> = {};
  for (const each of matches ?? []) {
    const value = exampleValue(each, '');
    if (value === undefined || each.name?.value === undefined) return undefined;
    result[each.name.value] = value;
  }
  return result;
}

function withoutRepeats(requests: readonly Request[]): readonly Request[] {
  const seen = new Set<string>(['{}']);
  const special = requests.filter((each) => {
    const { match: _match, port: _port, ...conditions } = each;
    const key = JSON.stringify(conditions);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  return [{}, ...special.slice(0, LIMIT)];
}

function httpRequest(match: HttpMatch): readonly Request[] {
  if (match.authority) return [];
  const path = match.uri ? example(match.uri) : '/';
  const method = match.method ? example(match.method) : 'GET';
  const query = pairs(match.queryParams);
  const headers = pairs(match.headers);
  if (path === undefined || method === undefined || !query || !headers) return [];
  const labels = known(match.sourceLabels);
  if (labels === 'unknown') return [];
  return [{ ...written(path, method, query, headers), ...source(match, labels), match }];
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** Another method than those that matches name, another path, and every header that must not be there. */
function unwanted({ http }: VirtualService): readonly Request[] {
  const matches = (http?.items ?? []).flatMap((rule) => [...(rule.match?.items ?? [])]);
  const methods = new Set(matches.flatMap(({ method }) => method?.exact?.value ?? []));
  const other = METHODS.find((each) => !methods.has(each));
  const headers = matches.flatMap(({ withoutHeaders }) => [...(withoutHeaders ?? [])]);
  return [
    ...(methods.size > 0 && other !== undefined ? [{ method: other }] : []),
    ...(matches.some(({ uri }) => uri !== undefined) ? [{ path: '/any-other-path' }] : []),
    ...headers.flatMap((each) => {
      const present = pairs([each]);
      return present ? [{ headers: present }] : [];
    }),
  ];
}

function l4Request(match: L4Match): readonly Request[] {
  const labels = known(match.sourceLabels);
  if (labels === 'unknown') return [];
  const [subnet] = match.destinationSubnets?.items ?? [];
  const address = subnet?.value?.split('/')[0];
  return [{ ...source(match, labels), ...(address ? { address } : {}), match }];
}

function source(match: HttpMatch | L4Match, labels: Readonly<Record<string, string>> | undefined): Request {
  const namespace = match.sourceNamespace?.value;
  const port = match.port?.value;
  return {
    ...(labels ? { labels } : {}),
    ...(namespace === undefined || namespace === '' ? {} : { namespace }),
    ...(port === undefined || port === 0 ? {} : { port }),
  };
}

function known(labels: Labels | undefined): Readonly<Record<string, string>> | undefined | 'unknown' {
  if (!labels) return undefined;
  return labels.value ?? 'unknown';
}

/** A text that a match accepts; undefined where none can be told. */
function example({ exact, prefix, regex }: StringMatch): string | undefined {
  if (exact) return exact.value;
  if (prefix) return prefix.value;
  return regex?.value === undefined ? undefined : exampleOf(regex.value);
}

/** Of the expressions that people write most: a list of words, or a beginning and anything after it. */
function exampleOf(expression: string): string | undefined {
  const bare = expression.replace(/^\^/, '').replace(/\$$/, '');
  const start = bare.replace(/(\(?\.[*+]\)?)+$/, '');
  const plain = start.replaceAll('\\.', '.');
  if (!/[\\^$.*+?()[\]{}|]/.test(start.replaceAll('\\.', '')))
    return bare.endsWith('+') || bare.endsWith('+)') ? `${plain}x` : plain;
  const [first = ''] = bare.replace(/^\((.*)\)$/, '$1').split('|');
  return /^[\w/-]+$/.test(first) ? first : undefined;
}

/** Values for all names; undefined where one cannot be told. */
function pairs(matches: readonly NamedStringMatch[] | undefined): Readonly<Record<string, string>> | undefined {
  const result: Record<string, string> = {};
  for (const { name, match } of matches ?? []) {
    const isPresence = !match.exact && !match.prefix && !match.regex;
    const value = isPresence ? 'x' : example(match);
    if (value === undefined) return undefined;
    result[name] = value;
  }
  return result;
}
