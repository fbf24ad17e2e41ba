/** Checks of Gateways, and of what is beside them, by themselves. */
import { describe, expect, it } from 'vitest';
import { COMPLETE, findingsOf } from '../../../test/support/annotated.ts';
import { rule as withoutIdentity } from './authorization-policy-without-identity.ts';
import { rule as selectsNoPod } from './gateway-selects-no-pod.ts';
import { rule as unused } from './gateway-unused.ts';
import type { Rule } from './rule.ts';

function gateway({
  servers = '{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}',
  selector = '{istio: egress}',
} = {}): string {
  return `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: infra}
spec: {selector: ${selector}, servers: [${servers}]}
`;
}

const severities = (rule: Rule, ...files: readonly string[]) =>
  findingsOf(files.join(''), { rules: [rule] }).map((each) => `${each.severity} ${each.path.split('/').at(-1)}`);

function object(kind: string, apiVersion: string, spec: string, name = 'egress', namespace = 'infra'): string {
  return `# -- ${kind.toLowerCase()}.yaml
apiVersion: ${apiVersion}
kind: ${kind}
metadata: {name: ${name}, namespace: ${namespace}}
spec: ${spec}
`;
}

describe('a Gateway that selects no pod', () => {
  const deployment = (labels: string) => object('Deployment', 'apps/v1', `{template: {metadata: {labels: ${labels}}}}`);

  it('is a warning where everything is here', () => {
    expect(severities(selectsNoPod, COMPLETE, gateway(), deployment('{istio: egressgateway}'))).toEqual([
      'warning gateway.yaml',
    ]);
  });

  it.each<[string, readonly string[]]>([
    ['pods may live elsewhere', [gateway(), deployment('{istio: egressgateway}')]],
    ['a pod has the labels', [COMPLETE, gateway(), deployment('{istio: egress, app: x}')]],
    [
      'a Service is there',
      [COMPLETE, gateway(), object('Service', 'v1', '{selector: {istio: egress, app: x}, ports: [{port: 80}]}')],
    ],
    ['the selector is a placeholder', [COMPLETE, gateway({ selector: '{istio: "${GATEWAY}"}' })]],
    ['there is no selector', [COMPLETE, gateway({ selector: '{}' })]],
    [
      'the settings declare it',
      [
        '# -- .istio-egress.yaml\ncomplete: ["*"]\negressGateways: [{service: infra/egress, selector: {istio: egress}, ports: [80]}]\n',
        gateway(),
      ],
    ],
  ])('is silent where %s', (_, files) => {
    expect(severities(selectsNoPod, ...files)).toEqual([]);
  });
});

describe('a Gateway without routes', () => {
  const route = (gateways: string, namespace = 'app') =>
    object(
      'VirtualService',
      'networking.istio.io/v1',
      `{hosts: [a.example.com], gateways: ${gateways}, http: [{directResponse: {status: 503}}]}`,
      'api',
      namespace,
    );

  it('is a hint where everything is here', () => {
    expect(severities(unused, COMPLETE, gateway(), route('[mesh]'))).toEqual(['hint gateway.yaml']);
    expect(severities(unused, COMPLETE, gateway(), route('[egress]'))).toEqual(['hint gateway.yaml']);
  });

  const api = gateway({ servers: '{port: {number: 80, name: http, protocol: HTTP}, hosts: [api.example.com]}' });
  const entry = (location: string) =>
    object(
      'ServiceEntry',
      'networking.istio.io/v1',
      `{hosts: [api.example.com], ports: [], location: ${location}}`,
      'api',
    );

  it('is an information where it is for a host outside: nothing leads there', () => {
    expect(findingsOf(COMPLETE + api + entry('MESH_EXTERNAL'), { rules: [unused] })).toMatchObject([
      {
        severity: 'information',
        message:
          'Nothing leads calls to api.example.com through Gateway `infra/egress`: no VirtualService sends them to it, or on from it. Add one with both legs, or delete the Gateway.',
      },
    ]);
    expect(severities(unused, COMPLETE, api, entry('MESH_INTERNAL'))).toEqual(['hint gateway.yaml']);
  });

  it.each<[string, readonly string[]]>([
    ['routes to a host outside may live elsewhere', [api, entry('MESH_EXTERNAL')]],
    ['routes may live elsewhere', [gateway(), route('[mesh]')]],
    ['one is bound to it', [COMPLETE, gateway(), route('[infra/egress]')]],
    ['one is bound to it by its short name', [COMPLETE, gateway(), route('[egress]', 'infra')]],
    ['one is bound to it in the old form', [COMPLETE, gateway(), route('[egress.infra.svc.cluster.local]')]],
    [
      'it needs none',
      [
        COMPLETE,
        gateway({
          servers:
            '{port: {number: 15443, name: tls, protocol: TLS}, hosts: ["*.local"], tls: {mode: AUTO_PASSTHROUGH}}',
        }),
      ],
    ],
  ])('is silent where %s', (_, files) => {
    expect(severities(unused, ...files)).toEqual([]);
  });
});

describe('an AuthorizationPolicy by identity', () => {
  const tls = (mode: string, port = 443) =>
    `{port: {number: ${port}, name: "tls-${port}", protocol: TLS}, hosts: [a.example.com], tls: {mode: ${mode}}}`;
  const policy = (rule: string, selector = '{istio: egress}') =>
    object('AuthorizationPolicy', 'security.istio.io/v1', `{selector: {matchLabels: ${selector}}, rules: [${rule}]}`);
  const PRINCIPAL = '{from: [{source: {principals: [cluster.local/ns/app/sa/web]}}]}';
  const servers = tls('PASSTHROUGH');

  it.each([PRINCIPAL, '{from: [{source: {ipBlocks: [10.0.0.0/8]}}, {source: {namespaces: [app]}}]}'])(
    'is a hint where the gateway passes TLS through: %s',
    (rule) => {
      expect(severities(withoutIdentity, gateway({ servers }), policy(rule))).toEqual([
        'hint authorizationpolicy.yaml',
      ]);
    },
  );

  it('is a hint where it is for the port that passes TLS through', () => {
    const both = `${servers}, ${tls('ISTIO_MUTUAL', 444)}`;
    const ofPort = (port: number) =>
      policy(`{from: [{source: {principals: [a]}}], to: [{operation: {ports: ["${port}"]}}]}`);
    expect(severities(withoutIdentity, gateway({ servers: both }), ofPort(443))).toHaveLength(1);
    expect(severities(withoutIdentity, gateway({ servers: both }), ofPort(444))).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['the gateway ends mutual TLS', [gateway({ servers: tls('ISTIO_MUTUAL') }), policy(PRINCIPAL)]],
    ['another port of it does', [gateway({ servers: `${servers}, ${tls('ISTIO_MUTUAL', 444)}` }), policy(PRINCIPAL)]],
    ['it asks for the server name', [gateway({ servers }), policy('{when: [{key: connection.sni, values: [a]}]}')]],
    ['it is for other pods', [gateway({ servers }), policy(PRINCIPAL, '{istio: ingress}')]],
    ['it is for every pod', [gateway({ servers }), policy(PRINCIPAL, '{}')]],
    ['the mode is a placeholder', [gateway({ servers: tls('"${MODE}"') }), policy(PRINCIPAL)]],
  ])('is silent where %s', (_, files) => {
    expect(severities(withoutIdentity, ...files)).toEqual([]);
  });
});
