import { describe, expect, it } from 'vitest';
import { expectFindings, expectFixed, findingsOf } from '../../../test/support/annotated.ts';

function route(gateways: string, match: string): string {
  return `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]${gateways}
  http:
    - match:
        - gateways: [${match}]
      route:
        - destination: {host: api.example.com}
`;
}
const listed = (names: string, match: string) => route(`\n  gateways: [${names}]`, match);
const codes = (fixture: string) => findingsOf(fixture).map((each) => `${each.severity} ${each.code}`);
const NOT_LISTED = 'warning match-gateway-not-listed';

describe('a match for a gateway that is not listed', () => {
  it('is told with what the short name means', () => {
    expectFindings(`# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [infra/egress]
  http:
    - match:
        - gateways: [egress]
#                    ^^^^^^ warning match-gateway-not-listed: This rule is never used: \`spec.gateways\` lists \`infra/egress\`, not \`egress\`. The short name means \`app/egress\`. Use \`infra/egress\`.
      route:
        - destination: {host: api.example.com}
`);
  });

  it('is fixed with the listed gateway of the same name', () => {
    expectFixed(listed('mesh, infra/egress', 'egress'), listed('mesh, infra/egress', 'infra/egress'));
  });

  it('is fixed by adding it where nothing else was meant', () => {
    expectFixed(listed('infra/egress', 'mesh'), listed('infra/egress, mesh', 'mesh'));
    expect(findingsOf(listed('infra/egress', 'mesh'))[0]?.fixes[0]?.safety).toBe('review');
  });

  it('is found where there is no list at all', () => {
    const [finding] = findingsOf(route('', 'infra/egress'));
    expect(finding?.message).toContain('without `spec.gateways` a VirtualService is for sidecars only');
  });

  it('is one finding for one name', () => {
    expect(codes(listed('mesh', 'infra/egress, infra/egress'))).toEqual([NOT_LISTED]);
  });
});

describe('a match for a gateway that is listed', () => {
  it.each([
    ['mesh, egress', 'egress'],
    ['mesh, egress', 'app/egress'],
    ['app/egress', 'egress'],
    ['mesh, infra/egress', 'mesh'],
  ])('is silent: %s, %s', (gateways, match) => {
    expect(codes(listed(gateways, match))).toEqual([]);
  });

  it('is silent where the list has the outdated form, which is told', () => {
    expect(codes(listed('egress.app', 'egress'))).toEqual(['information setting-outdated']);
  });

  it('is silent in a delegate, which is bound where it is included', () => {
    const parent = `# -- parent.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: parent, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [infra/egress]
  http: [{delegate: {name: api}}]
`;
    expect(codes(route('', 'infra/egress').replace('  hosts: [api.example.com]\n', '') + parent)).toEqual([]);
  });

  it('is silent for mesh where there is no list', () => {
    expect(codes(route('', 'mesh'))).toEqual([]);
  });

  it.each([
    ['mesh, "egress "', 'egress'],
    ['mesh, ./egress', 'egress'],
    ['mesh, "infra/ egress"', 'infra/egress'],
    ['mesh, infra/egress_gateway', 'infra/egress-gateway'],
  ])('is silent where the list has a name that nothing can have, which is told: %s, %s', (gateways, match) => {
    expect(codes(listed(gateways, match))).toEqual(['error gateway-name-invalid']);
  });

  it('is told beside a name that nothing can have where it means neither', () => {
    expect(codes(listed('mesh, "infra/ egress"', 'infra/other'))).toEqual([
      'error gateway-name-invalid',
      'warning match-gateway-not-listed',
    ]);
  });

  it('is silent where a listed name is a placeholder', () => {
    expect(codes(listed('"${GATEWAY}"', 'egress'))).toEqual([]);
  });
});
