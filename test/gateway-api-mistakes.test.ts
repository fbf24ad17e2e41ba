/**
 * Mistakes in a way out through Gateway API, alone and two at a time: what fails has an error or a warning that knows why, what goes past the gateway has a finding,
 * and what works has none. Traces say which is which.
 */
import { describe, expect, it } from 'vitest';
import { endingsOf, worst } from '../server/src/calls/endings.ts';
import type { Finding } from '../server/src/rules/finding.ts';
import { analyze, filesOf } from './support/annotated.ts';
import { API_HTTP, API_TLS, type ApiEgress, apiFixture } from './support/gateway-api.ts';

const SETTINGS = "# -- .istio-egress.yaml\ncomplete: ['*']\nistio: {outboundTrafficPolicy: ALLOW_ANY}\n";

type Change = (egress: ApiEgress) => ApiEgress;
type Part = 'gateway' | 'entry' | 'to' | 'from';

/** The same text is not in every form: what is not there is left as it is. */
function within(part: Part, from: string | RegExp, to: string): Change {
  return (egress) => ({ ...egress, [part]: egress[part].replace(from, to) });
}

function both(...changes: readonly Change[]): Change {
  return (egress) => changes.reduce((changed, change) => change(changed), egress);
}

function beside(text: string): Change {
  return (egress) => ({ ...egress, more: `${egress.more ?? ''}${text}` });
}

const OTHER_KIND: Change = (egress) => ({
  ...egress,
  from: egress.from.includes('HTTPRoute')
    ? egress.from.replace('HTTPRoute', 'TLSRoute')
    : egress.from.replace('TLSRoute', 'HTTPRoute'),
});

const MUTUAL = '{mode: Terminate, options: {gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL}}';
const TLS = '      tls: {mode: Passthrough}\n';

const MISTAKES: Readonly<Record<string, Change>> = {
  'no group of the parent': within('to', '    - group: networking.istio.io\n      kind', '    - kind'),
  'another name of the parent': within('to', 'name: api\n', 'name: apis\n'),
  'another namespace of the parent': within('to', 'name: api\n', 'name: api\n      namespace: other\n'),
  'another port of the parent': within('to', 'name: api\n', 'name: api\n      port: 9000\n'),
  'the route of sidecars elsewhere': within('to', 'namespace: app}', 'namespace: team}'),
  'the route of sidecars at the gateway': within('to', 'namespace: app}', 'namespace: egress}'),
  'the Gateway for its Service': within('to', 'gw-istio', 'gw'),
  'no namespace of the Service': within('to', '          namespace: egress\n', ''),
  'another port of the Service': within('to', /port: (80|443)\n$/, 'port: 9000\n'),
  'no route of sidecars': (egress) => ({ ...egress, to: '' }),
  'another Gateway': within('from', 'name: gw\n', 'name: gws\n'),
  'another listener': within('from', 'name: gw\n', 'name: gw\n      sectionName: nope\n'),
  'another port of the Gateway': within('from', 'name: gw\n', 'name: gw\n      port: 9000\n'),
  'the route of the gateway elsewhere': within('from', 'namespace: egress}', 'namespace: team}'),
  'a namespace that is not admitted': both(
    within('from', 'namespace: egress}', 'namespace: team}'),
    within('from', 'name: gw\n', 'name: gw\n      namespace: egress\n'),
  ),
  'other hostnames': within('from', 'hostnames: [api.example.com]', 'hostnames: [x.example.org]'),
  'no group of the host': within('from', '        - group: networking.istio.io\n          kind', '        - kind'),
  'a Service for the host': within(
    'from',
    '        - group: networking.istio.io\n          kind: Hostname\n          name',
    '        - name',
  ),
  'another host': within('from', 'name: api.example.com', 'name: apx.example.com'),
  'another port of the host': within('from', /port: (80|443)\n$/, 'port: 9000\n'),
  'no port of the host': within('from', / {10}port: (80|443)\n$/, ''),
  'the gateway sends to itself': within('from', / {8}- group[\s\S]*$/, '        - {name: gw-istio, port: 80}\n'),
  'no route of the gateway': (egress) => ({ ...egress, from: '' }),
  'another kind of route': OTHER_KIND,
  'another hostname of the listener': within('gateway', 'hostname: api.example.com', 'hostname: x.example.org'),
  'a wildcard of the listener': within('gateway', 'hostname: api.example.com', 'hostname: "*.example.com"'),
  'another port of the listener': within('gateway', /port: (80|443)/, 'port: 8080'),
  'a listener for TCP': within('gateway', /protocol: (HTTP|TLS)\n/, 'protocol: TCP\n'),
  'another class': within('gateway', 'gatewayClassName: istio', 'gatewayClassName: nginx'),
  'the Gateway elsewhere': within('gateway', 'namespace: egress', 'namespace: infra'),
  'a listener for mutual TLS': both(
    within('gateway', TLS, ''),
    within('gateway', /protocol: (HTTP|TLS)\n/, `protocol: HTTPS\n      tls: ${MUTUAL}\n`),
  ),
  'another kind that is allowed': within(
    'gateway',
    '      hostname',
    '      allowedRoutes: {kinds: [{kind: GRPCRoute}]}\n      hostname',
  ),
  'the ServiceEntry elsewhere': within('entry', 'namespace: app}', 'namespace: external}'),
  'a private ServiceEntry': within('entry', 'resolution: DNS', 'resolution: DNS\n  exportTo: ["."]'),
  'another port of the ServiceEntry': within('entry', /number: (80|443)/, 'number: 8443'),
  'another protocol of the ServiceEntry': within('entry', /protocol: (HTTP|TLS)/, 'protocol: TCP'),
  'resolution NONE': within('entry', 'resolution: DNS', 'resolution: NONE'),
  'no ServiceEntry': (egress) => ({ ...egress, entry: '' }),
  'mutual TLS of the hop': beside(`# -- hop.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: hop, namespace: egress}
spec:
  host: gw-istio.egress.svc.cluster.local
  trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: api.example.com}}
`),
  'a narrow Sidecar': beside(`# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: app}
spec: {egress: [{hosts: ["./*"]}]}
`),
};

describe.each([
  ['HTTP', API_HTTP, 'http', 80],
  ['TLS', API_TLS, 'https', 443],
] as const)('%s', (_title, egress, protocol, port) => {
  const call = { from: { namespace: 'app' }, host: 'api.example.com', port, protocol };

  function wrong(title: string, changed: ApiEgress): readonly string[] {
    const analysis = analyze(filesOf(apiFixture({ ...changed, more: `${changed.more ?? ''}${SETTINGS}` })));
    const [traceable] = analysis.traceables();
    const end = traceable && worst(endingsOf(traceable.tracer.trace(call)));
    const findings = analysis.paths().flatMap((path) => [...analysis.findings(path)]);
    const told = findings.filter(isGrave).map(({ code }) => code);
    return [
      ...(end?.verdict === 'outside' && told.length > 0 ? [`${title}: works, and yet ${told.join(', ')}`] : []),
      ...(end?.verdict === 'failed' && told.length === 0 ? [`${title}: ${end.kind}, and nothing is found`] : []),
      ...(end?.verdict === 'outside-not-through-gateway' && findings.length === 0 && changed.to !== ''
        ? [`${title}: goes past the gateway, and nothing is found`]
        : []),
      ...(told.includes('call-fails') ? [`${title}: no rule knows why`] : []),
      ...findings.filter(({ message }) => message.length > 200).map(({ message }) => `${title}: too long: ${message}`),
    ];
  }

  it('one mistake', () => {
    const found = Object.entries(MISTAKES).flatMap(([title, change]) => wrong(title, change(egress)));
    expect(found).toEqual([]);
  });

  it('two mistakes', { timeout: 120_000 }, () => {
    const all = Object.entries(MISTAKES);
    const found = all.flatMap(([first, change], index) =>
      all.slice(index + 1).flatMap(([second, another]) => wrong(`${first}, ${second}`, another(change(egress)))),
    );
    expect(found).toEqual([]);
  });
});

function isGrave({ severity }: Finding): boolean {
  return severity === 'error' || severity === 'warning';
}
