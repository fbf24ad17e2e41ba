/** What keeps a resource out of the mesh, or does nothing in it: each on its token. */
import { describe, expect, it } from 'vitest';
import { createAnalysis } from '../analysis/analysis.ts';
import { readContents } from '../manifest/read-contents.ts';
import { expectFindings, expectFixed, filesOf, findingsOf } from '../../../test/support/annotated.ts';

/** A VirtualService with these lines as its spec. */
const route = (spec: string) => `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: egress}
spec:
${spec}`;
const entry = (spec: string) => `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: egress}
spec:
${spec}`;
const codes = (fixture: string) => findingsOf(fixture).map(({ severity, code }) => `${severity} ${code}`);

describe('field-unknown', () => {
  it('names the field that was meant, in snake case, another case, or with a slip', () => {
    expectFindings(
      route(`  Hosts: [api.example.com]
# ^^^^^ error field-unknown: Rejected by the API server: \`Hosts\` is no field of \`spec\`. Did you mean \`hosts\`?
  tls:
    - match:
        - sni_hosts: [api.example.com]
#         ^^^^^^^^^ error field-unknown: Rejected by the API server: \`sni_hosts\` is no field of \`spec.tls[0].match[0]\`. Did you mean \`sniHosts\`?
          prot: 443
#         ^^^^ error field-unknown: Rejected by the API server: \`prot\` is no field of \`spec.tls[0].match[0]\`. Did you mean \`port\`?
      route:
        - destination: {host: api.example.com}
`),
    );
  });

  it('says where a field belongs that is on the wrong level', () => {
    expectFindings(
      route(`  hosts: [api.example.com]
  http:
    - match:
        - uri: {prefix: /v1}
          destination: {host: api.example.com}
#         ^^^^^^^^^^^ error field-unknown: Rejected by the API server: \`destination\` is no field of \`spec.http[0].match[0]\`. It belongs to \`route[]\` in \`spec.http[0]\`.
      route:
        - destination: {host: api.example.com}
`),
    );
  });

  it('is fixed by the right name, with its value as it was', () => {
    const text = (name: string) =>
      route(`  hosts: [api.example.com]
  tls:
    - match:
        - ${name}: [api.example.com] # all
      route:
        - destination: {host: api.example.com}
`);
    expectFixed(text('sni_hosts'), text('sniHosts'));
  });

  it('renames to nothing that is there already, or takes another kind of value', () => {
    const [finding] = findingsOf(entry('  host: api.example.com\n  hosts: [api.example.com]\n'));
    expect(finding).toMatchObject({ code: 'field-unknown', fixes: [] });
  });
});

describe('values', () => {
  it('that are none of the constants, with the one that was meant', () => {
    expectFindings(
      entry(`  hosts: [api.example.com]
  ports: [{number: 443, name: tls, protocol: TLSS}]
#                                            ^^^^ error value-not-allowed: Rejected by istiod's webhook: \`TLSS\` is no protocol. Did you mean \`TLS\`?
  location: mesh_external
#           ^^^^^^^^^^^^^ error value-not-allowed: Rejected by the API server: \`mesh_external\` is no value of \`location\`. Did you mean \`MESH_EXTERNAL\`?
  resolution: dns
#             ^^^ error value-not-allowed: Rejected by the API server: \`dns\` is no value of \`resolution\`. Did you mean \`DNS\`?
`),
    );
  });

  it('out of range, of the wrong form, or no whole number', () => {
    expectFindings(
      route(`  hosts: [api.example.com]
  http:
    - timeout: 0.5ms
#              ^^^^^ error value-invalid: Rejected by the API server: \`0.5ms\` is shorter than \`1ms\`.
      match:
        - uri: {regex: "^/(?!v1)"}
#                      ^^^^^^^^^^ error value-invalid
      retries: {attempts: 2, retryOn: "5xx, reset"}
#                                     ^^^^^^^^^^^^ error value-not-allowed: Rejected by istiod's webhook: \` reset\` is no condition to retry on. Write no blanks after commas.
      route:
        - destination: {host: api.example.com, port: {number: 80.5}}
#                                                             ^^^^ error value-wrong-type: Rejected by the API server: \`80.5\` is a number, but \`spec.http[0].route[0].destination.port.number\` takes a whole number.
        - destination: {host: api.example.com, port: {number: 0}}
#                                                             ^ error value-out-of-range: Rejected by istiod's webhook: Port 0 is not between 1 and 65535.
          weight: 1
`),
    );
  });

  it.each([['/v[12]/.*'], ['(?i)abc'], ['a{2,3}?'], ['[[:alpha:]-]+'], ['\\\\d+\\\\.\\\\w'], ['(?P<id>x)']])(
    'that are regular expressions of RE2 are right: %s',
    (regex) => {
      const text = route(
        `  hosts: [api.example.com]\n  http: [{match: [{uri: {regex: "${regex}"}}], route: [{destination: {host: a.com}}]}]\n`,
      );
      expect(codes(text).filter((each) => each.includes('value-invalid'))).toEqual([]);
    },
  );

  it.each([['a**'], ['(a'], ['[z-a]'], ['*a'], ['a\\\\1'], ['x{1001}'], ['(?<=a)b']])(
    'that are none are told: %s',
    (regex) => {
      const text = route(
        `  hosts: [api.example.com]\n  http: [{match: [{uri: {regex: "${regex}"}}], route: [{destination: {host: a.com}}]}]\n`,
      );
      expect(codes(text)).toContain('error value-invalid');
    },
  );
});

describe('a server name that no host covers', () => {
  const named = (host: string, sniHosts: string, destination = 'egress.infra.svc.cluster.local') =>
    route(`  hosts: ["${host}"]
  tls:
    - match: [{sniHosts: ${sniHosts}}]
      route: [{destination: {host: ${destination}, port: {number: 443}}}]
`);
  const api = entry('  hosts: [api.example.com]\n  ports: [{number: 443, name: tls, protocol: TLS}]\n');
  const fixOf = 'sni-host-not-covered';

  it('is that of the host', () => {
    expectFixed(named('api.example.com', '[ap.example.com]'), named('api.example.com', '[api.example.com]'));
  });

  it('is right where it is declared, and the host is the slip', () => {
    const right = named('api.example.com', '[api.example.com]') + api;
    expectFixed(named('ap.example.com', '[api.example.com]') + api, right, { fixOf });
  });

  it('is right where the route sends on to it', () => {
    const sent = (host: string) => named(host, '[api.example.com]', 'api.example.com');
    expectFixed(sent('ap.example.com'), sent('api.example.com'), { fixOf });
  });

  it('is too much where the host is there too', () => {
    const one = named('api.example.com', '[api.example.com]');
    expectFixed(named('api.example.com', '[api.example.com, extra.example.com]'), one);
  });

  it('is not made the host where that is no name', () => {
    const wrong = findingsOf(named('www.*.example.com', '["*.example.com"]'));
    expect(wrong.filter(({ code }) => code === fixOf)).toMatchObject([{ fixes: [] }]);
  });
});

describe('a VirtualService without hosts', () => {
  const delegate = (spec: string) => findingsOf(route(spec)).flatMap(({ fixes }) => fixes.map(({ title }) => title));
  const tls = '  tls: [{match: [{sniHosts: [api.example.com]}], route: [{destination: {host: api.example.com}}]}]\n';

  it('loses what a delegate cannot have where a rule stays', () => {
    expect(delegate(`  http: [{route: [{destination: {host: api.example.com}}]}]\n${tls}`)).toEqual(['Remove tls']);
  });

  it('loses no rule where none would stay', () => {
    expect(delegate(tls)).toEqual([]);
  });
});

describe('a ServiceEntry', () => {
  it('with a wildcard and DNS has two ways out, none of them the only one', () => {
    const [finding] = findingsOf(
      entry('  hosts: ["*.example.com"]\n  ports: [{number: 443, name: tls, protocol: TLS}]\n  resolution: DNS\n'),
    );
    expect(finding).toMatchObject({ code: 'service-entry-wildcard-dns', severity: 'error' });
    expect(finding?.fixes.map(({ title, preferred }) => [title, preferred])).toEqual([
      ['Use resolution: NONE (calls go to where the client dials)', false],
      ['Use resolution: DYNAMIC_DNS (looked up for each request)', false],
    ]);
  });

  it('with a wildcard and DNS must name the hosts that routes send to', () => {
    const wildcard = (hosts: string) =>
      entry(`  hosts: ${hosts}\n  ports: [{number: 443, name: tls, protocol: TLS}]\n  resolution: DNS\n`);
    const rules = ['api', 'db'].map(
      (each) => `    - match: [{sniHosts: [${each}.example.com]}]
      route: [{destination: {host: ${each}.example.com}}]
`,
    );
    const routes = route(`  hosts: ["*.example.com"]\n  tls:\n${rules.join('')}`);
    const [finding] = findingsOf(wildcard('["*.example.com"]') + routes);
    expect(finding?.fixes).toMatchObject([
      { title: 'Name the hosts: api.example.com, db.example.com', preferred: false, safety: 'review' },
    ]);
    expectFixed(wildcard('["*.example.com"]') + routes, wildcard('["api.example.com", "db.example.com"]') + routes, {
      fixOf: 'service-entry-wildcard-dns',
    });
  });

  it('is told once where the API server and the webhook say the same', () => {
    expectFindings(
      entry(`  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
    - {number: 443, name: tls, protocol: TLS}
#              ^^^ error value-duplicated: Rejected by the API server: Two ports have the number \`443\`.
#                         ^^^ error value-duplicated
  resolution: DNS
`),
    );
  });

  it('whose host is no name is told of its form alone, not that nothing is there', () => {
    expect(
      codes(
        route(`  hosts: [api.example.com]
  http: [{route: [{destination: {host: "http://api.example.com"}}]}]
`),
      ),
    ).toEqual(['error host-invalid']);
  });
});

describe('Gateway API', () => {
  const http = (rule: string) => `# -- route.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: api, namespace: egress}
spec:
  parentRefs: [{name: egress}]
  rules:
    - ${rule}
`;

  it.each([
    ['a Service without a port', 'backendRefs: [{name: api}]', ['error field-required']],
    [
      'another kind needs none',
      'backendRefs: [{name: api.example.com, group: networking.istio.io, kind: Hostname}]',
      [],
    ],
    ['a filter without what it needs', 'filters: [{type: URLRewrite}]', ['error field-required']],
    ['a path that does not begin with a slash', 'matches: [{path: {value: v1}}]', ['error value-invalid']],
    [
      'a prefix to replace without one that was matched',
      'filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /a}}}]\n      matches: [{path: {type: Exact, value: /b}}]',
      ['error fields-conflict'],
    ],
    ['a method that is none', 'matches: [{method: Get}]', ['error value-not-allowed']],
  ])('%s', (_title, rule, wanted) => {
    expect(codes(http(rule))).toEqual(wanted);
  });

  it.each([
    ['v1alpha2', ['information field-required']],
    ['v1alpha3', ['error field-required']],
    ['v1', ['error field-required']],
  ])('a TLSRoute of %s without host names', (version, wanted) => {
    expect(
      codes(`# -- route.yaml
apiVersion: gateway.networking.k8s.io/${version}
kind: TLSRoute
metadata: {name: api, namespace: egress}
spec:
  parentRefs: [{name: egress}]
  rules:
    - backendRefs: [{name: api, port: 443}]
`),
    ).toEqual(wanted);
  });

  it('a listener whose protocol and settings do not go together', () => {
    expectFindings(`# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: egress, namespace: egress}
spec:
  gatewayClassName: istio
  listeners:
    - {name: tls, port: 443, protocol: TLS}
#                                      ^^^ error tls-settings-invalid
    - {name: tcp, port: 5432, protocol: TCP, hostname: db.example.com}
#                                            ^^^^^^^^ error fields-conflict
    - {name: https, port: 8443, protocol: HTTPS, tls: {mode: Passthrough}}
#                                                            ^^^^^^^^^^^ error tls-settings-invalid
`);
  });
});

describe('what is not known is not wrong', () => {
  it.each([
    [
      'a placeholder as a host',
      '  hosts: ["${HOST}"]\n  ports: [{number: 443, name: tls, protocol: TLS}]\n  resolution: DNS\n',
    ],
    [
      'a placeholder as a constant',
      '  hosts: [a.com]\n  ports: [{number: 443, name: tls, protocol: "${PROTOCOL}"}]\n  resolution: "{{ resolution }}"\n',
    ],
    [
      'a placeholder as a number',
      '  hosts: [a.com]\n  ports: [{number: "${PORT}", name: tls, protocol: TLS}]\n  resolution: DNS\n',
    ],
    [
      'a placeholder for a list',
      '  hosts: ${HOSTS}\n  ports: [{number: 443, name: tls, protocol: TLS}]\n  resolution: DNS\n',
    ],
    [
      'the own namespace, which has no name here',
      '  hosts: [a.com]\n  exportTo: [.]\n  ports: [{number: 443, name: tls, protocol: TLS}]\n  resolution: DNS\n',
    ],
  ])('%s', (_title, spec) => {
    expect(codes(entry(spec).replace(', namespace: egress', ''))).toEqual([]);
  });

  it('a required field of a part that is laid over something', () => {
    const overlay = entry('  location: MESH_EXTERNAL\n').replace('entry.yaml', 'overlays/patch-entry.yaml');
    expect(codes(overlay)).toEqual([]);
    expect(codes(overlay.replace('patch-entry', 'entry'))).toEqual(['error field-required']);
  });

  it('a patch that a kustomization names', () => {
    expect(
      codes(`# -- kustomization.yaml
patches:
  - path: change.yaml
${entry('  hosts: null\n').replace('entry.yaml', 'change.yaml')}`),
    ).toEqual([]);
  });

  it('what a patch may change is a hint', () => {
    expect(
      codes(`# -- kustomization.yaml
resources: [entry.yaml]
patches:
  - path: other.yaml
${entry('  hosts: [a.com]\n  ports: [{number: 0, name: tls, protocol: TLS}]\n  resolution: DNS\n')}`),
    ).toEqual(['hint value-out-of-range']);
  });
});

describe('where something else compares files with schemas', () => {
  const fixture = route(`  host: [api.example.com]
  hosts: [api.example.com, y]
  exportTo: ["team-*"]
  http: []
`);
  const text = [...filesOf(fixture).values()].join('');

  it.each([
    ['on', ['field-unknown', 'value-wrong-type', 'export-to-invalid', 'field-required']],
    // An unquoted `y` is text to a reader of YAML 1.2.
    ['off', ['value-wrong-type', 'export-to-invalid', 'field-required']],
  ] as const)('%s', (schema, wanted) => {
    const analysis = createAnalysis({ root: '/w', settings: { editor: { schema } } });
    analysis.update([{ path: '/w/route.yaml', contents: readContents('/w/route.yaml', text) }]);
    const found = analysis.findings('/w/route.yaml').map(({ code }) => code);
    expect([...found].sort()).toEqual([...wanted].sort());
  });
});

describe('sni-host-not-covered', () => {
  const leg = (gateway: string, host: string, to: string) => `    - match:
        - gateways: [${gateway}]
          port: 443
          sniHosts: [${host}]
      route:
        - destination: {host: ${to}, port: {number: 443}}
`;
  const EGRESS = 'istio-egressgateway.istio-system.svc.cluster.local';
  const GATEWAY = `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [api.example.com]
      tls: {mode: PASSTHROUGH}
`;
  const bound = (host: string) => `  hosts: [${host}]\n  gateways: [mesh, istio-system/egress]\n  tls:\n`;

  it('is told once, at the host, where all rules have another name', () => {
    const legs =
      leg('mesh', 'api.example.com', EGRESS) + leg('istio-system/egress', 'api.example.com', 'api.example.com');
    expectFindings(
      route(`  hosts: [www.example.com]
#         ^^^^^^^^^^^^^^^ error sni-host-not-covered: Rejected by istiod's webhook: The host \`www.example.com\` covers no server name of the \`tls\` rules, which all have \`api.example.com\`.
  gateways: [mesh, istio-system/egress]
  tls:
${legs}`) + GATEWAY,
    );
    const fixed = route(`${bound('api.example.com')}${legs}`) + GATEWAY;
    expectFixed(route(`${bound('www.example.com')}${legs}`) + GATEWAY, fixed);
    expect(findingsOf(route(`${bound('www.example.com')}${legs}`))[0]?.fixes.map(({ safety }) => safety)).toEqual([
      'review',
    ]);
  });

  it('is told at the host where one rule has another name, and one sends there', () => {
    const legs = `${leg('mesh', 'api.example.com', EGRESS)}  tcp:
    - match: [{gateways: [istio-system/egress], port: 443}]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`;
    expect(findingsOf(route(`${bound('www.example.com')}${legs}`)).map(({ message }) => message)).toEqual([
      "Rejected by istiod's webhook: The host `www.example.com` covers no server name of the `tls` rules, which all have `api.example.com`.",
    ]);
  });

  it('is told at the server name where another rule has the host', () => {
    const legs =
      leg('mesh', 'www.example.com', EGRESS) + leg('istio-system/egress', 'api.example.com', 'api.example.com');
    expect(findingsOf(route(`${bound('api.example.com')}${legs}`)).map(({ message }) => message)).toEqual([
      "Rejected by istiod's webhook: No host of the VirtualService covers the server name `www.example.com`: its hosts are `api.example.com`.",
    ]);
  });

  it('is told at each server name where they differ', () => {
    const legs =
      leg('mesh', 'www.example.com', EGRESS) + leg('istio-system/egress', 'cdn.example.com', 'api.example.com');
    expect(codes(route(`${bound('api.example.com')}${legs}`))).toEqual([
      'error sni-host-not-covered',
      'error sni-host-not-covered',
    ]);
  });
});
