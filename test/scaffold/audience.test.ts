/** Who may use a route, where that is not as simple as two namespaces. */
import { expect, it } from 'vitest';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import type { RouteRequest } from '../../server/src/scaffold/request.ts';
import { judge, wayOf } from './judge.ts';
import { applied, siteOf, type Texts } from './site.ts';

const REQUEST: RouteRequest = {
  host: 'api.example.com',
  pattern: 'tls-origination',
  namespace: 'team-a',
  audience: ['team-a'],
  writeTo: ['team-a', 'istio-system'],
};

function way(texts: Texts, namespace: string, protocol: 'http' | 'https' = 'http', settings = {}): string {
  const port = protocol === 'http' ? 80 : 443;
  return wayOf(judge(texts, settings).trace({ from: { namespace }, host: 'api.example.com', port, protocol }));
}

const THROUGH = 'outside, gateway istio-system/istio-egressgateway, tls api.example.com over http api.example.com';

it('workloads beside the gateway are kept out where they call', () => {
  const settings = { clients: ['istio-system'] };
  const plan = planRoute(siteOf(new Map(), settings), REQUEST);
  expect(plan.created.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`)).toEqual([
    'ServiceEntry team-a/api-example-com',
    'Gateway istio-system/api-example-com',
    'DestinationRule istio-system/egressgateway-for-api-example-com',
    'DestinationRule istio-system/originate-tls-for-api-example-com',
    'VirtualService team-a/api-example-com',
    'VirtualService team-a/api-example-com-gateway',
  ]);
  const texts = applied(new Map(), plan);
  expect(way(texts, 'team-a', 'http', settings)).toBe(THROUGH);
  expect(way(texts, 'istio-system', 'http', settings)).not.toContain('gateway ');
  // What begins TLS for the gateway does not for them.
  expect(way(texts, 'istio-system', 'https', settings)).toContain('tls api.example.com over http api.example.com');
  expect(way(texts, 'istio-system', 'https', settings)).not.toContain('over tls');
});

it('a wider audience is shown what is there', () => {
  const first = applied(new Map(), planRoute(siteOf(new Map()), REQUEST));
  const wider: RouteRequest = {
    ...REQUEST,
    audience: ['team-a', 'team-b'],
    writeTo: ['team-a', 'team-b', 'istio-system'],
  };
  const plan = planRoute(siteOf(first), wider);
  expect(plan.created).toEqual([]);
  expect(plan.reused.filter(({ edited }) => edited).map(({ kind }) => kind)).toEqual([
    'ServiceEntry',
    'VirtualService',
  ]);
  const texts = applied(first, plan);
  expect(['team-a', 'team-b', 'team-c'].map((each) => way(texts, each) === THROUGH)).toEqual([true, true, false]);
});

it('a narrower audience changes nothing: what is there is not taken from anybody', () => {
  const first = applied(new Map(), planRoute(siteOf(new Map()), { ...REQUEST, audience: 'all' }));
  expect(planRoute(siteOf(first), REQUEST).status).toBe('unchanged');
});

it('a mesh that shows nothing by default is told', () => {
  const config: Texts = new Map([
    [
      'mesh.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    defaultVirtualServiceExportTo: ["."]\n    defaultDestinationRuleExportTo: ["."]\n',
    ],
  ]);
  const plan = planRoute(siteOf(config), { ...REQUEST, pattern: 'http', audience: 'all' });
  expect([plan.status, plan.conflicts.map(({ text }) => text)]).toEqual(['ready', []]);
  const texts = applied(config, plan);
  expect(way(texts, 'team-z')).toBe('outside, gateway istio-system/istio-egressgateway, http api.example.com');
});
