/** What is in the way of a route, said before anything is written, with the ways out; each way out that changes the request is followed to its end. */
import { describe, expect, it } from 'vitest';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import type { RouteRequest } from '../../server/src/scaffold/request.ts';
import { undoOf } from '../../server/src/scaffold/undo.ts';
import { judge, wayOf } from './judge.ts';
import { applied, fixture, ROOT, siteOf } from './site.ts';

const REQUEST: RouteRequest = {
  host: 'api.example.com',
  pattern: 'http',
  namespace: 'team-a',
  writeTo: ['team-a', 'istio-system'],
};

function conflictsOf(texts: string, request: Partial<RouteRequest> = {}) {
  const plan = planRoute(siteOf(fixture(texts)), { ...REQUEST, ...request });
  expect(plan.files).toEqual([]);
  return plan.conflicts.map(({ code, text, at, waysOut }) => ({
    code,
    text,
    ...(at
      ? {
          at: fixture(texts)
            .get(at.path.slice(ROOT.length + 1))
            ?.slice(at.range.start, at.range.end)
            .split('\n')[0],
        }
      : {}),
    waysOut: waysOut.map(({ title }) => title),
  }));
}

/** The workspace after the first way out that changes the request. */
function afterWayOut(texts: string, request: Partial<RouteRequest> = {}, title?: string) {
  const site = siteOf(fixture(texts));
  const blocked = planRoute(site, { ...REQUEST, ...request });
  const way = blocked.conflicts[0]?.waysOut.find(
    (each) => each.change && (title === undefined || each.title === title),
  );
  const plan = planRoute(site, { ...REQUEST, ...request, ...way?.change });
  expect(plan.conflicts).toEqual([]);
  expect(plan.status).toBe('ready');
  return { plan, texts: applied(fixture(texts), plan) };
}

const TIMEOUT = `# -- app/route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    # slow on Mondays
    - timeout: 3s
      route:
        - destination: {host: api.example.com}
# -- app/entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
`;

describe('a host that is routed already', () => {
  it('is told, with the VirtualService that does', () => {
    expect(conflictsOf(TIMEOUT, { audience: 'all' })).toEqual([
      {
        code: 'host-routed',
        text: 'api.example.com is already routed by VirtualService team-a/api.',
        at: 'api',
        waysOut: ['Extend it', 'Open it'],
      },
    ]);
  });

  it('is led through the gateway by extending it, with all that it says kept', () => {
    const { texts } = afterWayOut(TIMEOUT, { audience: 'all' });
    expect(texts.get('app/route.yaml')).toBe(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    # slow on Mondays
    - timeout: 3s
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            subset: api-example-com
            port:
              number: 80
      match:
        - gateways:
            - mesh
          port: 80
    - match:
        - gateways:
            - istio-system/api-example-com
          port: 80
      route:
        - destination:
            host: api.example.com
            port:
              number: 80
  gateways:
    - mesh
    - istio-system/api-example-com
`);
  });
});

const gateway = (server: string) => `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: shared, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - ${server}
`;

describe('a port between sidecar and gateway', () => {
  it('that takes plain HTTP takes no TLS', () => {
    const texts = gateway('{port: {number: 443, name: http, protocol: HTTP}, hosts: [other.example.com]}');
    expect(conflictsOf(texts, { pattern: 'tls-passthrough' })).toEqual([
      {
        code: 'port-taken',
        text: 'Port 443 of istio-system/istio-egressgateway is taken by plain HTTP of Gateway istio-system/shared, and this route needs TLS on it.',
        at: '{port: {number: 443, name: http, protocol: HTTP}, hosts: [other.example.com]}',
        waysOut: ['Use 80 between sidecar and gateway', 'Open it'],
      },
    ]);
    const { texts: after } = afterWayOut(texts, { pattern: 'tls-passthrough' });
    const call = { from: { namespace: 'team-a' }, host: 'api.example.com', port: 443, protocol: 'https' } as const;
    expect(wayOf(judge(after).trace(call))).toBe(
      'outside, gateway istio-system/istio-egressgateway, tls api.example.com over http api.example.com',
    );
  });

  it('that takes TLS takes no plain HTTP: where nobody asked for either, the hop gets mutual TLS', () => {
    const texts = gateway(
      '{port: {number: 80, name: https, protocol: HTTPS}, hosts: [other.example.com], tls: {mode: ISTIO_MUTUAL}}',
    );
    expect(conflictsOf(texts, { mutualHop: false })).toEqual([
      {
        code: 'port-taken',
        text: 'Port 80 of istio-system/istio-egressgateway is taken by mutual TLS with HTTP inside of Gateway istio-system/shared, and this route needs plain HTTP on it.',
        at: '{port: {number: 80, name: https, protocol: HTTPS}, hosts: [other.example.com], tls: {mode: ISTIO_MUTUAL}}',
        waysOut: [
          'Use 443 between sidecar and gateway, with mutual TLS',
          'Use 443 between sidecar and gateway',
          'Open it',
        ],
      },
    ]);
    const plan = planRoute(siteOf(fixture(texts)), REQUEST);
    expect(plan.status).toBe('ready');
    expect(plan.notes[0]).toBe(
      'Between sidecar and gateway is mutual TLS. Port 80 of istio-system/istio-egressgateway is taken by mutual TLS with HTTP inside of Gateway istio-system/shared, and this route needs plain HTTP on it.',
    );
  });

  it('has to be one of the Service', () => {
    expect(conflictsOf('', { host: 'db.example.com', pattern: 'tcp', port: 5432, mutualHop: false })).toEqual([
      {
        code: 'port-not-on-gateway',
        text: 'Service istio-system/istio-egressgateway has no port 5432 (80, 443).',
        waysOut: [
          'Use 443 between sidecar and gateway, with mutual TLS',
          'Use 80 between sidecar and gateway',
          'Use 443 between sidecar and gateway',
        ],
      },
    ]);
  });
});

const ENTRY = (spec: string) => `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
${spec}
`;

describe('a ServiceEntry that is there', () => {
  it('may declare the port as something else', () => {
    const texts = ENTRY('  ports: [{number: 443, name: http, protocol: HTTP}]\n  resolution: DNS');
    expect(conflictsOf(texts, { pattern: 'tls-passthrough' })).toEqual([
      {
        code: 'port-protocol',
        text: 'ServiceEntry team-a/api declares port 443 as HTTP, and this route needs TLS on it.',
        at: '{number: 443, name: http, protocol: HTTP}',
        waysOut: ['Open it'],
      },
    ]);
  });

  it('may leave the gateway without an endpoint', () => {
    const texts = ENTRY('  ports: [{number: 80, name: http, protocol: HTTP}]\n  resolution: NONE');
    expect(conflictsOf(texts)).toEqual([
      {
        code: 'resolution',
        text: 'ServiceEntry team-a/api has no resolution: DNS, so a gateway would have no endpoint for api.example.com (503 UH).',
        at: 'api',
        waysOut: ['Extend it: set resolution: DNS', 'Open it'],
      },
    ]);
    expect(afterWayOut(texts).texts.get('entry.yaml')).toContain('resolution: DNS');
  });

  it('is shown to those who need it, and keeps its comments', () => {
    const texts = ENTRY(
      '  ports: [{number: 80, name: http, protocol: HTTP}] # as agreed\n  resolution: DNS\n  exportTo: ["."] # ours',
    );
    const plan = planRoute(siteOf(fixture(texts)), REQUEST);
    expect(plan.status).toBe('ready');
    expect(applied(fixture(texts), plan).get('entry.yaml')).toBe(
      fixture(texts).get('entry.yaml')?.replace('["."]', '[".", "istio-system"]'),
    );
  });

  it('that is a template cannot be edited', () => {
    const texts = ENTRY('  ports: [{number: 8080, name: http, protocol: HTTP}]\n  resolution: ${RESOLUTION}');
    expect(conflictsOf(texts).map(({ code, text }) => [code, text])).toEqual([
      ['not-editable', 'ServiceEntry team-a/api lacks port 80, and cannot be edited here.'],
    ]);
  });
});

const SUBSET = `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: gateway, namespace: istio-system}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api-example-com
      trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: elsewhere.example.com}}
`;

it('a subset with other settings is left alone, and another name offered', () => {
  expect(conflictsOf(SUBSET)).toEqual([
    {
      code: 'subset-taken',
      text: 'Subset api-example-com of DestinationRule istio-system/gateway has other settings for port 80 (ISTIO_MUTUAL).',
      at: 'name: api-example-com',
      waysOut: ['Use subset api-example-com-2', 'Open it'],
    },
  ]);
  const { texts } = afterWayOut(SUBSET);
  expect(texts.get('rule.yaml')).toBe(`${fixture(SUBSET).get('rule.yaml')}    - name: api-example-com-2\n`);
});

const SIDECAR = `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-a}
spec:
  egress:
    - hosts: ["istio-system/*"]
`;

it('a Sidecar that hides the host is told, and extended', () => {
  expect(conflictsOf(SIDECAR)).toEqual([
    {
      code: 'sidecar-hides',
      text: 'Sidecar team-a/default hides api.example.com from team-a: its egress hosts lack ./api.example.com.',
      at: 'default',
      waysOut: ['Add ./api.example.com to its egress hosts', 'Open it'],
    },
  ]);
  const { texts } = afterWayOut(SIDECAR);
  expect(texts.get('sidecar.yaml')).toContain('["istio-system/*", "./api.example.com"]');
});

it('a rule that begins TLS already would encrypt twice', () => {
  const texts = `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: istio-system}
spec:
  host: api.example.com
  trafficPolicy: {portLevelSettings: [{port: {number: 443}, tls: {mode: SIMPLE}}]}
`;
  expect(conflictsOf(texts, { pattern: 'tls-passthrough' })).toEqual([
    {
      code: 'destination-rule-taken',
      text: 'DestinationRule istio-system/api begins TLS to port 443 of api.example.com: what the application encrypts itself would be encrypted twice.',
      at: 'api',
      waysOut: ['Let the gateway begin TLS, and call http://', 'Open it'],
    },
  ]);
});

describe('a namespace that the workspace does not write to', () => {
  it('gets nothing without being asked', () => {
    const { writeTo: _, ...request } = REQUEST;
    const plan = planRoute(siteOf(fixture(TIMEOUT)), { ...request, host: 'new.example.com', audience: ['team-a'] });
    expect(plan.status).toBe('ready');
    expect([...new Set(plan.created.map(({ namespace }) => namespace))]).toEqual(['team-a']);
  });

  it('is asked for where the route needs it', () => {
    const { writeTo: _, ...request } = REQUEST;
    const plan = planRoute(siteOf(fixture(TIMEOUT)), { ...request, host: 'new.example.com', namespace: 'team-b' });
    expect(plan.conflicts.map(({ code, text, waysOut }) => [code, text, waysOut])).toEqual([
      [
        'namespace-not-written',
        'This workspace writes nothing to team-b yet.',
        [{ title: 'Write to team-b', change: { writeTo: ['team-b'] } }],
      ],
    ]);
  });
});

it('every byte comes back', () => {
  const texts = fixture(TIMEOUT);
  const plan = planRoute(siteOf(texts), { ...REQUEST, host: 'new.example.com' });
  const undone = new Map(applied(texts, plan));
  for (const { path, before, after } of undoOf(plan)) {
    const name = path.slice(ROOT.length + 1);
    expect(undone.get(name)).toBe(before);
    if (after === undefined) undone.delete(name);
    else undone.set(name, after);
  }
  expect(undone).toEqual(texts);
});
