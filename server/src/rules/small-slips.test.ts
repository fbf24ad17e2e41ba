/** Checks of one value in a VirtualService, and of the namespace that it is in. */
import { describe, expect, it } from 'vitest';
import { expectFixed, findingsOf } from '../../../test/support/annotated.ts';
import { rule as portImplied } from './destination-port-implied.ts';
import { rule as notDiscovered } from './namespace-not-discovered.ts';
import type { Rule } from './rule.ts';
import { rule as weightIgnored } from './route-weight-ignored.ts';
import { rule as inAmbient } from './sidecar-route-in-ambient.ts';
import { rule as hostAddress } from './virtual-service-host-address.ts';

const EGRESS = 'egress.infra.svc.cluster.local';

function route(rules: string, { host = 'api.example.com', gateways = '[mesh]', block = 'http' } = {}): string {
  return `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: ["${host}"]
  gateways: ${gateways}
  ${block}:
    ${rules}
`;
}

const severities = (rule: Rule, ...files: readonly string[]) =>
  findingsOf(files.join(''), { rules: [rule] }).map((each) => each.severity);

describe('a destination without a port', () => {
  const service = (ports: string) => `# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: infra}
spec: {selector: {istio: egress}, ports: ${ports}}
`;
  const TWO = service('[{name: http, port: 80}, {name: https, port: 443}]');
  const to = (destination: string, match = '[{port: 80}]') =>
    route(`- match: ${match}\n      route:\n        - destination: ${destination}`);

  it('is a hint where its host has several, and is written out where one is dialled', () => {
    expect(severities(portImplied, to(`{host: ${EGRESS}}`), TWO)).toEqual(['hint']);
    expectFixed(to(`{host: ${EGRESS}}`) + TWO, to(`{host: ${EGRESS}, port: {number: 80}}`) + TWO, {
      rules: [portImplied],
    });
  });

  it.each<[string, readonly string[]]>([
    ['its host has one', [to(`{host: ${EGRESS}}`), service('[{name: http, port: 80}]')]],
    ['its port is empty, which is told', [to(`{host: ${EGRESS}, port: {}}`), TWO]],
    ['it has a port', [to(`{host: ${EGRESS}, port: {number: 443}}`), TWO]],
    ['no dialled port is one of them: calls tell of it', [to(`{host: ${EGRESS}}`, '[{port: 8080}]'), TWO]],
    ['the Service is not here', [to(`{host: ${EGRESS}}`)]],
    [
      'a port is a placeholder',
      [to(`{host: ${EGRESS}}`), service('[{name: http, port: 80}, {name: x, port: "${PORT}"}]')],
    ],
    ['the standard install is all that is known', [to('{host: istio-egressgateway.istio-system.svc.cluster.local}')]],
  ])('is silent where %s', (_, files) => {
    expect(severities(portImplied, ...files)).toEqual([]);
  });
});

describe('a weight', () => {
  const one = (weight: string) => route(`- route:\n        - destination: {host: a}\n${weight}`);

  it('of the only destination is a hint, and removed', () => {
    expect(severities(weightIgnored, one('          weight: 50\n'))).toEqual(['hint']);
    expect(severities(weightIgnored, one('          weight: 0\n'))).toEqual(['hint']);
    expectFixed(one('          weight: 50\n'), one(''), { rules: [weightIgnored] });
  });

  it('of a destination that is there twice is a hint', () => {
    const twice = (b: string) =>
      route(`- route: [{destination: {host: a, subset: x}, weight: 50}, {destination: ${b}, weight: 50}]`);
    expect(severities(weightIgnored, twice('{host: a, subset: x}'))).toEqual(['hint']);
    for (const other of ['{host: a, subset: y}', '{host: a}', '{host: b, subset: x}', '{host: a, subset: "${S}"}'])
      expect(severities(weightIgnored, twice(other))).toEqual([]);
  });

  it.each(['          weight: 100\n', '', '          weight: "${WEIGHT}"\n'])('is silent: %j', (weight) => {
    expect(severities(weightIgnored, one(weight))).toEqual([]);
  });
});

describe('an address as a host', () => {
  const RULE = '- route: [{destination: {host: a}}]';

  it('is a hint with http rules', () => {
    expect(severities(hostAddress, route(RULE, { host: '192.0.2.10' }))).toEqual(['hint']);
    expect(severities(hostAddress, route(RULE, { host: '2001:db8::1' }))).toEqual(['hint']);
  });

  it.each<[string, string]>([
    ['for tcp rules', route(RULE, { host: '192.0.2.10', block: 'tcp' })],
    ['for a name', route(RULE)],
    ['for a name with numbers', route(RULE, { host: '192.0.2.10.nip.io' })],
    ['at an ingress gateway', route(RULE, { host: '192.0.2.10', gateways: '[infra/ingress]' })],
  ])('is silent %s', (_, fixture) => {
    expect(severities(hostAddress, fixture)).toEqual([]);
  });
});

describe('a route for sidecars in an ambient namespace', () => {
  const namespace = (name: string, labels: string) => `# -- namespace-${name}.yaml
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: ${labels}}
`;
  const AMBIENT = namespace('app', '{istio.io/dataplane-mode: ambient}');
  const ROUTE = route(`- route: [{destination: {host: ${EGRESS}, port: {number: 80}}}]`);
  const entry = (labels: string) => `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app, labels: ${labels}}
spec: {hosts: [api.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}
`;

  it('is a warning', () => {
    expect(severities(inAmbient, ROUTE, AMBIENT)).toEqual(['warning']);
    expect(severities(inAmbient, ROUTE, AMBIENT, entry('{a: b}'))).toEqual(['warning']);
  });

  it('is a warning where it is elsewhere, and all that call are ambient', () => {
    const clients = (names: string) => `# -- .istio-egress.yaml\nclients: [${names}]\n`;
    const shop = namespace('shop', '{istio.io/dataplane-mode: ambient}');
    expect(severities(inAmbient, clients('shop'), ROUTE, shop)).toEqual(['warning']);
    expect(severities(inAmbient, clients('shop, web'), ROUTE, shop)).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['the namespace has sidecars', [ROUTE, namespace('app', '{istio-injection: enabled}')]],
    ['nothing tells of the namespace', [ROUTE]],
    [
      'the namespace has a waypoint',
      [ROUTE, namespace('app', '{istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}')],
    ],
    ['the ServiceEntry has a waypoint', [ROUTE, AMBIENT, entry('{istio.io/use-waypoint: waypoint}')]],
    ['another namespace with sidecars sees it', [ROUTE, AMBIENT, namespace('shop', '{istio-injection: enabled}')]],
    ['a client of another namespace sees it', ['# -- .istio-egress.yaml\nclients: [shop]\n', ROUTE, AMBIENT]],
    [
      'it is the leg of a gateway',
      [route('- route: [{destination: {host: api.example.com}}]', { gateways: '[infra/egress]' }), AMBIENT],
    ],
    [
      'it has nothing to do with egress',
      [
        route('- route: [{destination: {host: v2.app.svc.cluster.local}}]', { host: 'web.app.svc.cluster.local' }),
        AMBIENT,
      ],
    ],
  ])('is silent where %s', (_, files) => {
    expect(severities(inAmbient, ...files)).toEqual([]);
  });
});

describe('a namespace that istiod does not look at', () => {
  const config = (selectors: string) => `# -- operator.yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec: {meshConfig: {discoverySelectors: ${selectors}}}
`;
  const LABEL = config('[{matchLabels: {istio-discovery: enabled}}]');
  const namespace = (labels: string, name = 'app') => `# -- namespace.yaml
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: ${labels}}
`;
  const ROUTE = route('- route: [{destination: {host: a}}]');

  it('is a warning where it holds something', () => {
    expect(severities(notDiscovered, LABEL, namespace('{team: a}'), ROUTE)).toEqual(['warning']);
  });

  it('is found in the ConfigMap of istiod too', () => {
    const map = `# -- config.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    discoverySelectors:
      - matchLabels: {istio-discovery: enabled}
`;
    expect(severities(notDiscovered, map, namespace('{team: a}'), ROUTE)).toEqual(['warning']);
  });

  it.each<[string, readonly string[]]>([
    ['it has the label', [LABEL, namespace('{istio-discovery: enabled}'), ROUTE]],
    ['it is named', [config('[{matchLabels: {kubernetes.io/metadata.name: app}}]'), namespace('{a: b}'), ROUTE]],
    ['it holds nothing of Istio', [LABEL, namespace('{a: b}', 'tools'), ROUTE]],
    ['expressions select', [config('[{matchExpressions: [{key: a, operator: Exists}]}]'), namespace('{a: b}'), ROUTE]],
    ['a label is a placeholder', [config('[{matchLabels: {a: "${VALUE}"}}]'), namespace('{a: b}'), ROUTE]],
    ['nothing is said of namespaces', [config('[]'), namespace('{a: b}'), ROUTE]],
    ['its labels are not here', [LABEL, ROUTE]],
  ])('is silent where %s', (_, files) => {
    expect(severities(notDiscovered, ...files)).toEqual([]);
  });
});
