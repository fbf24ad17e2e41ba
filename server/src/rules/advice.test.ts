/** Advice: off unless asked for, and silent where there is nothing to better. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../test/support/annotated.ts';
import { allRules } from './all.generated.ts';
import { rule as apiVersion } from './api-version-outdated.ts';
import { rule as plaintext } from './gateway-hop-plaintext.ts';
import { rule as withoutDns } from './network-policy-without-dns.ts';
import { rule as allowsAny } from './outbound-policy-allows-any.ts';
import type { Rule } from './rule.ts';

const ASKED = '# -- .istio-egress.yaml\nadvice: true\n';

const severities = (rule: Rule, ...files: readonly string[]) =>
  findingsOf(files.join('') + ASKED, { rules: [rule] }).map((each) => each.severity);

describe('advice', () => {
  const advice = allRules.filter((each) => each.kind === 'advice');

  it('is there', () => {
    expect(advice.map((each) => each.code)).toContain('api-version-outdated');
  });

  it.each(advice.map((each) => [each.code, each.page.bad ?? ''] as const))('is not given unasked: %s', (code, bad) => {
    expect(findingsOf(bad).map((each) => each.code)).not.toContain(code);
  });
});

describe('an outdated version', () => {
  const entry = (version: string, kind = 'Sidecar') => `# -- a.yaml
apiVersion: ${version}
kind: ${kind}
metadata: {name: a, namespace: app}
spec: {}
`;

  it.each(['networking.istio.io/v1alpha3', 'networking.istio.io/v1beta1'])('is told of: %s', (version) => {
    expect(severities(apiVersion, entry(version))).toEqual(['hint']);
  });

  it.each([
    ['networking.istio.io/v1', 'Sidecar'],
    ['networking.istio.io/v1alpha3', 'EnvoyFilter'],
    ['gateway.networking.k8s.io/v1beta1', 'Gateway'],
  ])('is silent: %s %s', (version, kind) => {
    expect(severities(apiVersion, entry(version, kind))).toEqual([]);
  });
});

describe('plain HTTP to the gateway', () => {
  const gateway = (protocol: string) => `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: infra}
spec: {selector: {istio: egress}, servers: [{port: {number: 80, name: http, protocol: ${protocol}}, hosts: ["*"], tls: {mode: ISTIO_MUTUAL}}]}
`;
  const route = (host: string) => `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec: {hosts: [api.example.com], gateways: [infra/egress], http: [{route: [{destination: {host: ${host}}}]}]}
`;

  it('is told of where calls leave by it', () => {
    expect(severities(plaintext, gateway('HTTP'), route('api.example.com'))).toEqual(['hint']);
  });

  it('is silent for mutual TLS, at ingress gateways, and without routes', () => {
    expect(severities(plaintext, gateway('HTTPS'), route('api.example.com'))).toEqual([]);
    expect(severities(plaintext, gateway('HTTP'), route('web.app.svc.cluster.local'))).toEqual([]);
    expect(severities(plaintext, gateway('HTTP'))).toEqual([]);
  });
});

describe('a NetworkPolicy', () => {
  const policy = (spec: string, name = 'a') => `# -- ${name}.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: app}
spec: {podSelector: {}, ${spec}}
`;
  const HTTPS = 'egress: [{ports: [{port: 443}]}]';

  it('without DNS is told of', () => {
    expect(severities(withoutDns, policy(HTTPS))).toEqual(['hint']);
  });

  it.each<[string, readonly string[]]>([
    ['it allows port 53', [policy('egress: [{ports: [{port: 443}]}, {ports: [{protocol: UDP, port: 53}]}]')]],
    ['DNS has another port', [policy('egress: [{ports: [{port: 8053}]}]')]],
    ['a rule is for all ports', [policy('egress: [{to: [{podSelector: {}}]}]')]],
    ['a port has a name', [policy('egress: [{ports: [{port: dns}]}]')]],
    ['another one allows it', [policy(HTTPS), policy('egress: [{ports: [{port: 53}]}]', 'b')]],
    ['it is about what comes in', [policy('policyTypes: [Ingress], egress: [{ports: [{port: 443}]}]')]],
    ['it forbids everything', [policy('policyTypes: [Egress]')]],
  ])('is silent where %s', (_, files) => {
    expect(severities(withoutDns, ...files)).toEqual([]);
  });
});

describe('ALLOW_ANY', () => {
  const config = (mode: string) => `# -- operator.yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec: {meshConfig: {outboundTrafficPolicy: {mode: ${mode}}}}
`;
  const ROUTE = `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec: {hosts: [api.example.com], http: [{route: [{destination: {host: egress.infra.svc.cluster.local}}]}]}
`;

  it('is told of beside routes through a gateway', () => {
    expect(severities(allowsAny, config('ALLOW_ANY'), ROUTE)).toEqual(['hint']);
    expect(severities(allowsAny, config('ALLOW_ANY'))).toEqual([]);
    expect(severities(allowsAny, config('REGISTRY_ONLY'), ROUTE)).toEqual([]);
  });
});
