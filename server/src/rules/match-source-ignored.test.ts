import { describe, expect, it } from 'vitest';
import { expectFindings, expectFixed, findingsOf } from '../../../test/support/annotated.ts';
import { rule } from './match-source-ignored.ts';

const OPTIONS = { rules: [rule] };

function route(match: string, { block = 'http', gateways = '[mesh]' } = {}): string {
  return `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: ${gateways}
  ${block}:
    - match:
        - ${match}
      route:
        - destination: {host: one}
`;
}

const found = (...args: Parameters<typeof route>) => findingsOf(route(...args), OPTIONS).map((each) => each.message);

describe('a condition on the caller', () => {
  it('has no effect in an http match that names gateways', () => {
    expectFindings(
      `
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, infra/egress]
  http:
    - match:
        - gateways: [mesh]
          sourceLabels: {app: web}
#                       ^^^^^^^^^^ warning match-source-ignored: \`sourceLabels\` has no effect: an http match that names \`gateways\` does not look at it. The rule takes the calls of all pods. Put the rules for sidecars into a VirtualService for \`mesh\` alone.
      route:
        - destination: {host: one}
`,
      OPTIONS,
    );
  });

  it('counts again without the gateways, where there is no other', () => {
    expectFixed(route('{gateways: [mesh], sourceNamespace: app}'), route('{sourceNamespace: app}'), OPTIONS);
  });

  it('has no effect in tls and tcp rules of a gateway', () => {
    const match = '{gateways: [infra/egress], port: 443, sniHosts: [a], sourceNamespace: app}';
    expect(found(match, { block: 'tls', gateways: '[mesh, infra/egress]' })).toEqual([
      "`sourceNamespace` has no effect at a gateway: it does not know the caller, and takes the connections of all. Ask for it in the sidecars' rule.",
    ]);
    expect(found('{port: 443, sourceLabels: {a: b}}', { block: 'tcp', gateways: '[infra/egress]' })).toHaveLength(1);
  });
});

describe('is silent', () => {
  it.each<[string, Parameters<typeof route>]>([
    ['for sidecars, in a match without gateways', ['{sourceLabels: {app: web}}']],
    ['at a gateway, where calls tell of it', ['{sourceLabels: {app: web}}', { gateways: '[infra/egress]' }]],
    [
      'where sidecars and a gateway share a match without gateways',
      ['{sourceLabels: {app: web}}', { gateways: '[mesh, infra/egress]' }],
    ],
    [
      'for tcp rules of sidecars, which look at both',
      ['{gateways: [mesh], sourceLabels: {app: web}}', { block: 'tcp' }],
    ],
    ['for no labels', ['{gateways: [mesh], sourceLabels: {}}']],
    [
      'for a gateway that is not known',
      ['{gateways: ["${GATEWAY}"], sourceLabels: {a: b}}', { block: 'tcp', gateways: '[infra/egress]' }],
    ],
  ])('%s', (_, args) => {
    expect(found(...args)).toEqual([]);
  });
});
