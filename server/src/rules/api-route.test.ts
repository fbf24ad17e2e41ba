import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, API_TLS, type ApiEgress, apiFindings, apiFixture } from '../../../test/support/gateway-api.ts';
import { provenFixes } from '../../../test/support/proved.ts';

const COMPLETE = '# -- .istio-egress.yaml\ncomplete: ["*"]\n';

/** The file in which something may be declared. */
const SETTINGS = '# -- .istio-egress.yaml\n';

/** What tests change, and in which part. */
function edited(base: ApiEgress, part: 'gateway' | 'entry' | 'to' | 'from', from: string, to: string): ApiEgress {
  return { ...base, [part]: changed(base[part], from, to) };
}

it('is silent where both routes are right', () => {
  expect(apiFindings(API_HTTP)).toEqual([]);
  expect(apiFindings(API_TLS)).toEqual([]);
  expect(apiFindings({ ...API_HTTP, more: COMPLETE })).toEqual([]);
});

describe('route-parent-not-found', () => {
  it('finds a ServiceEntry without its group', () => {
    const wrong = edited(
      API_HTTP,
      'to',
      '    - group: networking.istio.io\n      kind: ServiceEntry\n',
      '    - kind: ServiceEntry\n#           ^^^^^^^^^^^^ error route-parent-not-found: Not used by sidecars: istiod knows no parent of kind ServiceEntry without a group, and leaves it out. Write `group: networking.istio.io`.\n',
    );
    expectFindings(apiFixture(wrong));
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write group: networking.istio.io']);
  });

  it('finds a ServiceEntry without its kind', () => {
    const wrong = edited(
      API_HTTP,
      'to',
      '    - group: networking.istio.io\n      kind: ServiceEntry\n',
      '    - group: networking.istio.io\n#            ^^^^^^^^^^^^^^^^^^^ error route-parent-not-found: Not used by sidecars: istiod knows no parent without a kind with `group: networking.istio.io`, and leaves it out. Write `kind: ServiceEntry`.\n',
    );
    expectFindings(apiFixture(wrong));
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write kind: ServiceEntry']);
  });

  it('finds a slip in the group', () => {
    const wrong = edited(
      API_HTTP,
      'to',
      '    - group: networking.istio.io\n',
      '    - group: neworking.istio.io\n#            ^^^^^^^^^^^^^^^^^^ error route-parent-not-found: Not used by sidecars: istiod knows no parent of kind ServiceEntry with `group: neworking.istio.io`, and leaves it out. Write `group: networking.istio.io`.\n',
    );
    expectFindings(apiFixture(wrong));
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write group: networking.istio.io']);
  });

  it('is silent about kinds of these names in groups of others', () => {
    expect(apiFindings(edited(API_HTTP, 'to', 'networking.istio.io', 'mesh.example.com'))).toEqual([]);
  });

  it('finds a ServiceEntry of another namespace', () => {
    const moved = edited(API_HTTP, 'entry', 'namespace: app', 'namespace: shared');
    const wrong = edited(
      moved,
      'to',
      '      name: api\n',
      "      name: api\n#           ^^^ error route-parent-not-found: Not used by sidecars: ServiceEntry `app/api` does not exist. Without a namespace it is looked for in the route's own. Use `shared/api`.\n",
    );
    expectFindings(apiFixture(wrong));
  });

  it('finds a listener and ports that are not there', () => {
    expect(apiFindings(edited(API_HTTP, 'from', '- name: gw\n', '- name: gw\n      sectionName: https\n'))).toEqual([
      'error route-parent-not-found',
    ]);
    expect(apiFindings(edited(API_HTTP, 'from', '- name: gw\n', '- name: gw\n      port: 8080\n'))).toEqual([
      'error route-parent-not-found',
    ]);
    expect(apiFindings(edited(API_HTTP, 'to', 'name: api\n', 'name: api\n      port: 443\n'))).toEqual([
      'error route-parent-not-found',
    ]);
  });

  it('finds a Gateway by its name in another namespace', () => {
    const wrong = edited(API_HTTP, 'from', 'namespace: egress', 'namespace: app');
    expect(apiFindings(wrong)).toEqual(['error route-parent-not-found']);
    const admitting = edited(
      wrong,
      'gateway',
      '      hostname',
      '      allowedRoutes: {namespaces: {from: All}}\n      hostname',
    );
    expect(provenFixes(apiFixture({ ...admitting, more: SETTINGS }))).toEqual([
      'Use egress/gw',
      'It lives elsewhere: declare Gateway app/gw in .istio-egress.yaml',
    ]);
  });

  it('does not name a Gateway that would not take the route: one of the two is to move', () => {
    const route = edited(API_HTTP, 'from', 'namespace: egress', 'namespace: app');
    expect(provenFixes(apiFixture({ ...route, more: SETTINGS }))).toContain(
      'Move HTTPRoute app/from-gateway to egress',
    );
    const gateway = edited(API_HTTP, 'gateway', 'namespace: egress', 'namespace: infra');
    expect(apiFindings({ ...gateway, more: COMPLETE })).toEqual([
      'error route-backend-invalid',
      'error route-parent-not-found',
    ]);
    expect(provenFixes(apiFixture({ ...gateway, more: COMPLETE }))).toContain('Move Gateway infra/gw to egress');
  });

  it('is silent about what the settings say lives elsewhere', () => {
    const settings = (external: string) => `# -- .istio-egress.yaml\nexternal: ["${external}"]\n`;
    const gateway = edited(API_HTTP, 'from', 'namespace: egress', 'namespace: app');
    expect(apiFindings({ ...gateway, more: settings('Gateway app/gw') })).toEqual([]);
    const entry = edited(API_HTTP, 'entry', 'namespace: app', 'namespace: external');
    expect(apiFindings({ ...entry, more: settings('ServiceEntry app/api') })).toEqual([]);
  });

  it.each([
    ['a Gateway that may live elsewhere', edited(API_HTTP, 'from', '- name: gw', '- {name: other, namespace: infra}')],
    ['a placeholder', edited(API_HTTP, 'from', '- name: gw', '- name: "${GATEWAY}"')],
    ['a route without a namespace', edited(API_HTTP, 'from', ', namespace: egress', '')],
    [
      'a parent of another controller',
      edited(API_HTTP, 'from', '- name: gw', '- {group: other.io, kind: Mesh, name: x}\n    - name: gw'),
    ],
    ['a Service as a parent', edited(API_HTTP, 'to', 'rules:', '  - {group: "", kind: Service, name: api}\n  rules:')],
    ['a section that is there', edited(API_HTTP, 'from', '- name: gw', '- {name: gw, sectionName: http, port: 80}')],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('route-parent'))).toEqual([]);
  });

  it('is silent where the same name is in two namespaces', () => {
    const moved = edited(API_HTTP, 'entry', 'namespace: app', 'namespace: one');
    const more = `# -- second.yaml\n${changed(API_HTTP.entry, 'namespace: app', 'namespace: two')}`;
    expect(apiFindings({ ...moved, more }).filter((each) => each.startsWith('error'))).toEqual([]);
  });
});

describe('route-not-admitted', () => {
  it.each([
    [
      'HTTP',
      {
        ...API_TLS,
        gateway: changed(
          API_TLS.gateway,
          'protocol: TLS\n      hostname: api.example.com\n      tls: {mode: Passthrough}',
          'protocol: HTTP',
        ),
      },
      'Not used by the gateway: listener `tls` of Gateway `egress/gw` (HTTP) takes `HTTPRoute` and `GRPCRoute`, not TLSRoute. Use the kind that fits the protocol, or another listener.',
    ],
    [
      'TLS',
      {
        ...API_HTTP,
        gateway: changed(API_HTTP.gateway, 'protocol: HTTP', 'protocol: TLS\n      tls: {mode: Passthrough}'),
      },
      'Not used by the gateway: listener `http` of Gateway `egress/gw` (TLS) takes `TLSRoute`, not HTTPRoute. Use the kind that fits the protocol, or another listener.',
    ],
  ])('is all that is told where the kind does not fit a listener of %s', (_title, egress, expected) => {
    expect(findingsOf(apiFixture(egress)).map(({ message }) => message)).toEqual([expected]);
  });

  it('finds a hostname that the listener does not take', () => {
    const wrong = edited(
      API_HTTP,
      'from',
      'hostnames: [api.example.com]',
      'hostnames: [www.example.com]\n#             ^^^^^^^^^^^^^^^ error route-not-admitted: 404 at the gateway: listener `http` of Gateway `egress/gw` takes `api.example.com`, not `www.example.com`. Correct the hostname of the one or the other.',
    );
    expectFindings(apiFixture(wrong));
  });

  it('finds a namespace that the listener does not admit', () => {
    const from = changed(API_HTTP.from, 'namespace: egress', 'namespace: app');
    const wrong = { ...API_HTTP, from: changed(from, '- name: gw', '- {name: gw, namespace: egress}') };
    expect(apiFindings(wrong)).toEqual(['error route-not-admitted']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Admit routes of all namespaces at Gateway egress/gw']);
    expect(
      apiFindings(
        edited(wrong, 'gateway', 'protocol: HTTP', 'protocol: HTTP\n      allowedRoutes: {namespaces: {from: All}}'),
      ),
    ).toEqual([]);
  });

  it('finds a kind that the listener does not take', () => {
    const kinds = 'allowedRoutes: {kinds: [{kind: GRPCRoute}]}';
    expect(apiFindings(edited(API_HTTP, 'gateway', 'protocol: HTTP', `protocol: HTTP\n      ${kinds}`))).toEqual([
      'error route-not-admitted',
    ]);
  });

  it.each([
    [
      'a wildcard over the hostname',
      edited(API_HTTP, 'gateway', 'hostname: api.example.com', 'hostname: "*.example.com"'),
    ],
    ['a listener for all hosts', edited(API_HTTP, 'gateway', '      hostname: api.example.com\n', '')],
    ['one hostname of two', edited(API_HTTP, 'from', '[api.example.com]', '[api.example.com, www.example.com]')],
    ['a placeholder', edited(API_HTTP, 'from', '[api.example.com]', '["${HOST}"]')],
    [
      'another listener that takes it',
      edited(
        API_HTTP,
        'gateway',
        '    - name: http',
        '    - {name: other, port: 8080, protocol: HTTP, hostname: x.example.com}\n    - name: http',
      ),
    ],
    ['a namespace that is not known', edited(API_HTTP, 'from', ', namespace: egress', '')],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('route-not-admitted'))).toEqual([]);
  });

  it('finds a kind that the list of the listener lacks, and adds it', () => {
    const listed = edited(
      API_HTTP,
      'gateway',
      '      hostname',
      '      allowedRoutes: {kinds: [{kind: GRPCRoute}]}\n      hostname',
    );
    expect(findingsOf(apiFixture(listed)).map(({ message }) => message)).toEqual([
      '404 at the gateway: listener `http` of Gateway `egress/gw` allows `GRPCRoute` alone, not HTTPRoute (allowedRoutes.kinds). Add HTTPRoute there.',
    ]);
    expect(provenFixes(apiFixture(listed))).toEqual(['Allow HTTPRoute at Gateway egress/gw']);
  });

  it('knows the names of namespaces, and leaves their labels open', () => {
    const from = changed(API_HTTP.from, 'namespace: egress', 'namespace: app');
    const moved = { ...API_HTTP, from: changed(from, '- name: gw', '- {name: gw, namespace: egress}') };
    const selecting = (labels: string) =>
      edited(
        moved,
        'gateway',
        'protocol: HTTP',
        `protocol: HTTP\n      allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {${labels}}}}}`,
      );
    expect(apiFindings(selecting('kubernetes.io/metadata.name: app'))).toEqual([]);
    expect(apiFindings(selecting('kubernetes.io/metadata.name: other'))).toEqual(['error route-not-admitted']);
    expect(apiFindings(selecting('team: a'))).toEqual([]);
  });
});

describe('route-backend-invalid', () => {
  it('finds a Hostname without its group', () => {
    const wrong = edited(
      API_HTTP,
      'from',
      '        - group: networking.istio.io\n          kind: Hostname\n',
      '        - kind: Hostname\n#               ^^^^^^^^ error route-backend-invalid: 500 at the gateway: istiod knows no backend of kind Hostname without a group. Write `group: networking.istio.io`.\n',
    );
    expectFindings(apiFixture(wrong));
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write group: networking.istio.io']);
  });

  it('finds a Hostname without its kind', () => {
    const wrong = edited(API_HTTP, 'from', 'kind: Hostname\n', '# none\n');
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write kind: Hostname']);
  });

  it('finds a Hostname with a namespace', () => {
    const wrong = edited(API_HTTP, 'from', '          port: 80', '          namespace: egress\n          port: 80');
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Remove namespace']);
  });

  it.each([
    [
      'its own, by which istiod drops the route',
      'egress',
      '404 at the gateway: istiod drops the route, because a Hostname has no namespace. Remove it.',
    ],
    [
      'another, in which istiod permits nothing',
      'external',
      '500 at the gateway: a Hostname has no namespace, and istiod permits none in `external`. Remove it.',
    ],
  ])('says what a namespace does: %s', (_title, namespace, expected) => {
    const port = '          port: 80';
    const wrong = edited(API_HTTP, 'from', port, `          namespace: ${namespace}\n${port}`);
    expect(findingsOf(apiFixture(wrong)).map(({ message }) => message)).toEqual([expected]);
  });

  it('finds a host where the name of a Service must be', () => {
    const wrong = edited(
      API_HTTP,
      'from',
      '        - group: networking.istio.io\n          kind: Hostname\n          name',
      '        - name',
    );
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Make it a Hostname']);
  });

  it("finds a Service's full name", () => {
    const wrong = edited(
      API_HTTP,
      'to',
      '- name: gw-istio\n          namespace: egress',
      '- name: gw-istio.egress.svc.cluster.local',
    );
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Use Service egress/gw-istio']);
  });

  it('finds the name of the Gateway in place of its Service, and a port that no listener opens', () => {
    const name = edited(API_HTTP, 'to', 'gw-istio', 'gw');
    expect(apiFindings({ ...name, more: COMPLETE })).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture({ ...name, more: COMPLETE }))).toEqual(['Use gw-istio']);
    const port = edited(API_HTTP, 'to', 'port: 80', 'port: 8080');
    expect(apiFindings(port)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(port))).toEqual(['Use port 80']);
  });

  it('finds them for sidecars whatever else there may be, as only the Service of the Gateway can be meant', () => {
    const named = edited(API_HTTP, 'to', 'gw-istio', 'gw');
    expect(apiFindings(named)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(named))).toEqual(['Use gw-istio']);
    const unplaced = edited(API_HTTP, 'to', '          namespace: egress\n', '');
    expect(apiFindings(unplaced)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(unplaced))).toEqual(['Use egress/gw-istio']);
  });

  it('is silent about a Service of that name that may be elsewhere', () => {
    const settings = '# -- .istio-egress.yaml\nexternal: ["Service egress/gw"]\n';
    expect(apiFindings({ ...edited(API_HTTP, 'to', 'gw-istio', 'gw'), more: settings })).toEqual([]);
    const service = edited(API_HTTP, 'to', 'gw-istio', 'proxy');
    expect(apiFindings(service)).toEqual([]);
    const ingress = edited(
      API_HTTP,
      'from',
      '        - group: networking.istio.io\n          kind: Hostname\n          name: api.example.com',
      '        - name: gw',
    );
    expect(apiFindings(ingress)).toEqual([]);
  });

  it('finds a backend without a port', () => {
    const wrong = edited(API_TLS, 'from', '          port: 443\n', '');
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Add port 443']);
  });

  it.each([
    [
      'a Service that may live elsewhere',
      edited(
        API_HTTP,
        'to',
        '- name: gw-istio\n          namespace: egress',
        '- name: filter\n          namespace: proxies',
      ),
    ],
    ['a placeholder for the name', edited(API_HTTP, 'from', 'name: api.example.com', 'name: "${HOST}"')],
    ['a placeholder for the port', edited(API_HTTP, 'from', 'port: 80', 'port: "${PORT}"')],
    [
      'a backend without weight',
      edited(
        API_HTTP,
        'from',
        '    - backendRefs:',
        '    - backendRefs:\n        - {kind: Hostname, name: x, port: 80, weight: 0}',
      ),
    ],
    [
      'a route of another controller',
      edited(
        { ...API_HTTP, gateway: changed(API_HTTP.gateway, 'gatewayClassName: istio', 'gatewayClassName: nginx') },
        'from',
        'kind: Hostname',
        'kind: Elsewhere',
      ),
    ],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('route-backend'))).toEqual([]);
  });
});

describe('reference-grant-missing', () => {
  const service = `# -- filter.yaml
apiVersion: v1
kind: Service
metadata: {name: filter, namespace: proxies}
spec:
  selector: {app: filter}
  ports:
    - {name: http, port: 80}
`;
  const backend =
    '        - group: networking.istio.io\n          kind: Hostname\n          name: api.example.com\n          port: 80\n';
  const cross = edited(API_HTTP, 'from', backend, '        - {name: filter, namespace: proxies, port: 80}\n');
  const grant = (kind: string, namespace: string) => `# -- grant.yaml
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: any, namespace: proxies}
spec:
  from:
    - {group: gateway.networking.k8s.io, kind: ${kind}, namespace: ${namespace}}
  to:
    - {group: "", kind: Service}
`;

  it('finds a Service of another namespace that nothing opens, and a grant for another kind or namespace', () => {
    expect(apiFindings({ ...cross, more: service })).toContain('warning reference-grant-missing');
    expect(apiFindings({ ...cross, more: service + COMPLETE })).toContain('error reference-grant-missing');
    for (const other of [grant('TLSRoute', 'egress'), grant('HTTPRoute', 'app')])
      expect(apiFindings({ ...cross, more: service + other })).toContain('warning reference-grant-missing');
  });

  it.each([
    ['a grant', service + grant('HTTPRoute', 'egress')],
    ['a Service that is not here', ''],
    ['a grant without a namespace', service + grant('HTTPRoute', 'egress').replace(', namespace: proxies', '')],
    ['a grant with a placeholder', service + grant('"${KIND}"', 'egress')],
  ])('is silent about %s', (_title, more) => {
    expect(apiFindings({ ...cross, more }).filter((each) => each.includes('grant'))).toEqual([]);
  });

  it('is silent about routes for sidecars, which need none', () => {
    expect(apiFindings({ ...API_HTTP, more: COMPLETE })).toEqual([]);
  });
});

describe('route-reaches-no-client', () => {
  const elsewhere = edited(API_HTTP, 'entry', 'namespace: app', 'namespace: external');
  const inGateways = {
    ...elsewhere,
    to: changed(
      changed(elsewhere.to, 'namespace: app', 'namespace: egress'),
      'name: api\n',
      'name: api\n      namespace: external\n',
    ),
  };

  it('finds an HTTPRoute in the namespace of the gateway', () => {
    expect(apiFindings(inGateways)).toEqual(['information route-reaches-no-client']);
    const clients = '# -- .istio-egress.yaml\nclients: [app]\n';
    expect(apiFindings({ ...inGateways, more: clients })).toEqual(['warning route-reaches-no-client']);
  });

  it("finds the gateway's own Service as a parent", () => {
    const parent = '    - group: networking.istio.io\n      kind: ServiceEntry\n      name: api\n';
    const wrong = edited(
      API_HTTP,
      'to',
      parent,
      '    - {group: "", kind: Service, name: gw-istio, namespace: egress}\n',
    );
    expect(apiFindings(wrong)).toContain('warning route-reaches-no-client');
  });

  describe("the gateway's own Service, named in the namespace of the route", () => {
    const parent = '    - group: networking.istio.io\n      kind: ServiceEntry\n      name: api\n';
    const wrong = edited(API_HTTP, 'to', parent, '    - {group: "", kind: Service, name: gw-istio}\n');
    const service = `# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: gw-istio, namespace: app}
spec: {selector: {app: gw}, ports: [{port: 80}]}
`;

    it('is found as a parent that is not there', () => {
      expect(apiFindings(wrong)).toContain('warning route-reaches-no-client');
    });

    it.each([
      ['there', service],
      ['said to be elsewhere', '# -- .istio-egress.yaml\nexternal: [Service app/gw-istio]\n'],
    ])('is no matter where it is %s', (_title, more) => {
      expect(apiFindings({ ...wrong, more }).filter((each) => each.includes('reaches'))).toEqual([]);
    });
  });

  it.each([
    ['a client in the namespace', { ...inGateways, more: '# -- .istio-egress.yaml\nclients: [egress]\n' }],
    [
      'pods in the namespace',
      {
        ...inGateways,
        more: '# -- pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: sleep, namespace: egress, labels: {app: sleep}}\nspec: {containers: [{name: a, image: b}]}\n',
      },
    ],
    [
      'the namespace of a client',
      { ...elsewhere, to: changed(elsewhere.to, 'name: api\n', 'name: api\n      namespace: external\n') },
    ],
    [
      'a TLSRoute, which acts for all',
      {
        ...edited(API_TLS, 'entry', 'namespace: app', 'namespace: external'),
        to: changed(
          changed(API_TLS.to, 'namespace: app', 'namespace: egress'),
          'name: api\n',
          'name: api\n      namespace: external\n',
        ),
      },
    ],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('reaches'))).toEqual([]);
  });
});

describe('gateway-class-not-istio', () => {
  const ofClass = (name: string) => edited(API_HTTP, 'gateway', 'gatewayClassName: istio', `gatewayClassName: ${name}`);

  it("finds a class of istiod's that is no gateway, and a slip", () => {
    expect(apiFindings(ofClass('istio-waypoint'))).toEqual(['error gateway-class-not-istio']);
    expect(apiFindings(ofClass('istoi'))).toEqual(['error gateway-class-not-istio']);
    expect(apiFindings({ ...ofClass('nginx'), more: COMPLETE })).toEqual(['error gateway-class-not-istio']);
  });

  it.each([
    ['a class that may be one of istiod', ofClass('egress-internal')],
    ['a placeholder', ofClass('"${CLASS}"')],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('class'))).toEqual([]);
  });

  it('is silent about a Gateway of somebody else, without routes to hosts outside', () => {
    const own = edited(
      ofClass('nginx'),
      'from',
      '        - group: networking.istio.io\n          kind: Hostname\n          name: api.example.com',
      '        - name: shop',
    );
    const to = changed(API_HTTP.to, 'gw-istio', 'other');
    expect(apiFindings({ ...own, to, more: COMPLETE }).filter((each) => each.includes('class'))).toEqual([]);
  });
});

describe('listener-not-programmed', () => {
  it('finds plain HTTP on the port of a TLS listener', () => {
    const wrong = edited(
      API_TLS,
      'gateway',
      '    - name: tls',
      '    - {name: plain, port: 443, protocol: HTTP, hostname: other.example.com}\n    - name: tls',
    );
    expect(apiFindings(wrong)).toEqual(['error listener-not-programmed']);
  });

  it.each([
    [
      'two TLS listeners of one port',
      '    - {name: other, port: 443, protocol: TLS, hostname: other.example.com, tls: {mode: Passthrough}}\n    - name: tls',
    ],
    [
      'a listener on another port',
      '    - {name: plain, port: 80, protocol: HTTP, hostname: other.example.com}\n    - name: tls',
    ],
  ])('is silent about %s', (_title, listeners) => {
    expect(apiFindings(edited(API_TLS, 'gateway', '    - name: tls', listeners))).toEqual([]);
  });

  it('takes the Secrets of certificates for there', () => {
    const tls = 'tls: {mode: Terminate, certificateRefs: [{name: cert}]}';
    const wrong = edited(API_TLS, 'gateway', 'tls: {mode: Passthrough}', tls);
    expect(apiFindings(wrong)).not.toContain('error listener-not-programmed');
  });

  it.each([
    [
      'a Secret of another namespace',
      '{name: cert, namespace: certs}',
      'Pass TLS through, or allow it with a ReferenceGrant there.',
    ],
    ['what is no Secret', '{kind: ConfigMap, name: cert}', 'Name a Secret.'],
    ['three', '{name: a}, {name: b}, {name: c}', 'Name one or two.'],
  ])('says what to do about %s', (_title, references, remedy) => {
    const tls = `tls: {mode: Terminate, certificateRefs: [${references}]}`;
    const wrong = edited(API_TLS, 'gateway', 'tls: {mode: Passthrough}', tls);
    const grant = `# -- grant.yaml
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: from-egress, namespace: certs}
spec:
  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: egress}]
  to: [{group: "", kind: Secret}]
`;
    const told = (egress: ApiEgress) =>
      findingsOf(apiFixture(egress)).flatMap(({ code, message }) =>
        code === 'listener-not-programmed' ? [message] : [],
      );
    expect(told(wrong)).toEqual([
      `Connection refused at gateway egress/gw-istio: no certificate of listener \`tls\` of Gateway \`egress/gw\` can be used, so it is not programmed. ${remedy}`,
    ]);
    const allowed = references.includes('certs') ? [] : told(wrong);
    expect(told({ ...wrong, more: grant })).toEqual(allowed);
  });
});

describe('route-kind-disabled', () => {
  it('tells of a TCPRoute for a ServiceEntry or a Gateway of Istio', () => {
    const tcp = (parent: string) => `# -- tcp.yaml
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata: {name: db, namespace: egress}
spec:
  parentRefs: [${parent}]
  rules:
    - backendRefs:
        - {name: db, port: 5432}
`;
    expect(apiFindings({ ...API_HTTP, more: tcp('{name: gw}') })).toEqual(['information route-kind-disabled']);
    expect(apiFindings({ ...API_HTTP, more: tcp('{name: other}') })).toEqual([]);
  });

  it.each([
    ['1.29', ['information route-kind-disabled', 'information route-kind-disabled']],
    ['1.29.4', ['information route-kind-disabled', 'information route-kind-disabled']],
    ['1.30', []],
  ])('tells of TLSRoutes where the settings name an Istio that does not look at them: %s', (version, wanted) => {
    const settings = `# -- .istio-egress.yaml\nistio: {version: "${version}"}\n`;
    expect(apiFindings({ ...API_TLS, more: settings })).toEqual(wanted);
    expect(apiFindings({ ...API_HTTP, more: settings })).toEqual([]);
  });
});

describe('gateway-leg-missing, in Gateway API', () => {
  it('says which Gateway has no route for the host', () => {
    const other = edited(API_HTTP, 'from', 'hostnames: [api.example.com]', 'hostnames: [www.example.com]');
    const open = edited(other, 'gateway', '      hostname: api.example.com\n', '');
    expect(
      apiFindings({
        ...open,
        from: changed(open.from, 'name: api.example.com', 'name: www.example.com'),
        more: COMPLETE,
      }),
    ).toContain('error gateway-leg-missing');
  });

  const several = changed(
    API_HTTP.gateway,
    '    - name: http\n',
    '    - {name: other, port: 8080, protocol: HTTP}\n    - name: http\n',
  );

  it('is silent where the route may be elsewhere', () => {
    expect(apiFindings({ ...API_HTTP, from: '' })).toEqual([]);
  });

  it.each([
    ['an HTTPRoute', { ...API_HTTP, from: '', more: COMPLETE }, 'Add HTTPRoute egress/forward-api-example-com'],
    ['a TLSRoute', { ...API_TLS, from: '', more: COMPLETE }, 'Add TLSRoute egress/forward-api-example-com'],
    [
      'a route of the one listener that calls come to',
      { ...API_HTTP, gateway: several, from: '', more: COMPLETE },
      'Add HTTPRoute egress/forward-api-example-com',
    ],
  ])('writes %s', (_title, egress, title) => {
    expect(apiFindings(egress)).toEqual(['error gateway-leg-missing']);
    expect(provenFixes(apiFixture(egress))).toEqual([title]);
  });

  const remedyOf = (egress: ApiEgress) =>
    findingsOf(apiFixture({ ...egress, from: '', more: COMPLETE }))
      .filter(({ code }) => code === 'gateway-leg-missing')
      .map(({ message }) => message.split('. ').at(-1));

  it.each([
    ['an HTTP listener', API_HTTP, 'Add an HTTPRoute that sends it on.'],
    ['a listener that lets TLS through', API_TLS, 'Add a TLSRoute that sends it on.'],
    [
      'a listener of bytes, to which TLS comes',
      edited(
        API_TLS,
        'gateway',
        'protocol: TLS\n      hostname: api.example.com\n      tls: {mode: Passthrough}\n',
        'protocol: TCP\n',
      ),
      'Let listener `tls` be TLS with Passthrough, and add a TLSRoute.',
    ],
    [
      'a listener of HTTP, to which TLS comes',
      edited(
        API_TLS,
        'gateway',
        'protocol: TLS\n      hostname: api.example.com\n      tls: {mode: Passthrough}\n',
        'protocol: HTTP\n',
      ),
      'Let listener `tls` be TLS with Passthrough, and add a TLSRoute.',
    ],
    [
      'a listener of bytes, to which HTTP comes',
      edited(API_HTTP, 'gateway', 'protocol: HTTP\n      hostname: api.example.com\n', 'protocol: TCP\n'),
      'Let listener `http` be HTTP, and add an HTTPRoute.',
    ],
  ])('asks for what fits %s', (_title, egress, remedy) => {
    expect(remedyOf(egress)).toEqual([remedy]);
  });

  it.each([
    [
      'where its name is taken',
      {
        gateway: changed(API_HTTP.gateway, '      hostname: api.example.com\n', ''),
        from: changed(API_HTTP.from, 'name: from-gateway', 'name: forward-api-example-com').replace(
          'hostnames: [api.example.com]',
          'hostnames: [www.example.com]',
        ),
      },
    ],
    [
      'where the listener takes no such kind',
      { gateway: `${API_HTTP.gateway}      allowedRoutes: {kinds: [{kind: GRPCRoute}]}\n` },
    ],
  ])('writes none %s', (_title, part) => {
    const findings = findingsOf(apiFixture({ ...API_HTTP, from: '', more: COMPLETE, ...part }));
    const missing = findings.filter(({ code }) => code === 'gateway-leg-missing');
    expect(missing.map(({ fixes }) => fixes)).toEqual([[]]);
  });
});

describe('request-not-routed, in Gateway API', () => {
  const conditioned = (part: 'to' | 'from', match: string) =>
    edited(API_HTTP, part, '    - backendRefs:', `    - matches: [${match}]\n      backendRefs:`);

  it.each([
    ['{path: {type: Exact, value: /v1}}', 'path'],
    ['{method: POST}', 'method'],
    ['{headers: [{name: x-team, value: blue}]}', 'headers'],
    ['{queryParams: [{name: a, value: b}]}', 'queryParams'],
  ])('says which condition of the gateway is not that of sidecars: %s', (match, key) => {
    const egress = { ...conditioned('from', match), more: COMPLETE };
    expect(
      findingsOf(apiFixture(egress)).map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
    ).toEqual([
      'information request-not-routed: 404 at gateway egress/gw-istio: no rule there takes `GET /`, which sidecars send on: this condition is not theirs. Remove it here, or ask the same there.',
    ]);
    expect(provenFixes(apiFixture(egress))).toEqual([`Remove ${key} from the match`]);
  });

  it('is certain where the route is here, whatever else there may be', () => {
    expect(apiFindings(conditioned('from', '{path: {value: /v1}}'))).toEqual(['information request-not-routed']);
  });

  it('says that all rules of sidecars have conditions', () => {
    const egress = { ...conditioned('to', '{headers: [{name: x-team, value: blue}]}'), more: COMPLETE };
    expect(apiFindings(egress)).toEqual(['information request-not-routed']);
  });

  it.each([
    ['any path', '{path: {type: PathPrefix, value: /}}'],
    ['the same on both legs', '{path: {value: /}, headers: []}'],
  ])('is silent about %s', (_title, match) => {
    expect(apiFindings({ ...conditioned('from', match), more: COMPLETE })).toEqual([]);
  });
});

it('tls-in-tls is silent where the plain route, for which TLS is added, is written wrong: that is told of the route', () => {
  const originate = `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: originate, namespace: egress}
spec:
  host: api.example.com
  trafficPolicy: {portLevelSettings: [{port: {number: 443}, tls: {mode: SIMPLE}}]}
`;
  const both = edited(
    API_HTTP,
    'entry',
    '    - {number: 80, name: http, protocol: HTTP}\n',
    '    - {number: 80, name: http, protocol: HTTP}\n    - {number: 443, name: https, protocol: HTTPS}\n',
  );
  const from = changed(both.from, '          port: 80', '          port: 443');
  expect(apiFindings({ ...both, from, more: `${COMPLETE}${originate}` })).toEqual([]);
  const broken = changed(from, '        - group: networking.istio.io\n          kind', '        - kind');
  expect(apiFindings({ ...both, from: broken, more: `${COMPLETE}${originate}` })).toEqual([
    'error route-backend-invalid',
  ]);
});
