/** Calls that routes of Gateway API mean to go through an egress gateway and that go past it: every cause is told once, at its place. */
import { describe, expect, it } from 'vitest';
import { COMPLETE, expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, API_TLS, type ApiEgress, apiFindings, apiFixture } from '../../../test/support/gateway-api.ts';
import { provenFixes } from '../../../test/support/proved.ts';

function messages(egress: ApiEgress): readonly string[] {
  return findingsOf(apiFixture(egress)).map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

describe('mesh-leg-missing', () => {
  it.each([
    ['an HTTPRoute', API_HTTP, 'an HTTPRoute', '80', 'HTTPRoute'],
    ['a TLSRoute', API_TLS, 'a TLSRoute', '443', 'TLSRoute'],
  ])('is found where only the gateway has %s, and writes the other one', (_title, egress, words, port, kind) => {
    const alone = { ...egress, to: '', more: COMPLETE };
    expect(messages(alone)).toEqual([
      `warning mesh-leg-missing: Not through the egress gateway: calls from \`app\` to api.example.com:${port} go straight out: no route for sidecars sends them there. Add ${words} for the ServiceEntry.`,
    ]);
    expect(provenFixes(apiFixture(alone))).toEqual([`Add ${kind} app/direct-api-example-com`]);
  });

  it('is found where gateway and clients share the only namespace', () => {
    const one = {
      ...API_HTTP,
      entry: changed(API_HTTP.entry, 'namespace: app', 'namespace: egress'),
      to: '',
      more: COMPLETE,
    };
    expect(apiFindings(one)).toEqual(['warning mesh-leg-missing']);
    expect(provenFixes(apiFixture(one))).toEqual(['Add HTTPRoute egress/direct-api-example-com']);
  });

  it.each([
    ['the rest of the cluster is not known', { ...API_HTTP, to: '' }],
    [
      'a VirtualService sends them there',
      {
        ...API_HTTP,
        to: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: to-gateway, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh]
  http:
    - route: [{destination: {host: gw-istio.egress.svc.cluster.local, port: {number: 80}}}]
`,
        more: COMPLETE,
      },
    ],
    [
      'an HTTPRoute keeps them from the gateway on purpose',
      {
        ...API_HTTP,
        to: changed(
          API_HTTP.to,
          '        - name: gw-istio\n          namespace: egress\n          port: 80\n',
          '        - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}\n',
        ),
        more: COMPLETE,
      },
    ],
    [
      'the Gateway is a way in, to a host that is called by another name',
      {
        ...API_HTTP,
        gateway: changed(API_HTTP.gateway, '      hostname: api.example.com\n', ''),
        to: '',
        from: changed(API_HTTP.from, 'hostnames: [api.example.com]', 'hostnames: [shop.example.org]'),
        more: COMPLETE,
      },
    ],
  ])('is silent where %s', (_title, egress) => {
    expect(apiFindings(egress)).toEqual([]);
  });

  it('is no warning where another port of the host has a route: the port is told', () => {
    const entry = changed(
      API_HTTP.entry,
      '    - {number: 80, name: http, protocol: HTTP}\n',
      '    - {number: 80, name: http, protocol: HTTP}\n    - {number: 8080, name: http-alt, protocol: HTTP}\n',
    );
    const to = changed(API_HTTP.to, '      name: api\n', '      name: api\n      port: 80\n');
    expect(apiFindings({ ...API_HTTP, entry, to, more: COMPLETE })).toEqual(['information port-not-routed']);
  });

  it('is silent where a route to the gateway has a parent that leads nowhere: that is told of the route', () => {
    const wrong = {
      ...API_HTTP,
      to: changed(API_HTTP.to, '    - group: networking.istio.io\n      kind', '    - kind'),
      more: COMPLETE,
    };
    expect(apiFindings(wrong)).toEqual(['error route-parent-not-found']);
  });
});

describe('gateway-bypassed', () => {
  const inTeam = {
    ...API_HTTP,
    entry: changed(API_HTTP.entry, 'namespace: app', 'namespace: external'),
    to: changed(API_HTTP.to, '      name: api\n', '      name: api\n      namespace: external\n'),
  };

  it('is found where an HTTPRoute is for its own namespace alone, and others are said to call', () => {
    const called = { ...inTeam, more: "# -- .istio-egress.yaml\nclients: [app, team-b]\ncomplete: ['*']\n" };
    expect(messages(called)).toEqual([
      'warning gateway-bypassed: Not through the egress gateway: calls from `team-b` to api.example.com:80 go straight out: the HTTPRoute is for clients of `app` alone. Put it into `external`.',
    ]);
    expect(provenFixes(apiFixture(called))).toEqual(['Move HTTPRoute app/to-gateway to external']);
  });

  it('keeps the namespace of the Service that the route sends to where it moves', () => {
    const called = {
      ...inTeam,
      gateway: changed(inTeam.gateway, 'namespace: egress', 'namespace: app'),
      from: changed(inTeam.from, 'namespace: egress', 'namespace: app'),
      to: changed(inTeam.to, '          namespace: egress\n', ''),
      more: "# -- .istio-egress.yaml\nclients: [app, team-b]\ncomplete: ['*']\n",
    };
    expect(apiFindings(called)).toEqual(['warning gateway-bypassed']);
    expect(provenFixes(apiFixture(called))).toEqual(['Move HTTPRoute app/to-gateway to external']);
  });

  it('names the VirtualService that goes first', () => {
    const direct = `# -- direct.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a-direct, namespace: app}
spec:
  hosts: [api.example.com]
  http:
    - timeout: 3s
      route: [{destination: {host: api.example.com, port: {number: 80}}}]
`;
    expect(messages({ ...API_HTTP, more: `${direct}${COMPLETE}clients: [app, team-b]\n` })).toEqual([
      'warning gateway-bypassed: Not through the egress gateway: calls from `team-b` to api.example.com:80 go straight out, because VirtualService `app/a-direct` goes first for them. Keep one for the host.',
    ]);
  });

  it.each([
    ['nobody says that others call', inTeam],
    ['a TLSRoute, which all follow', { ...API_TLS, more: '# -- .istio-egress.yaml\nclients: [app, team-b]\n' }],
    [
      'the route shares the calls out by weight',
      {
        ...API_HTTP,
        to: `${API_HTTP.to}          weight: 9\n        - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80, weight: 1}\n`,
      },
    ],
  ])('is silent where %s', (_title, egress) => {
    expect(apiFindings({ ...egress, more: `${egress.more ?? '# -- .istio-egress.yaml\n'}complete: ['*']\n` })).toEqual(
      [],
    );
  });
});

describe('route-hostname-mismatch', () => {
  it('finds a server name that the ServiceEntry does not declare', () => {
    const other = changed(API_TLS.to, 'hostnames: [api.example.com]', 'hostnames: [www.example.com]');
    const fixture = apiFixture({
      ...API_TLS,
      to: other.replace(
        /( *hostnames: .*\n)/,
        '$1#             ^^^^^^^^^^^^^^^ warning route-hostname-mismatch: Not used by sidecars for `api.example.com`: the route takes calls for `www.example.com`, which its ServiceEntry does not declare. List the hosts of the ServiceEntry.\n',
      ),
    });
    expectFindings(fixture);
    expect(provenFixes(fixture)).toEqual(['Use api.example.com']);
  });

  it('finds a ServiceEntry that declares another name than all routes have', () => {
    const entry = changed(API_TLS.entry, 'hosts: [api.example.com]', 'hosts: [ap.example.com]');
    const fixture = apiFixture({
      ...API_TLS,
      entry,
      to: API_TLS.to.replace(
        /( *hostnames: .*\n)/,
        '$1#             ^^^^^^^^^^^^^^^ warning route-hostname-mismatch: Not used by sidecars for `ap.example.com`: the route takes calls for `api.example.com`, which its ServiceEntry does not declare. Declare that one, as other routes send it on.\n',
      ),
    });
    expectFindings(fixture);
    expect(provenFixes(fixture)).toEqual(['Declare api.example.com (ServiceEntry app/api)']);
  });

  it.each([
    ['a wildcard over the host', 'hostnames: ["*.example.com"]'],
    ['a placeholder', 'hostnames: [${HOST}]'],
    ['several, of which sidecars take any where none fits', 'hostnames: [a.example.org, b.example.org]'],
    ['one of several that fits', 'hostnames: [a.example.org, api.example.com]'],
  ])('is silent about %s', (_title, hostnames) => {
    const to = changed(API_TLS.to, 'hostnames: [api.example.com]', hostnames);
    expect(apiFindings({ ...API_TLS, to }).filter((each) => each.includes('hostname'))).toEqual([]);
  });

  it('is silent about an HTTPRoute, which goes by its parent alone', () => {
    const to = changed(API_HTTP.to, '  rules:', '  hostnames: [www.example.com]\n  rules:');
    expect(apiFindings({ ...API_HTTP, to })).toEqual([]);
  });

  it('is silent about a ServiceEntry that is there twice', () => {
    const to = changed(API_TLS.to, 'hostnames: [api.example.com]', 'hostnames: [www.example.com]');
    const twice = `# -- copy/entry.yaml\n${API_TLS.entry.replace('hosts: [api.example.com]', 'hosts: [www.example.com]')}`;
    expect(apiFindings({ ...API_TLS, to, more: twice }).filter((each) => each.includes('hostname'))).toEqual([]);
  });
});

describe('what keeps sidecars from a route of Gateway API', () => {
  it('a ServiceEntry that is not shown to them', () => {
    const hidden = {
      ...API_HTTP,
      entry: changed(
        changed(API_HTTP.entry, 'namespace: app', 'namespace: external'),
        '  resolution: DNS\n',
        '  resolution: DNS\n  exportTo: [".", egress]\n',
      ),
      to: changed(API_HTTP.to, '      name: api\n', '      name: api\n      namespace: external\n'),
      more: COMPLETE,
    };
    expect(apiFindings(hidden)).toEqual(['warning service-entry-hidden-from-clients']);
  });

  it('a Sidecar that does not import the host', () => {
    const narrow = `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-b}
spec:
  egress:
    - hosts: ["./*", "egress/*"]
`;
    expect(apiFindings({ ...API_HTTP, more: narrow + COMPLETE })).toEqual(['warning sidecar-hides-route']);
  });

  it('a port that is declared as another protocol', () => {
    const http = changed(API_TLS.entry, 'name: tls, protocol: TLS', 'name: http, protocol: HTTP');
    expect(messages({ ...API_TLS, entry: http, more: COMPLETE })).toEqual([
      expect.stringContaining('warning route-block-mismatch: Not through the egress gateway'),
    ]);
    const tls = changed(
      API_HTTP.entry,
      '{number: 80, name: http, protocol: HTTP}',
      '{number: 443, name: tls, protocol: TLS}',
    );
    expect(messages({ ...API_HTTP, entry: tls, more: COMPLETE })).toEqual([
      expect.stringContaining('so an HTTPRoute does not act on it. Make it a TLSRoute.'),
      expect.stringContaining('route-backend-invalid'),
    ]);
  });
});
