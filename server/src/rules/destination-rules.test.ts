/** Checks of DestinationRules by themselves. */
import { describe, expect, it } from 'vitest';
import { expectFindings, expectFixed, findingsOf } from '../../../test/support/annotated.ts';
import { rule as hostNotFound } from './destination-rule-host-not-found.ts';
import { rule as partlyIgnored } from './destination-rule-partly-ignored.ts';
import { rule as tlsForAll } from './gateway-tls-for-all-hosts.ts';
import type { Rule } from './rule.ts';

const GATEWAY = 'istio-egressgateway.istio-system.svc.cluster.local';

function destinationRule(name: string, spec: string, { namespace = 'istio-system', host = GATEWAY } = {}): string {
  return `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec:
  host: ${host}
${spec === '' ? '' : `  ${spec}\n`}`;
}

const severities = (rule: Rule, fixture: string) =>
  findingsOf(fixture, { rules: [rule] }).map((each) => `${each.severity} ${each.path.split('/').at(-1)}`);

describe('two DestinationRules of a host', () => {
  const lost = (...rules: readonly string[]) => severities(partlyIgnored, rules.join(''));
  const external = (sni: string) =>
    `subsets: [{name: external, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: ${sni}}}}]`;

  it('lose one of two subsets with the same name', () => {
    expectFindings(
      `
# -- a.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: istio-system}
spec:
  host: ${GATEWAY}
  subsets:
    - {name: external, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: a.example.com}}}
#            ^^^^^^^^ warning destination-rule-partly-ignored: Subset \`external\` is also in DestinationRule \`b\` for the same host: only the oldest counts. Which is not in YAML. Give it another name.
# -- b.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: b, namespace: istio-system}
spec:
  host: istio-egressgateway
  subsets:
    - {name: external, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: b.example.com}}}
#            ^^^^^^^^ warning destination-rule-partly-ignored: Subset \`external\` is also in DestinationRule \`a\` for the same host: only the oldest counts. Which is not in YAML. Give it another name.
`,
      { rules: [partlyIgnored] },
    );
  });

  it('lose one of two traffic policies', () => {
    const policy = (mode: string) => `trafficPolicy: {tls: {mode: ${mode}}}`;
    expect(lost(destinationRule('a', policy('DISABLE')), destinationRule('b', policy('ISTIO_MUTUAL')))).toEqual([
      'warning a.yaml',
      'warning b.yaml',
    ]);
  });

  it('are a hint where they say the same', () => {
    expect(lost(destinationRule('a', external('x')), destinationRule('b', external('x')))).toEqual([
      'hint a.yaml',
      'hint b.yaml',
    ]);
  });

  it('are no better in one resource', () => {
    const twice = 'subsets: [{name: a, labels: {v: "1"}}, {name: a, labels: {v: "2"}}]';
    expect(lost(destinationRule('a', twice))).toEqual(['warning a.yaml']);
  });

  it.each<[string, readonly string[]]>([
    [
      'whose subsets have different names',
      [destinationRule('a', 'subsets: [{name: a}]'), destinationRule('b', 'subsets: [{name: b}]')],
    ],
    [
      'in two namespaces',
      [destinationRule('a', external('x')), destinationRule('b', external('y'), { namespace: 'app' })],
    ],
    [
      'in a namespace that is not written',
      [destinationRule('a', external('x'), { namespace: '' }), destinationRule('b', external('y'), { namespace: '' })],
    ],
    [
      'of which one is for some pods only',
      [
        destinationRule('a', external('x')),
        destinationRule('b', `${external('y')}\n  workloadSelector: {matchLabels: {a: b}}`),
      ],
    ],
    [
      'that are exported to different namespaces',
      [destinationRule('a', external('x')), destinationRule('b', `${external('y')}\n  exportTo: ["."]`)],
    ],
    [
      'of which one is for a wildcard',
      [destinationRule('a', external('x')), destinationRule('b', external('y'), { host: '"*.local"' })],
    ],
  ])('are silent %s', (_, rules) => {
    expect(lost(...rules)).toEqual([]);
  });
});

describe('TLS at the top of a DestinationRule for the gateway', () => {
  const gateway = (servers: string) => `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
${servers}`;
  const mutual = (host: string, port = 443) =>
    `    - {port: {number: ${port}, name: "${host}", protocol: HTTPS}, hosts: ["${host}"], tls: {mode: ISTIO_MUTUAL}}\n`;
  const plain = '    - {port: {number: 80, name: http, protocol: HTTP}, hosts: [b.example.com]}\n';
  const tls = 'trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: a.example.com}}';
  const found = (servers: string, spec: string, options = {}) =>
    severities(tlsForAll, gateway(servers) + destinationRule('rule', spec, options));

  it('reaches a plain server too', () => {
    expect(found(mutual('a.example.com') + plain, tls)).toEqual(['warning rule.yaml']);
  });

  it('reaches the server of another host with the wrong name', () => {
    expect(found(mutual('a.example.com') + mutual('b.example.com', 444), tls)).toEqual(['warning rule.yaml']);
  });

  it.each<[string, string, string, object?]>([
    ['is silent where it fits every server', mutual('*') + mutual('a.example.com', 444), tls],
    ['is silent where it fits none: calls tell of it', plain, tls],
    [
      'is silent where the other port has settings of its own',
      mutual('a.example.com') + plain,
      'trafficPolicy: {tls: {mode: ISTIO_MUTUAL}, portLevelSettings: [{port: {number: 80}, tls: {mode: DISABLE}}]}',
    ],
    [
      'is silent in a subset',
      mutual('a.example.com') + plain,
      'subsets: [{name: a, trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}}]',
    ],
    [
      'is silent for a host that is no gateway',
      mutual('a.example.com') + plain,
      tls,
      { host: 'reviews.app.svc.cluster.local' },
    ],
    ['is silent for DISABLE', mutual('a.example.com') + plain, 'trafficPolicy: {tls: {mode: DISABLE}}'],
  ])('%s', (_, servers, spec, options) => {
    expect(found(servers, spec, options)).toEqual([]);
  });
});

describe('a DestinationRule for an unknown host', () => {
  const service = `# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: infra}
spec: {selector: {istio: egress}, ports: [{name: http, port: 80}]}
`;
  const files = (host: string) => destinationRule('rule', '', { namespace: 'app', host }) + service;

  it.each(['egress', 'egress.infra', 'egress.infra.svc'])('is a warning, and corrected: %s', (host) => {
    expect(severities(hostNotFound, files(host))).toEqual(['warning rule.yaml']);
    expectFixed(files(host), files('egress.infra.svc.cluster.local'), { rules: [hostNotFound] });
  });

  it.each(['api.example.com', '"*.example.com"', 'egress.other.svc.cluster.local', '${HOST}', 'reviews'])(
    'is silent where it may live elsewhere: %s',
    (host) => {
      expect(severities(hostNotFound, files(host))).toEqual([]);
    },
  );

  it('is an error where a route needs its subset, and the only one', () => {
    expectFindings(`
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: news, namespace: app}
spec:
  hosts: [news.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: way-out, namespace: istio-egress}
spec:
  selector: {istio: way-out}
  ports:
    - {name: http2, port: 80}
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: way-out, namespace: istio-egress}
spec:
  selector: {istio: way-out}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [news.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: news, namespace: app}
spec:
  hosts: [news.example.com]
  gateways: [mesh, istio-egress/way-out]
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: way-out.istio-egress.svc.cluster.local, subset: news, port: {number: 80}}
    - match:
        - gateways: [istio-egress/way-out]
      route:
        - destination: {host: news.example.com, port: {number: 80}}
# -- subset.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: way-out, namespace: app}
spec:
  host: way-out
#       ^^^^^^^ error destination-rule-host-not-found: Calls to its subset fail: no Service or ServiceEntry has the host \`way-out\` (\`way-out.app.svc.cluster.local\`). It defines \`news\` for nothing. Use \`way-out.istio-egress.svc.cluster.local\`.
  subsets:
    - name: news
`);
  });

  it('is silent where its namespace is not written', () => {
    expect(severities(hostNotFound, destinationRule('rule', '', { namespace: '', host: 'egress' }) + service)).toEqual(
      [],
    );
  });

  it('is a warning for anything that a workspace does not have, once it is complete', () => {
    const settings = '# -- .istio-egress.yaml\ncomplete: ["*"]\n';
    expect(severities(hostNotFound, settings + files('api.example.com'))).toEqual(['warning rule.yaml']);
  });

  it('is a hint where a route sends to it, which is where it is told', () => {
    expectFindings(`
# -- .istio-egress.yaml
complete: ["*"]
# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: app}
spec:
  host: egress.infra.svc.cluster.local
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint destination-rule-host-not-found: The DestinationRule has no effect: no Service or ServiceEntry has the host \`egress.infra.svc.cluster.local\`. Correct the name, or add the Service.
  subsets:
    - name: api
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: egress.infra.svc.cluster.local, subset: api, port: {number: 80}}
#                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error destination-host-not-found: 503 NC in sidecars: no Service or ServiceEntry has the host \`egress.infra.svc.cluster.local\`. Add the Service, or correct the name.
`);
  });
});
