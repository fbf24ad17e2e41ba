/** Routes created in every way and judged from outside of the planner, by rules, validation and traces as an editor shows them. */
import { expect } from 'vitest';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import type { FormId, PatternId, RouteRequest } from '../../server/src/scaffold/request.ts';
import type { RoutePlan } from '../../server/src/scaffold/types.ts';
import type { Call } from '../../server/src/trace/types.ts';
import type { Install } from './installs.ts';
import { type Judge, judge, wayOf } from './judge.ts';
import { applied, siteOf, type Texts } from './site.ts';

/** Where the client, the route and the gateway are. */
export const LAYOUTS = [
  { name: 'client and route together, gateway apart', client: 'team-a', home: 'team-a', gateway: 'istio-system' },
  { name: 'all apart', client: 'team-a', home: 'egress-config', gateway: 'istio-egress' },
  { name: 'route with the gateway', client: 'team-a', home: 'istio-egress', gateway: 'istio-egress' },
  { name: 'all together', client: 'team-a', home: 'team-a', gateway: 'team-a' },
] as const;

export type Layout = (typeof LAYOUTS)[number];

export interface Combination {
  readonly form: FormId;
  readonly pattern: PatternId;
  readonly layout: Layout;
  readonly install: Install;
  /** Undefined where nothing is said of it. */
  readonly mutualHop: boolean | undefined;
  readonly audience: RouteRequest['audience'] & {};
}

/** Proves the route where nothing of it is, and where a part of it is: all but one document, or one rule of its VirtualService. Returns how many workspaces. */
export function prove(combination: Combination): number {
  const { install } = combination;
  const request = requestOf(combination);
  const first = create(install.texts, request, combination);
  const halves = takesHalves(combination) ? halvesOf(first, install.texts) : [];
  for (const existing of [...halves, first]) {
    const { texts, plan } = settle(existing, request, combination);
    if (existing === first) expect(plan.status, title(combination)).toBe('unchanged');
    check(texts, combination);
  }
  return halves.length + 2;
}

/** Every other combination, for time; `ISTIO_EGRESS_ALL_CASES=1` takes all. */
function takesHalves({ mutualHop, audience }: Combination): boolean {
  return process.env.ISTIO_EGRESS_ALL_CASES !== undefined || (audience === 'all') !== (mutualHop ?? false);
}

/** Creates a route where nothing of it is. */
function create(texts: Texts, request: RouteRequest, combination: Combination): Texts {
  const { texts: result, plan } = settle(texts, request, combination);
  expect(plan.status, title(combination)).toBe('ready');
  return result;
}

/** The workspace after a plan, and after the same one again, which must change nothing. */
function settle(texts: Texts, request: RouteRequest, combination: Combination): { texts: Texts; plan: RoutePlan } {
  const { settings } = combination.install;
  const plan = planRoute(siteOf(texts, settings), request);
  expect(
    plan.conflicts.map((each) => each.text),
    title(combination),
  ).toEqual([]);
  const result = applied(texts, plan);
  const again = planRoute(siteOf(result, settings), request);
  expect([again.status, again.files], `${title(combination)}, again`).toEqual(['unchanged', []]);
  return { texts: result, plan };
}

function requestOf({ form, pattern, layout, install, mutualHop, audience }: Combination): RouteRequest {
  return {
    form,
    pattern,
    host: pattern === 'wildcard' ? '*.example.com' : 'api.example.com',
    namespace: layout.home,
    audience,
    ...(install.gateway === undefined ? {} : { gateway: install.gateway }),
    writeTo: [layout.home, layout.gateway, layout.client],
    ...(pattern === 'tcp' ? { port: 5432 } : {}),
    ...(mutualHop === undefined ? {} : { mutualHop }),
  };
}

/** The workspace without one document of the route after the other, and with each of its VirtualService's rules taken out. */
function halvesOf(whole: Texts, install: Texts): readonly Texts[] {
  const result: Texts[] = [];
  for (const [path, text] of whole) {
    if (install.has(path) && install.get(path) === text) continue;
    const documents = text.split(/^---\n/m);
    const own = install.get(path)?.split(/^---\n/m).length ?? 0;
    documents.forEach((document, index) => {
      if (index < own) return;
      const without = documents.filter((_, other) => other !== index);
      result.push(withText(whole, path, without));
      for (const half of rulesTakenOut(document)) result.push(withText(whole, path, [...without, half]));
    });
  }
  return result;
}

function withText(texts: Texts, path: string, documents: readonly string[]): Texts {
  const result = new Map(texts);
  if (documents.length === 0) result.delete(path);
  else result.set(path, documents.join('---\n'));
  return result;
}

/** A VirtualService with one of its two rules each, where both are in one block. */
function rulesTakenOut(document: string): readonly string[] {
  if (!/^kind: VirtualService$/m.test(document)) return [];
  const [head = '', ...rules] = document.split(/^(?= {4}- match:)/m);
  const [mesh, gateway = ''] = rules;
  if (mesh === undefined || rules.length !== 2 || mesh.match(/^ {2}\w/m)) return [];
  const end = gateway.search(/^ {2}\w/m);
  const tail = end < 0 ? '' : gateway.slice(end);
  return [`${head}${mesh}${tail}`, `${head}${end < 0 ? gateway : gateway.slice(0, end)}${tail}`];
}

/** What must hold of a workspace with the route in it. */
function check(texts: Texts, combination: Combination): void {
  const { layout, audience, install } = combination;
  const judged = judge(texts, install.settings);
  expect(judged.findings, title(combination)).toEqual([]);
  expect(judged.rejected, title(combination)).toEqual([]);
  const clients = audience === 'all' ? [layout.client, layout.home, 'team-z'] : [layout.client];
  const others =
    audience === 'all'
      ? []
      : // Who is beside the gateway sees what it sees.
        ['team-z', layout.home].filter((each) => each !== layout.client && !install.pods.startsWith(`${each}/`));
  for (const client of clients)
    expect(ways(judged, client, combination), `${title(combination)}, from ${client}`).toEqual(wanted(combination));
  for (const other of others) {
    expect(
      ways(judged, other, combination).filter((each) => each.includes('gateway ')),
      `${title(combination)}, from ${other}`,
    ).toEqual([]);
  }
}

function ways(judged: Judge, client: string, { pattern }: Combination): readonly string[] {
  return callsOf(pattern, client).map((call) => wayOf(judged.trace(call)));
}

function callsOf(pattern: PatternId, namespace: string): readonly Call[] {
  const from = { namespace };
  const host = 'api.example.com';
  switch (pattern) {
    case 'tcp':
      return [{ from, host, port: 5432, protocol: 'tcp' }];
    case 'tls-passthrough':
    case 'sidecar-only':
      return [{ from, host, port: 443, protocol: 'https' }];
    case 'wildcard':
      return ['a.example.com', 'www.example.com'].map((each) => ({ from, host: each, port: 443, protocol: 'https' }));
    default:
      return [{ from, host, port: 80, protocol: 'http' }];
  }
}

function wanted({ pattern, install, mutualHop = false }: Combination): readonly string[] {
  const hop = (mutual: boolean) => `outside, gateway ${install.pods}${mutual ? ' in mutual TLS' : ''}`;
  const wire = 'tls api.example.com over http api.example.com';
  switch (pattern) {
    case 'http':
      return [`${hop(mutualHop)}, http api.example.com`];
    case 'tcp':
      return [`${hop(mutualHop || install.name !== 'named ports')}, tcp`];
    case 'wildcard':
      return ['a.example.com', 'www.example.com'].map((each) => `${hop(false)}, tls ${each} over http ${each}`);
    case 'sidecar-only':
    case 'sidecar-tls-origination':
      return [`outside-not-through-gateway, ${wire}`];
    default:
      return [`${hop(mutualHop)}, ${wire}`];
  }
}

function title({ form, pattern, layout, install, mutualHop, audience }: Combination): string {
  return `${pattern} in ${form}, ${install.name}, ${layout.name}, for ${audience === 'all' ? 'all' : audience.join()}${mutualHop ? ', mutual TLS' : ''}`;
}
