/** A route that lacks one of its resources is known by its VirtualService, and planned as it was. */
import { describe, expect, it } from 'vitest';
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { meantRoutes } from '../../server/src/scaffold/meant-routes.ts';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import type { RouteRequest } from '../../server/src/scaffold/request.ts';
import { applied, ROOT, siteOf, type Texts } from './site.ts';

const WHERE = {
  host: 'api.example.com',
  namespace: 'team-a',
  audience: ['team-a'],
  gateway: 'istio-system/istio-egressgateway',
} as const;

const REQUESTS: readonly RouteRequest[] = [
  { ...WHERE, pattern: 'http' },
  { ...WHERE, pattern: 'http', port: 8080 },
  { ...WHERE, pattern: 'tls-passthrough' },
  { ...WHERE, pattern: 'tls-passthrough', port: 8443 },
  { ...WHERE, pattern: 'tls-origination' },
  { ...WHERE, host: '*.example.com', pattern: 'wildcard', server: 'edge.example.com' },
  { ...WHERE, pattern: 'tcp', port: 5432, addresses: ['192.0.2.1'] },
];

/** The route as one file for each resource, beside a file of each namespace, so that both are written to. */
function written(request: RouteRequest): Texts {
  const plan = planRoute(siteOf(new Map()), { ...request, writeTo: ['team-a', 'istio-system'] });
  const texts = [...applied(new Map(), plan).values()].flatMap((text) => text.split('---\n'));
  const namespaces = ['team-a', 'istio-system'].map(
    (name) => [`${name}.yaml`, `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${name}\n`] as const,
  );
  return new Map([...namespaces, ...texts.map((text, index) => [`part-${index}.yaml`, text] as const)]);
}

function meantIn(texts: Texts): readonly RouteRequest[] {
  const analysis = createAnalysis({ root: ROOT });
  analysis.update([...texts].map(([path, text]) => ({ path: `${ROOT}/${path}`, contents: readContents(path, text) })));
  const [set] = analysis.traceables();
  if (!set) throw new Error('A workspace always has a set.');
  const reader = set.mesh.reader();
  return reader.all('VirtualService').flatMap((each) => meantRoutes(reader, each));
}

describe('a VirtualService', () => {
  for (const request of REQUESTS) {
    const name = `${request.pattern}${request.port === undefined ? '' : ` on ${request.port}`}`;

    it(`tells its route: ${name}`, () => {
      expect(meantIn(written(request))).toEqual([request]);
    });

    // Of a wildcard, calls find their way with either of its ServiceEntries.
    if (request.pattern === 'wildcard') continue;
    it(`tells what completes its route: ${name}`, () => {
      const whole = written(request);
      const parts = [...whole].filter(
        ([path, text]) => path.startsWith('part-') && !text.includes('kind: VirtualService'),
      );
      expect(parts.length).toBeGreaterThanOrEqual(3);
      for (const [path, text] of parts) {
        const texts = new Map([...whole].filter(([each]) => each !== path));
        const [meant] = meantIn(texts);
        if (!meant) throw new Error('No route is meant.');
        const plan = planRoute(siteOf(texts), meant);
        const kind = /^kind: (.*)$/m.exec(text)?.[1];
        expect([plan.status, plan.created.map((each) => each.kind)]).toEqual(['ready', [kind]]);
        expect(planRoute(siteOf(applied(texts, plan)), meant).status).toBe('unchanged');
      }
    });
  }

  it('that has nothing to do with egress means no route', () => {
    const inside = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews
  namespace: team-a
spec:
  hosts: [reviews.team-a.svc.cluster.local]
  http:
    - route:
        - destination: {host: reviews.team-a.svc.cluster.local, subset: v2}
`;
    expect(meantIn(new Map([['inside.yaml', inside]]))).toEqual([]);
  });
});
