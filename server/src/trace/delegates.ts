/** Merging a root VirtualService's rule with the rules of its delegate (`MergeHTTPRoutes` in `pilot/pkg/model/virtualservice.go`). */
import type { HttpMatchSpec, HttpRouteSpec, TextMatch } from './route-spec.ts';

/** The delegate's rules under the root's; a rule that contradicts the root is left out. */
export function mergeDelegate<T extends HttpRouteSpec>(root: HttpRouteSpec, delegate: readonly T[]): readonly T[] {
  return delegate.flatMap((each) => mergeRoute(root, each) ?? []);
}

function mergeRoute<T extends HttpRouteSpec>(root: HttpRouteSpec, delegate: T): T | undefined {
  const matches = mergeMatches(root.matches, delegate);
  if (!matches) return undefined;
  return {
    ...delegate,
    matches,
    name: joinNames(root.name, delegate.name),
    rewrite: delegate.rewrite ?? root.rewrite,
    directResponse: delegate.directResponse ?? root.directResponse,
    mirrors: delegate.mirrors ?? root.mirrors,
    authority: delegate.authority ?? root.authority,
  };
}

/** Undefined where a match of the delegate fits none of the root's. */
function mergeMatches(
  root: readonly HttpMatchSpec[],
  { matches: delegate, range }: HttpRouteSpec,
): readonly HttpMatchSpec[] | undefined {
  if (root.length === 0) return delegate;
  // The rule is the delegate's, so what points at it must lie in the delegate.
  if (delegate.length === 0) return root.map((each) => ({ ...each, range }));
  const result: HttpMatchSpec[] = [];
  for (const leaf of delegate) {
    const fitting = root.filter((each) => !conflict(each, leaf));
    if (fitting.length === 0) return undefined;
    for (const each of fitting) result.push(mergeMatch(each, leaf));
  }
  return result;
}

function mergeMatch(root: HttpMatchSpec, leaf: HttpMatchSpec): HttpMatchSpec {
  const uri = leaf.uri ?? root.uri;
  const scheme = leaf.scheme ?? root.scheme;
  const method = leaf.method ?? root.method;
  const authority = leaf.authority ?? root.authority;
  return {
    range: leaf.range,
    name: joinNames(root.name, leaf.name),
    ...(uri && { uri }),
    ...(scheme && { scheme }),
    ...(method && { method }),
    ...(authority && { authority }),
    ignoreUriCase: leaf.ignoreUriCase,
    headers: new Map([...root.headers, ...leaf.headers]),
    withoutHeaders: new Map([...root.withoutHeaders, ...leaf.withoutHeaders]),
    queryParams: new Map([...root.queryParams, ...leaf.queryParams]),
    port: leaf.port || root.port,
    sourceLabels: { ...root.sourceLabels, ...leaf.sourceLabels },
    sourceNamespace: leaf.sourceNamespace || root.sourceNamespace,
    gateways: leaf.gateways.length > 0 ? leaf.gateways : root.gateways,
  };
}

function joinNames(root: string, leaf: string): string {
  if (leaf === '') return root;
  return root === '' ? leaf : `${root}-${leaf}`;
}

function conflict(root: HttpMatchSpec, leaf: HttpMatchSpec): boolean {
  return (
    textConflict(root.uri, leaf.uri) ||
    textConflict(root.scheme, leaf.scheme) ||
    textConflict(root.method, leaf.method) ||
    textConflict(root.authority, leaf.authority) ||
    mapConflict(root.headers, leaf.headers) ||
    mapConflict(root.withoutHeaders, leaf.withoutHeaders) ||
    mapConflict(root.queryParams, leaf.queryParams) ||
    root.ignoreUriCase !== leaf.ignoreUriCase ||
    (root.port > 0 && leaf.port > 0 && root.port !== leaf.port) ||
    (root.sourceNamespace !== '' && leaf.sourceNamespace !== root.sourceNamespace) ||
    Object.entries(leaf.sourceLabels).some(
      ([label, value]) => root.sourceLabels[label] !== undefined && root.sourceLabels[label] !== value,
    ) ||
    gatewayConflict(root.gateways, leaf.gateways)
  );
}

function gatewayConflict(root: readonly string[], leaf: readonly string[]): boolean {
  if (root.length === 0 || leaf.length === 0) return false;
  return root.length < leaf.length || leaf.some((each) => !root.includes(each));
}

function mapConflict(root: ReadonlyMap<string, TextMatch>, leaf: ReadonlyMap<string, TextMatch>): boolean {
  return [...leaf].some(([name, match]) => textConflict(root.get(name), match));
}

/** Whether what the leaf accepts is not a part of what the root accepts. Two matches of presence conflict too, as in Istio. */
function textConflict(root: TextMatch | undefined, leaf: TextMatch | undefined): boolean {
  if (!root || !leaf) return false;
  const filled = (match: TextMatch) => match.kind !== 'any' && match.value !== '';
  const is = (match: TextMatch, kind: TextMatch['kind']) => match.kind === kind && filled(match);
  if (is(root, 'regex') && filled(leaf)) return true;
  if (is(leaf, 'regex') && filled(root)) return true;
  if (is(root, 'exact')) return is(leaf, 'prefix') || !is(leaf, 'exact') || leaf.value !== root.value;
  if (is(root, 'prefix') && (is(leaf, 'prefix') || is(leaf, 'exact'))) return !leaf.value.startsWith(root.value);
  return true;
}
