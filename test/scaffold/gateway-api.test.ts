/** Routes of Gateway API: what is written, who may use it, what is there already, and what this form cannot say. */
import { describe, expect, it } from 'vitest';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import type { RouteRequest } from '../../server/src/scaffold/request.ts';
import type { RoutePlan } from '../../server/src/scaffold/types.ts';
import { judge, wayOf } from './judge.ts';
import { applied, fixture, siteOf, type Texts } from './site.ts';

const REQUEST: RouteRequest = {
  form: 'gateway-api',
  host: 'api.example.com',
  pattern: 'http',
  namespace: 'team-a',
  gateway: 'istio-egress/egress-gateway',
  writeTo: ['team-a', 'team-b', 'istio-egress'],
};

const THROUGH = 'outside, gateway istio-egress/egress-gateway-istio, http api.example.com';

function planned(texts: Texts, request: Partial<RouteRequest> = {}): RoutePlan {
  return planRoute(siteOf(texts), { ...REQUEST, ...request });
}

function way(texts: Texts, namespace: string, protocol: 'http' | 'https' = 'http'): string {
  const port = protocol === 'http' ? 80 : 443;
  return wayOf(judge(texts).trace({ from: { namespace }, host: 'api.example.com', port, protocol }));
}

const namesIn = ({ created }: RoutePlan) => created.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);

function conflictsOf(texts: Texts, request: Partial<RouteRequest> = {}) {
  const plan = planned(texts, request);
  expect(plan.files).toEqual([]);
  return plan.conflicts.map(({ code, text, waysOut }) => [code, text, waysOut.map(({ title }) => title)]);
}

const ENTRY = (namespace: string, exportTo: string) => `# -- ${namespace}/entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: ${namespace}}
spec:
  hosts: [api.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}, {number: 443, name: tls, protocol: TLS}]
  resolution: DNS
${exportTo}`;

describe('what is written', () => {
  it('is a Gateway that istiod runs, and a route for each of the two proxies', () => {
    const plan = planned(new Map());
    expect(namesIn(plan)).toEqual([
      'ServiceEntry team-a/api-example-com',
      'Gateway istio-egress/egress-gateway',
      'HTTPRoute team-a/to-gateway-api-example-com',
      'HTTPRoute istio-egress/from-gateway-api-example-com',
    ]);
    expect(plan.notes[0]).toBe(
      'Gateway istio-egress/egress-gateway is new: istiod runs a gateway for it, with the Service egress-gateway-istio inside the cluster.',
    );
    const [text = ''] = applied(new Map(), plan).values();
    expect(text).toContain(`kind: Gateway
metadata:
  name: egress-gateway
  namespace: istio-egress
  annotations:
    networking.istio.io/service-type: ClusterIP
spec:
  gatewayClassName: istio
  listeners:
    - name: http
      hostname: api.example.com
      port: 80
      protocol: HTTP
      allowedRoutes:
        namespaces:
          from: Same
`);
  });

  it('is in the namespace of the route where no gateway is known', () => {
    const { gateway: _, ...request } = REQUEST;
    expect(namesIn(planRoute(siteOf(new Map()), request))[1]).toBe('Gateway team-a/egress-gateway');
  });

  it('is for the pods of a gateway that is installed, where one is asked for', () => {
    const plan = planned(new Map(), {
      gateway: 'istio-system/istio-egressgateway',
      writeTo: ['team-a', 'istio-system'],
    });
    const [text = ''] = applied(new Map(), plan).values();
    expect(text).toContain(`  addresses:
    - type: Hostname
      value: istio-egressgateway.istio-system.svc.cluster.local
`);
    expect(text).not.toContain('annotations');
  });

  it('tells who has to read the certificate', () => {
    const { notes } = planned(new Map(), { pattern: 'tls-origination-mutual' });
    expect(notes).toContain(
      'Secret client-credential has to be in istio-egress, and ServiceAccount egress-gateway-istio has to be allowed to read it.',
    );
  });
});

describe('a Gateway that is there', () => {
  const first = applied(new Map(), planned(new Map()));

  it('gets a listener for another host, and keeps its comments', () => {
    const texts = new Map([...first].map(([path, text]) => [path, text.replace('listeners:', 'listeners: # ours')]));
    const plan = planned(texts, { host: 'pay.example.net' });
    expect(namesIn(plan)).toEqual([
      'ServiceEntry team-a/pay-example-net',
      'HTTPRoute team-a/to-gateway-pay-example-net',
      'HTTPRoute istio-egress/from-gateway-pay-example-net',
    ]);
    const text = [...applied(texts, plan).values()].join('');
    expect(text).toContain('listeners: # ours');
    expect(text).toContain(`    - name: http-pay-example-net
      hostname: pay.example.net
      port: 80
`);
  });

  it('is the one that routes use, whichever is asked for no longer', () => {
    const { gateway: _, ...request } = REQUEST;
    const plan = planRoute(siteOf(first), { ...request, host: 'pay.example.net' });
    expect(plan.reused.map(({ kind, name, edited }) => [kind, name, edited])).toContainEqual([
      'Gateway',
      'egress-gateway',
      true,
    ]);
  });

  it('takes a host by a listener that is there, as far as that admits the route', () => {
    const gateway = (from: string) => `# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: egress-gateway, namespace: istio-egress}
spec:
  gatewayClassName: istio
  listeners:
    - {name: all, port: 80, protocol: HTTP, allowedRoutes: {namespaces: ${from}}}
`;
    const open = fixture(gateway('{from: All}'));
    const plan = planned(open);
    expect(plan.reused.map(({ name, edited }) => [name, edited])).toContainEqual(['egress-gateway', false]);
    expect(way(applied(open, plan), 'team-a')).toBe(THROUGH);
    const closed = fixture(gateway('{from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: other}}}'));
    const other = planned(closed);
    expect(other.reused.map(({ name, edited }) => [name, edited])).toContainEqual(['egress-gateway', true]);
    expect(way(applied(closed, other), 'team-a')).toBe(THROUGH);
  });

  it('may have the port for something else', () => {
    const texts = fixture(`# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: egress-gateway, namespace: istio-egress}
spec:
  gatewayClassName: istio
  listeners:
    - {name: a, port: 443, protocol: TCP}
    - {name: b, port: 8443, protocol: TCP}
    - {name: c, port: 15443, protocol: TCP}
`);
    expect(conflictsOf(texts, { pattern: 'tls-passthrough' })).toEqual([
      [
        'port-taken',
        'Port 443 of istio-egress/egress-gateway is taken, and this route needs TLS for api.example.com on it.',
        [
          'Use 9443 between sidecar and gateway',
          'Use 10443 between sidecar and gateway',
          'Write it with the Istio API',
          'Open it',
        ],
      ],
    ]);
    expect(planned(texts, { pattern: 'tls-passthrough', hopPort: 9443 }).status).toBe('ready');
  });
});

describe('who may use it', () => {
  it('is told by the ServiceEntry: a route beside it acts for all who see it', () => {
    const texts = applied(new Map(), planned(new Map(), { audience: ['team-a', 'team-b'] }));
    expect(['team-a', 'team-b', 'team-c'].map((each) => way(texts, each) === THROUGH)).toEqual([true, true, false]);
  });

  it('is told by namespaces of their own where the ServiceEntry is for others too', () => {
    const texts = fixture(ENTRY('shared', ''));
    const plan = planned(texts, { audience: ['team-a', 'team-b'] });
    expect([...namesIn(plan)].sort()).toEqual([
      'Gateway istio-egress/egress-gateway',
      'HTTPRoute istio-egress/from-gateway-api-example-com',
      'HTTPRoute team-a/to-gateway-api-example-com',
      'HTTPRoute team-b/to-gateway-api-example-com',
    ]);
    const after = applied(texts, plan);
    expect(['team-a', 'team-b'].map((each) => way(after, each))).toEqual([THROUGH, THROUGH]);
    expect(way(after, 'team-c')).not.toContain('gateway ');
  });

  it('cannot be a part of those who see the ServiceEntry, where it is their own', () => {
    const texts = fixture(ENTRY('team-a', ''));
    expect(conflictsOf(texts, { audience: ['team-a'] })).toEqual([
      [
        'form',
        'An HTTPRoute in team-a acts for every sidecar that sees ServiceEntry team-a/api, so for other namespaces too, and routes of Gateway API have no exportTo.',
        ['Let every namespace use the route', 'Write it with the Istio API', 'Open it'],
      ],
    ]);
    expect(planned(texts, { audience: ['team-a'], form: 'istio', gateway: 'istio-egress/gw' }).status).toBe('ready');
    expect(planned(texts, { audience: 'all' }).status).toBe('ready');
  });

  it('cannot be a part of those who see the ServiceEntry with a TLSRoute, wherever it is', () => {
    expect(conflictsOf(fixture(ENTRY('shared', '')), { audience: ['team-a'], pattern: 'tls-passthrough' })).toEqual([
      [
        'form',
        'A TLSRoute acts for every sidecar that sees ServiceEntry shared/api, so for shared, other namespaces too, and routes of Gateway API have no exportTo.',
        ['Let every namespace use the route', 'Write it with the Istio API', 'Open it'],
      ],
    ]);
  });

  it('leaves out workloads beside the gateway, where the ServiceEntry is not with the clients', () => {
    const site = (texts: Texts) => siteOf(texts, { clients: ['istio-egress'] });
    const request = { ...REQUEST, audience: ['team-a'] };
    const [conflict] = planRoute(site(new Map()), request).conflicts;
    expect(conflict?.waysOut.map(({ title }) => title)).toEqual([
      'Write the ServiceEntry to istio-egress',
      'Let every namespace use the route',
      'Write it with the Istio API',
    ]);
    const plan = planRoute(site(new Map()), { ...request, ...conflict?.waysOut[0]?.change });
    expect(plan.status).toBe('ready');
    const texts = applied(new Map(), plan);
    expect(way(texts, 'team-a')).toBe(THROUGH);
    expect(way(texts, 'istio-egress')).not.toContain('gateway ');
  });
});

describe('what is routed already', () => {
  it('by a VirtualService is told, with the way to its form', () => {
    const texts = fixture(`# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http: [{timeout: 3s, route: [{destination: {host: api.example.com}}]}]
${ENTRY('team-a', '')}`);
    expect(conflictsOf(texts, { audience: 'all' })).toEqual([
      [
        'host-routed',
        'api.example.com is already routed by VirtualService team-a/api.',
        ['Write it with the Istio API', 'Open it'],
      ],
    ]);
  });

  it('by an HTTPRoute is led through the gateway where that is asked for, with all else that it says kept', () => {
    const texts = fixture(`${ENTRY('team-a', '')}# -- team-a/route.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: slow, namespace: team-a}
spec:
  parentRefs: [{group: networking.istio.io, kind: ServiceEntry, name: api}]
  rules:
    # slow on Mondays
    - timeouts: {request: 3s}
      backendRefs:
        - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}
`);
    expect(conflictsOf(texts, { audience: 'all' })).toEqual([
      ['host-routed', 'api.example.com is already routed by HTTPRoute team-a/slow.', ['Extend it', 'Open it']],
    ]);
    const after = applied(texts, planned(texts, { audience: 'all', extend: ['HTTPRoute team-a/slow'] }));
    expect(after.get('team-a/route.yaml')).toContain(`    # slow on Mondays
    - timeouts: {request: 3s}
      backendRefs:
        - name: egress-gateway-istio
          namespace: istio-egress
          port: 80
`);
    expect(way(after, 'team-b')).toBe(THROUGH);
  });

  it('in Gateway API is told to who asks for the other form', () => {
    const texts = applied(new Map(), planned(new Map(), { audience: 'all' }));
    const request = { form: 'istio', audience: 'all', gateway: 'istio-system/istio-egressgateway' } as const;
    expect(conflictsOf(texts, { ...request, writeTo: ['istio-system'] })).toEqual([
      [
        'host-routed',
        'api.example.com is already routed by HTTPRoute team-a/to-gateway-api-example-com.',
        ['Write it with the Gateway API', 'Open it'],
      ],
    ]);
  });

  it('as the application’s own TLS by the same gateway keeps the gateway from beginning TLS to that port', () => {
    const texts = applied(new Map(), planned(new Map(), { pattern: 'tls-passthrough', audience: 'all' }));
    expect(conflictsOf(texts, { pattern: 'tls-origination', audience: 'all' })).toEqual([
      [
        'form',
        'TLSRoute istio-egress/from-gateway-api-example-com passes the application’s own TLS to port 443 of api.example.com by the same gateway, which would encrypt it twice: routes of Gateway API know no subsets.',
        ['Write it with the Istio API', 'Open it'],
      ],
    ]);
    const other = planned(texts, {
      pattern: 'tls-origination',
      audience: 'all',
      gateway: 'istio-egress/second',
    });
    expect([other.status, other.conflicts]).toEqual(['ready', []]);
    const after = applied(texts, other);
    expect(way(after, 'team-a')).toBe(
      'outside, gateway istio-egress/second-istio, tls api.example.com over http api.example.com',
    );
    expect(way(after, 'team-a', 'https')).toBe(
      'outside, gateway istio-egress/egress-gateway-istio, tls api.example.com over http api.example.com',
    );
  });
});

describe('the form', () => {
  const formOf = ({ choices }: RoutePlan) => choices.find(({ id }) => id === 'form')?.value;
  const { form: _, gateway: __, ...open } = REQUEST;

  it('is that of the routes which are there', () => {
    expect(formOf(planRoute(siteOf(new Map()), open))).toBe('Istio API');
    const api = applied(new Map(), planned(new Map(), { audience: 'all' }));
    expect(formOf(planRoute(siteOf(api), { ...open, host: 'pay.example.net' }))).toBe('Gateway API');
    const istio = applied(new Map(), planRoute(siteOf(new Map()), { ...open, writeTo: ['team-a', 'istio-system'] }));
    expect(formOf(planRoute(siteOf(istio), { ...open, host: 'pay.example.net' }))).toBe('Istio API');
  });

  it('is Istio’s own for patterns that have no other', () => {
    const api = applied(new Map(), planned(new Map(), { audience: 'all' }));
    const request = { ...open, pattern: 'sidecar-only', host: 'pay.example.net' } as const;
    expect(planRoute(siteOf(api), request).status).toBe('ready');
  });

  it.each([
    ['tcp', 'TCP needs a TCPRoute, which istiod leaves out unless it is told otherwise'],
    ['sidecar-only', 'without a gateway there is no route: a ServiceEntry is all there is'],
  ] as const)('is not there for %s, and why is told', (pattern, why) => {
    const texts = new Map<string, string>();
    expect(conflictsOf(texts, { pattern, ...(pattern === 'tcp' ? { port: 5432 } : {}) })).toEqual([
      ['form', `The pattern ${pattern} cannot be written with Gateway API: ${why}.`, ['Write it with the Istio API']],
    ]);
  });

  it('has no mutual TLS around the application’s own', () => {
    expect(conflictsOf(new Map(), { pattern: 'tls-passthrough', mutualHop: true })).toEqual([
      [
        'form',
        'With Gateway API the pattern tls-passthrough has no mutual TLS between sidecar and gateway: TLS inside mutual TLS needs a TCPRoute, which istiod leaves out unless it is told otherwise.',
        ['Write it with the Istio API', 'Leave mutual TLS out'],
      ],
    ]);
  });
});

it('a Sidecar that hides the ServiceEntry or the route of its own namespace is told, and extended', () => {
  const texts = fixture(`${ENTRY('shared', '')}# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-a}
spec:
  egress:
    - hosts: ["istio-egress/*"]
`);
  const [conflict] = planned(texts, { audience: ['team-a'] }).conflicts;
  expect([conflict?.code, conflict?.text]).toEqual([
    'sidecar-hides',
    'Sidecar team-a/default hides api.example.com from team-a: its egress hosts lack shared/api.example.com, ./api.example.com.',
  ]);
  const after = applied(texts, planned(texts, { audience: ['team-a'], ...conflict?.waysOut[0]?.change }));
  expect(after.get('sidecar.yaml')).toContain('["istio-egress/*", "shared/api.example.com", "./api.example.com"]');
  expect(way(after, 'team-a')).toBe(THROUGH);
});

it('settings that sidecars have for every host of the cluster are set right for the gateway', () => {
  const texts = fixture(`# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: mesh, namespace: team-a}
spec: {host: "*.local", trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}
`);
  const plan = planned(texts, { audience: ['team-a'] });
  expect(namesIn(plan)).toContain('DestinationRule team-a/egress-gateway-istio');
  expect(way(applied(texts, plan), 'team-a')).toBe(THROUGH);
});
