import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, API_TLS, type ApiEgress, apiFixture } from '../../../test/support/gateway-api.ts';
import { rule } from './port-not-routed.ts';

function entry(ports: string, hosts = '[api.example.com]'): string {
  return `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec: {hosts: ${hosts}, ports: [${ports}], resolution: DNS}
`;
}

function route(rules: string, name = 'route'): string {
  return `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, infra/egress]
${rules}`;
}

const HTTP = '{number: 80, name: http, protocol: HTTP}';
const TLS = '{number: 443, name: tls, protocol: TLS}';
const toGateway = (match: string) =>
  `    - match: [{gateways: [mesh], ${match}}]\n      route: [{destination: {host: egress.infra.svc.cluster.local, port: {number: 80}}}]\n`;
const outward = (port: number) =>
  `    - match: [{gateways: [infra/egress], port: 80}]\n      route: [{destination: {host: api.example.com, port: {number: ${port}}}}]\n`;
const ON_80 = route(`  http:\n${toGateway('port: 80')}${outward(80)}`);

const found = (...files: readonly string[]) =>
  findingsOf(files.join(''), { rules: [rule] }).map((each) => each.severity);

describe('a port that no rule takes', () => {
  it('is an information where another one goes through the gateway', () => {
    expectFindings(
      `
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
    - {number: 443, name: tls, protocol: TLS}
#              ^^^ information port-not-routed: Calls to port 443 of \`api.example.com\` go straight out: no rule takes them, and its other ports go through the egress gateway. Add a rule for the port, or leave the port out.
  resolution: DNS
${ON_80}`,
      { rules: [rule] },
    );
  });

  it.each([
    ['kept to the namespace of the gateway', 'infra', '["."]', []],
    ['kept to the namespace of the ServiceEntry', 'app', '["."]', ['information']],
    ['shown to a namespace of clients', 'infra', '[".", shop]', ['information']],
  ])('counts by a route that is %s', (_title, namespace, exportTo, expected) => {
    const shown = ON_80.replace('namespace: app', `namespace: ${namespace}`).replace(
      '  hosts:',
      `  exportTo: ${exportTo}\n  hosts:`,
    );
    expect(found(entry(`${HTTP}, ${TLS}`), shown)).toEqual(expected);
  });

  it('is found where the gateway sends to the port that is called there, which is another one', () => {
    const implied = `    - match: [{gateways: [infra/egress], port: 80}]\n      route: [{destination: {host: api.example.com}}]\n`;
    expect(found(entry(`${HTTP}, ${TLS}`), route(`  http:\n${toGateway('port: 80')}${implied}`))).toEqual([
      'information',
    ]);
  });

  it('is found for HTTP on another port', () => {
    expect(found(entry(`${HTTP}, {number: 8080, name: web, protocol: HTTP}`), ON_80)).toEqual(['information']);
  });
});

describe('a port that no route of Gateway API takes', () => {
  const two = (fixture: ApiEgress, port: string) => ({
    ...fixture,
    entry: changed(fixture.entry, '  resolution', `    - ${port}\n  resolution`),
  });
  const foundIn = (fixture: ApiEgress) => found(apiFixture(fixture));

  it('is an information where another one goes through the gateway', () => {
    expect(foundIn(two(API_HTTP, TLS))).toEqual(['information']);
    expect(foundIn(two(API_TLS, HTTP))).toEqual(['information']);
    const for80 = changed(API_HTTP.to, 'name: api\n', 'name: api\n      port: 80\n');
    const web = '{number: 8080, name: web, protocol: HTTP}';
    expect(foundIn(two({ ...API_HTTP, to: for80 }, web))).toEqual(['information']);
  });

  it.each<[string, ApiEgress]>([
    ['the route is for all ports of its protocol', two(API_HTTP, '{number: 8080, name: web, protocol: HTTP}')],
    [
      'another route takes it',
      { ...two(API_HTTP, TLS), more: `# -- tls.yaml\n${changed(API_TLS.to, 'name: to-gateway', 'name: tls')}` },
    ],
    ['the gateway sends to it', two({ ...API_HTTP, from: changed(API_HTTP.from, 'port: 80', 'port: 443') }, TLS)],
    ['no route is for sidecars', two({ ...API_HTTP, to: '' }, TLS)],
  ])('is silent where %s', (_, fixture) => {
    expect(foundIn(fixture)).toEqual([]);
  });
});

describe('is silent', () => {
  const tls = route(
    `  tls:\n    - match: [{gateways: [mesh], port: 443, sniHosts: [api.example.com]}]\n      route: [{destination: {host: egress.infra.svc.cluster.local, port: {number: 443}}}]\n`,
    'tls',
  );
  it.each<[string, readonly string[]]>([
    ['where a rule takes the port', [entry(`${HTTP}, ${TLS}`), ON_80, tls]],
    [
      'where the gateway sends to the port',
      [entry(`${HTTP}, ${TLS}`), route(`  http:\n${toGateway('port: 80')}${outward(443)}`)],
    ],
    [
      'where rules are for any port',
      [entry(`${HTTP}, {number: 8080, name: web, protocol: HTTP}`), route(`  http:\n${toGateway('uri: {prefix: /}')}`)],
    ],
    ['where nothing goes through a gateway', [entry(`${HTTP}, ${TLS}`)]],
    [
      'for TCP, which needs addresses to be told apart',
      [entry(`${HTTP}, {number: 5432, name: tcp, protocol: TCP}`), ON_80],
    ],
    ['for several hosts', [entry(`${HTTP}, ${TLS}`, '[api.example.com, www.example.com]'), ON_80]],
    ['for a port that is a placeholder', [entry(`${HTTP}, {number: "\${PORT}", name: tls, protocol: TLS}`), ON_80]],
    [
      'beside a rule for a port that is not known',
      [entry(`${HTTP}, ${TLS}`), route(`  http:\n${toGateway('port: "${PORT}"')}`)],
    ],
  ])('%s', (_, files) => {
    expect(found(...files)).toEqual([]);
  });
});
