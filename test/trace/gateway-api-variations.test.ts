/** How istiod reads Gateways and routes of Gateway API where several things come together: every end follows from its source, which is named. */
import { describe, expect, it } from 'vitest';
import { endingsOf } from '../../server/src/calls/endings.ts';
import { parseCall } from '../../server/src/features/call-text.ts';
import { analyze, filesOf } from '../support/annotated.ts';
import { changed } from '../support/egress.ts';
import { API_HTTP, API_TLS, type ApiEgress, apiFixture } from '../support/gateway-api.ts';

const SETTINGS = "# -- .istio-egress.yaml\ncomplete: ['*']\nistio: {outboundTrafficPolicy: ALLOW_ANY}\n";
const OUT = 'gateway egress/gw-istio, outbound|80||api.example.com';
const TLS_OUT = 'gateway egress/gw-istio, outbound|443||api.example.com';
const STRAIGHT = 'outbound|80||api.example.com';

/** Where a call ends: the gateways on the way and the last cluster, or what stopped it. */
function ends(egress: ApiEgress, line = 'http://api.example.com from app'): readonly string[] {
  const reading = parseCall(line);
  if ('problem' in reading) throw new Error(reading.problem);
  const [traceable] = analyze(filesOf(apiFixture({ ...egress, more: `${egress.more ?? ''}${SETTINGS}` }))).traceables();
  if (!traceable) throw new Error('nothing to follow a call in');
  return endingsOf(traceable.tracer.trace(reading.call)).map(({ hops, cluster, kind }) =>
    [
      ...hops.slice(1).map(({ proxy }) => proxy),
      kind === 'external' || kind === 'original-destination' ? cluster?.name : kind,
    ].join(', '),
  );
}

function route(name: string, namespace: string, spec: string, kind = 'HTTPRoute'): string {
  return `# -- ${namespace}-${name}.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec:
${spec.replace(/^/gm, '  ')}
`;
}

const PARENT = '{group: networking.istio.io, kind: ServiceEntry, name: api}';
const HOST = '{group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}';

describe('HTTPRoutes with one parent and host are one list of rules, the more exact first', () => {
  const direct = (match: string) =>
    route('direct', 'app', `parentRefs: [${PARENT}]\nrules:\n  - matches: [${match}]\n    backendRefs: [${HOST}]`);

  it.each([
    [
      'a longer prefix of the other goes first',
      '{path: {value: /v1}}',
      'http://api.example.com/v1/x from app',
      STRAIGHT,
    ],
    ['and takes no more than it says', '{path: {value: /v1}}', 'http://api.example.com/v10 from app', OUT],
    [
      'a header more goes first',
      '{headers: [{name: x-a, value: b}]}',
      "http://api.example.com from app -H 'x-a: b'",
      STRAIGHT,
    ],
    ['a method goes before headers', '{method: GET}', 'http://api.example.com from app', STRAIGHT],
    [
      'a regular expression goes last',
      '{path: {type: RegularExpression, value: "/.*"}}',
      'http://api.example.com/v1 from app',
      OUT,
    ],
  ])('%s', (_title, match, call, end) => {
    expect(ends({ ...API_HTTP, more: direct(match) }, call)).toEqual([end]);
  });

  it('of equal ones the route of the name that comes first', () => {
    expect(ends({ ...API_HTTP, more: direct('{path: {value: /}}') })).toEqual([STRAIGHT]);
    const later = direct('{path: {value: /}}').replaceAll('direct', 'zz');
    expect(ends({ ...API_HTTP, more: later })).toEqual([OUT]);
  });

  it('one for a port is a list of its own, whose name comes first', () => {
    const onPort = route(
      'zz',
      'app',
      `parentRefs: [{group: networking.istio.io, kind: ServiceEntry, name: api, port: 80}]\nrules: [{backendRefs: [${HOST}]}]`,
    );
    expect(ends({ ...API_HTTP, more: onPort })).toEqual([STRAIGHT]);
  });
});

describe('what makes istiod leave out a whole route', () => {
  const rules = (second: string) =>
    changed(API_HTTP.to, '          port: 80\n', `          port: 80\n    - ${second}\n`);

  it.each([
    ['a backend without a port', 'backendRefs: [{group: networking.istio.io, kind: Hostname, name: api.example.com}]'],
    [
      'a Hostname with a namespace',
      'backendRefs: [{group: networking.istio.io, kind: Hostname, name: api.example.com, namespace: app, port: 80}]',
    ],
    [
      'a filter that is not supported',
      'filters: [{type: ExtensionRef, extensionRef: {group: a.io, kind: B, name: c}}]\n      backendRefs: [{name: gw-istio, namespace: egress, port: 80}]',
    ],
  ])('%s in one of its rules', (_title, second) => {
    expect(ends({ ...API_HTTP, to: rules(`matches: [{path: {value: /other}}]\n      ${second}`) })).toEqual([STRAIGHT]);
  });

  it('a backend without weight is not looked at', () => {
    const unused = changed(
      API_HTTP.to,
      '          port: 80\n',
      '          port: 80\n        - {group: networking.istio.io, kind: Hostname, name: api.example.com, namespace: app, port: 80, weight: 0}\n',
    );
    expect(ends({ ...API_HTTP, to: unused })).toEqual([OUT]);
  });

  it('without any weight the answer is 500', () => {
    expect(ends({ ...API_HTTP, to: `${API_HTTP.to}          weight: 0\n` })).toEqual(['direct-response']);
  });
});

describe('listeners', () => {
  const two = `${API_HTTP.gateway}    - {name: all, port: 80, protocol: HTTP, hostname: "*.example.com"}\n`;

  it('a hostname belongs to the most exact listener of its port', () => {
    const wide = changed(API_HTTP.from, '    - name: gw\n', '    - {name: gw, sectionName: all}\n');
    expect(ends({ ...API_HTTP, gateway: two })).toEqual([OUT]);
    expect(ends({ ...API_HTTP, gateway: two, from: wide })).toEqual(['gateway egress/gw-istio, no-route']);
  });

  it('of two that take the same the first is programmed', () => {
    const second = `${API_HTTP.gateway}    - {name: again, port: 80, protocol: HTTPS, hostname: api.example.com, tls: {options: {gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL}}}\n`;
    const from = changed(API_HTTP.from, '    - name: gw\n', '    - {name: gw, sectionName: again}\n');
    expect(ends({ ...API_HTTP, gateway: second })).toEqual([OUT]);
    expect(ends({ ...API_HTTP, gateway: second, from })).toEqual(['gateway egress/gw-istio, no-route']);
  });

  it('a selector admits a namespace by its name', () => {
    const selecting = (name: string) =>
      `${API_HTTP.gateway}      allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: ${name}}}}}\n`;
    expect(ends({ ...API_HTTP, gateway: selecting('egress') })).toEqual([OUT]);
    expect(ends({ ...API_HTTP, gateway: selecting('team') })).not.toEqual([OUT]);
  });
});

describe('TLSRoutes', () => {
  const CALL = 'https://api.example.com from app';
  const named = (part: 'to' | 'from', hostnames: string) => ({
    ...API_TLS,
    [part]: changed(API_TLS[part], 'hostnames: [api.example.com]', `hostnames: [${hostnames}]`),
  });

  it.each([
    ['a wildcard of the route is narrowed to the listener', named('from', '"*.com"'), TLS_OUT],
    ['sidecars take a wildcard over the host', named('to', '"*.example.com"'), TLS_OUT],
    [
      'one other server name takes no call to the host',
      named('to', 'www.example.org'),
      'outbound|443||PassthroughCluster',
    ],
    ['of several, those that fit the host', named('to', 'www.example.org, api.example.com'), TLS_OUT],
    ['several of which none fits take every server name', named('to', 'www.example.org, www.example.net'), TLS_OUT],
  ])('%s', (_title, egress, end) => {
    expect(ends(egress, CALL)).toEqual([end.replace('outbound|443||Passthrough', 'Passthrough')]);
  });

  it('a ServiceEntry of another protocol is none for them', () => {
    const entry = changed(API_TLS.entry, 'protocol: TLS', 'protocol: TCP');
    expect(ends({ ...API_TLS, entry }, CALL)).toEqual(['outbound|443||api.example.com']);
  });
});

describe('ReferenceGrants', () => {
  const elsewhere = changed(
    API_HTTP.from,
    `        - group: networking.istio.io
          kind: Hostname
          name: api.example.com
          port: 80
`,
    '        - {name: web, namespace: shop, port: 80}\n',
  );
  const service = `# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
`;
  const grant = (from: string, to: string) => `# -- grant.yaml
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: to-web, namespace: shop}
spec:
  from: [{group: gateway.networking.k8s.io, ${from}}]
  to: [{group: "", ${to}}]
`;
  const lead = (more: string) => ends({ ...API_HTTP, from: elsewhere, more: `${service}${more}` });
  const LEADS = ['gateway egress/gw-istio, no-endpoints'];

  it.each([
    ['for all Services', grant('kind: HTTPRoute, namespace: egress', 'kind: Service'), true],
    ['for this one', grant('kind: HTTPRoute, namespace: egress', 'kind: Service, name: web'), true],
    ['for another one', grant('kind: HTTPRoute, namespace: egress', 'kind: Service, name: db'), false],
    ['for another kind of route', grant('kind: TLSRoute, namespace: egress', 'kind: Service'), false],
    ['for another namespace', grant('kind: HTTPRoute, namespace: app', 'kind: Service'), false],
    ['none', '', false],
  ])('%s', (_title, more, granted) => {
    if (granted) expect(lead(more)).toEqual(LEADS);
    else expect(lead(more)).not.toEqual(LEADS);
  });
});
