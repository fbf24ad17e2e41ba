/** What was read and checked, and what could not be: for the status item and the last line of the terminal. */
import type { K8sRoute, VirtualService } from '../manifest/types.ts';
import type { Finding, Location } from '../rules/finding.ts';
import { qualified } from '../rules/shared/message.ts';
import type { Snapshot } from '../workspace/types.ts';
import type { SetChecker } from './set-checker.ts';
import type { RouteState, Summary } from './types.ts';

type Route = VirtualService | K8sRoute;
type Unchecked = Summary['unchecked'][number];

/**
 * Sums up what the checkers know. A route that is in several apply sets counts once; it is unchecked where one of them misses
 * something that it needs.
 *
 * @param findings of all files
 */
export function summarize(snapshot: Snapshot, findings: Iterable<Finding>, checkers: readonly SetChecker[]): Summary {
  const unchecked = new Map<Route, Unchecked | undefined>();
  const paths = new Map<Route, string>();
  const names = new Map<Route, string>();
  for (const checker of checkers) {
    for (const { route, need } of checker.routes) {
      paths.set(route.resource, route.path);
      names.set(route.resource, qualified(route.namespace, route.resource.name.value ?? ''));
      if (!unchecked.get(route.resource)) unchecked.set(route.resource, need);
    }
  }
  const tallies = talliesOf(paths, findings);
  const failed = (route: Route) => (tallies.get(route)?.error ?? 0) > 0;
  let files = 0;
  let resources = 0;
  for (const file of snapshot.files.values()) {
    if (file.context || file.contents.class === 'irrelevant') continue;
    files++;
    resources += file.contents.resources.length;
  }
  return {
    files,
    resources,
    routes: paths.size,
    failing: [...paths.keys()].filter(failed).length,
    warned: [...tallies.values()].filter((each) => each.error === 0 && each.warning > 0).length,
    list: listOf(paths, names, tallies, unchecked),
    unchecked: [...unchecked].flatMap(([route, need]) => (need && !failed(route) ? [need] : [])),
  };
}

/** How many routes were checked and do not fail. */
export function passing({ routes, failing, unchecked }: Summary): number {
  return Math.max(0, routes - failing - unchecked.length);
}

const ORDER: readonly RouteState['state'][] = ['fail', 'unchecked', 'pass'];

function listOf(
  paths: ReadonlyMap<Route, string>,
  names: ReadonlyMap<Route, string>,
  tallies: Tallies,
  unchecked: ReadonlyMap<Route, Unchecked | undefined>,
): readonly RouteState[] {
  const list = [...paths].map(([route, path]): RouteState => {
    const { error = 0, warning = 0 } = tallies.get(route) ?? {};
    const warned = warning > 0 ? { warnings: warning } : {};
    const place = { path, range: route.name.range, name: names.get(route) ?? '', ...warned };
    const need = unchecked.get(route);
    if (error > 0) return { ...place, state: 'fail' };
    return need ? { ...place, state: 'unchecked', needs: need.needs } : { ...place, state: 'pass' };
  });
  return list.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || (a.name < b.name ? -1 : 1));
}

/** How many errors and warnings are about each route that has some. */
type Tallies = ReadonlyMap<Route, { readonly error: number; readonly warning: number }>;

/** A finding is about the route that it is in, or else about those that it is related to (a hidden ServiceEntry). */
function talliesOf(paths: ReadonlyMap<Route, string>, findings: Iterable<Finding>): Tallies {
  const byPath = new Map<string, Route[]>();
  for (const [route, path] of paths) {
    const list = byPath.get(path);
    if (list) list.push(route);
    else byPath.set(path, [route]);
  }
  const routeAt = ({ path, range }: Location) =>
    byPath.get(path)?.find((route) => range.start >= route.range.start && range.end <= route.range.end);
  const result = new Map<Route, { error: number; warning: number }>();
  for (const finding of findings) {
    if (finding.severity !== 'error' && finding.severity !== 'warning') continue;
    const own = routeAt(finding);
    const about = own ? [own] : finding.related.flatMap((each) => routeAt(each) ?? []);
    for (const route of new Set(about)) {
      const tally = result.get(route) ?? { error: 0, warning: 0 };
      tally[finding.severity]++;
      result.set(route, tally);
    }
  }
  return result;
}
