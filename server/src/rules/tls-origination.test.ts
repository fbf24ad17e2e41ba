/** TLS that proxies add for some callers, and not for others. */
import { describe, expect, it } from 'vitest';
import { analyze, applyFixes, expectFixed, filesOf, findingsOf } from '../../../test/support/annotated.ts';
import { changed, codesOf, type Egress, fixtureOf, HTTP } from '../../../test/support/egress.ts';
import { API_HTTP } from '../../../test/support/gateway-api.ts';

const ENTRY = `# -- weather.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: weather, namespace: shop}
spec:
  hosts: [weather.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP, targetPort: 443}
    - {number: 443, name: https, protocol: HTTPS}
  resolution: DNS
`;

function rule(spec: string): string {
  return `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: weather, namespace: shop}
spec:
  host: weather.example.com
${spec}`;
}

const TLS = (port: number) =>
  `  trafficPolicy:\n    portLevelSettings:\n      - {port: {number: ${port}}, tls: {mode: SIMPLE, sni: weather.example.com}}\n`;

/** Plain calls that come in from outside and are sent on to the TLS port. */
const INGRESS = `# -- ingress.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: front, namespace: shop}
spec:
  hosts: ["*"]
  gateways: [edge/front]
  http:
    - match: [{uri: {prefix: /weather}}]
      rewrite: {uri: /, authority: weather.example.com}
      route:
        - destination: {host: weather.example.com, port: {number: 443}}
`;

const severities = (...texts: readonly string[]) =>
  findingsOf(texts.join('')).map(({ severity, code }) => `${severity} ${code}`);

it('TLS on top of TLS is an error', () => {
  expect(severities(ENTRY, rule(TLS(80) + TLS(443).split('\n').slice(2).join('\n')))).toEqual(['error tls-in-tls']);
});

it('TLS for the plain calls of another route is meant', () => {
  expect(severities(ENTRY, rule(TLS(80) + TLS(443).split('\n').slice(2).join('\n')), INGRESS)).toEqual([]);
});

const OUTSIDE_NAME = `# -- name.yaml
apiVersion: v1
kind: Service
metadata: {name: forecast, namespace: shop}
spec:
  type: ExternalName
  externalName: weather.example.com
  ports: [{port: 443, name: https, protocol: TCP}]
`;

it.each([
  [
    'an HTTPRoute',
    `# -- ingress.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: front, namespace: shop}
spec:
  parentRefs: [{name: front, namespace: edge}]
  hostnames: [shop.example.net]
  rules:
    - matches: [{path: {type: PathPrefix, value: /v1}}]
      filters: [{type: URLRewrite, urlRewrite: {hostname: weather.example.com}}]
      backendRefs: [{name: forecast, port: 443}]
`,
  ],
  [
    'a VirtualService',
    `# -- ingress.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: front, namespace: shop}
spec:
  hosts: [shop.example.net]
  gateways: [edge/front]
  http:
    - rewrite: {authority: weather.example.com}
      route:
        - destination: {host: forecast, port: {number: 443}}
`,
  ],
])('TLS for the plain calls of %s to another name of the host is meant', (_what, route) => {
  const entry = ENTRY.replace('    - {number: 80, name: http, protocol: HTTP, targetPort: 443}\n', '');
  const tls = rule('  trafficPolicy:\n    tls: {mode: SIMPLE}\n');
  expect(severities(entry, tls)).toEqual(['error tls-in-tls']);
  expect(severities(entry, tls, OUTSIDE_NAME, route)).toEqual([]);
});

it('TLS for the plain calls of one route is an error where another sends TLS', () => {
  const passthrough = `# -- passthrough.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: passthrough, namespace: shop}
spec:
  hosts: [weather.example.com]
  tls:
    - match: [{port: 443, sniHosts: [weather.example.com]}]
      route:
        - destination: {host: weather.example.com, port: {number: 443}}
`;
  const both = rule(TLS(80) + TLS(443).split('\n').slice(2).join('\n'));
  const findings = findingsOf([ENTRY, both, INGRESS, passthrough].join(''));
  expect(findings.map(({ severity, message }) => [severity, message])).toEqual([
    [
      'error',
      'TLS in TLS to weather.example.com:443: applications send TLS by themselves, and DestinationRule `shop/weather` adds it again. Put its `tls` into a subset for plain calls.',
    ],
  ]);
});

it('TLS for pods of some labels is a hint: only they may call', () => {
  const selector = '  workloadSelector: {matchLabels: {app: forecast}}\n';
  expect(severities(ENTRY, rule(selector + TLS(80)))).toEqual(['hint plain-http-to-tls-port']);
  expect(severities(ENTRY, rule(TLS(80)))).toEqual([]);
});

describe('TLS that the gateway should add', () => {
  const ORIGINATION: Egress = {
    ...HTTP,
    entry: changed(
      HTTP.entry,
      '    - {number: 80, name: http, protocol: HTTP}\n',
      '    - {number: 80, name: http, protocol: HTTP}\n    - {number: 443, name: https, protocol: HTTPS}\n',
    ),
    route: changed(
      HTTP.route,
      'host: api.example.com\n            port: {number: 80}',
      'host: api.example.com\n            port: {number: 443}',
    ),
    rule: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: originate, namespace: istio-system}
spec:
  host: api.example.com
  trafficPolicy:
    portLevelSettings:
      - {port: {number: 443}, tls: {mode: SIMPLE, sni: api.example.com}}
`,
  };
  const { route } = ORIGINATION;
  const grave = (egress: Egress) => codesOf(egress).filter((each) => /^(error|warning)/.test(each));

  it.each([
    ['is right', route, []],
    [
      'is for a host with a slip, which alone is told',
      changed(route, 'host: api.example.com\n', 'host: ap.example.com\n'),
      ['error destination-host-not-found'],
    ],
    [
      'has no rule of the gateway, which alone is told',
      route.slice(0, route.lastIndexOf('    - match:')),
      ['error gateway-leg-missing'],
    ],
    [
      'has a rule of the gateway that leads back, which alone is told',
      changed(
        route,
        'host: api.example.com\n            port: {number: 443}',
        'host: istio-egressgateway.istio-system.svc.cluster.local\n            port: {number: 80}',
      ),
      ['error route-loops'],
    ],
    ['is an error where the gateway sends calls on as they are', HTTP.route, ['error tls-in-tls']],
  ])('%s', (_, changedRoute, expected) => {
    expect(grave({ ...ORIGINATION, route: changedRoute })).toEqual(expected);
  });

  it('is what the rule that is added or corrected sends to', () => {
    const missing = { ...ORIGINATION, route: route.slice(0, route.lastIndexOf('    - match:')) };
    const back = changed(
      route,
      'host: api.example.com\n            port: {number: 443}',
      'host: istio-egressgateway.istio-system.svc.cluster.local\n            port: {number: 80}',
    );
    for (const egress of [missing, { ...ORIGINATION, route: back }]) {
      const [fix] = findingsOf(fixtureOf(egress)).flatMap(({ fixes }) => fixes);
      const fixed = applyFixes(filesOf(fixtureOf(egress)), fix ? [fix] : []);
      const after = analyze(fixed);
      expect(
        after.paths().flatMap((path) => after.findings(path).map(({ code, severity }) => `${severity} ${code}`)),
      ).toEqual([]);
      expect(fixed.get('route.yaml')).toContain('number: 443');
    }
  });
});

describe('TLS that a DestinationRule sets, and does not add', () => {
  const entry = ENTRY.replace('namespace: shop', 'namespace: external');
  const told = (...texts: readonly string[]) =>
    findingsOf(texts.join('')).flatMap(({ code, message }) => (code === 'plain-http-to-tls-port' ? [message] : []));

  it('is for another port in the namespace that has it, whoever else calls', () => {
    expect(told(entry, rule(TLS(443)))).toEqual([
      'Plain HTTP to weather.example.com:443: DestinationRule `shop/weather` adds TLS for port 443, and calls are sent to port 80. Set it for port 80.',
    ]);
  });

  it('is in another namespace than those who call', () => {
    expect(told(entry, rule(TLS(80)))).toEqual([
      'Plain HTTP to weather.example.com:443: sidecars of `external` cannot use DestinationRule `shop/weather`, which would add TLS. Move it to their namespace, or show it to them.',
    ]);
  });

  it('is hidden by its exportTo where Istio looks for it', () => {
    expect(
      told(entry, rule(`  exportTo: [edge]\n${TLS(80)}`).replace('namespace: shop', 'namespace: external')),
    ).toEqual([
      'Plain HTTP to weather.example.com:443: the exportTo of DestinationRule `external/weather`, which would add TLS, does not show it to sidecars of `external`. Add `external`.',
    ]);
  });

  it('is lost to a DestinationRule that goes first', () => {
    const first = `# -- a.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: shop}
spec:
  host: weather.example.com
  trafficPolicy:
    tls: {mode: DISABLE}
`;
    expect(told(ENTRY, first, rule(TLS(80)))).toEqual([
      'Plain HTTP to weather.example.com:443: DestinationRule `shop/a` goes first with its own traffic policy, so `shop/weather` adds no TLS. Put them into one.',
    ]);
    expect(told(ENTRY, first.replace('name: a', 'name: z'), rule(TLS(80)))).toEqual([]);
  });
});

it('a TLS port that is declared as HTTP is declared as TLS, where no route reads HTTP from it', () => {
  const entry = `# -- weather.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: weather, namespace: shop}
spec:
  hosts: [weather.example.com]
  ports:
    - {number: 443, name: http, protocol: HTTP}
  resolution: DNS
`;
  const fixes = (text: string) =>
    findingsOf(text)
      .filter(({ code }) => code === 'plain-http-to-tls-port')
      .map((each) => each.fixes.map(({ title }) => title));
  expect(fixes(entry)).toEqual([['Declare the port as TLS']]);
  const to = API_HTTP.to.replace('name: api', 'name: weather');
  const routed = `# -- gateway.yaml\n${API_HTTP.gateway}---\n${API_HTTP.from}---\n${to}`;
  const named = routed.replaceAll('api.example.com', 'weather.example.com');
  expect(fixes(entry.replace('shop', 'egress') + named)).toEqual([[]]);
});

it('of two ServiceEntries for a TLS port, the one that says that it is plain is told', () => {
  const entry = (name: string, protocol: string) => `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: shop}
spec:
  hosts: [weather.example.com]
  ports:
    - {number: 443, name: port, protocol: ${protocol}}
  resolution: DNS
`;
  const both = (protocol: string) => entry('older', protocol) + entry('weather', 'TLS');
  const [finding, ...others] = findingsOf(both('HTTP')).filter(({ code }) => code === 'plain-http-to-tls-port');
  expect(others).toEqual([]);
  expect(finding?.message).toContain('port 443 is declared as `HTTP`');
  expectFixed(both('HTTP'), both('TLS'), { fixOf: 'plain-http-to-tls-port' });
});
