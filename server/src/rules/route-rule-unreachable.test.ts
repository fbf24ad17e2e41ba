import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { rule } from './route-rule-unreachable.ts';

const OPTIONS = { rules: [rule] };

/** A VirtualService with these rules; each is its matches (as flow YAML), or nothing. */
function route(rules: readonly (string | undefined)[], { block = 'http', gateways = '[mesh]' } = {}): string {
  const text = rules.map((match) =>
    match === undefined
      ? '    - route: [{destination: {host: one}}]\n'
      : `    - match: ${match}\n      route: [{destination: {host: one}}]\n`,
  );
  return `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: ${gateways}
  ${block}:
${text.join('')}`;
}

const found = (fixture: string) => findingsOf(fixture, OPTIONS).map((each) => `${each.severity}: ${each.message}`);

describe('a rule that is never reached', () => {
  it('is a warning on the rule', () => {
    expectFindings(
      `
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: one}
    - match: [{uri: {prefix: /v2}}]
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning route-rule-unreachable: This rule is never reached: http rule 1 before it takes everything. Move it before http rule 1, or delete it.
      route:
        - destination: {host: two}
`,
      OPTIONS,
    );
  });

  it.each<[string, readonly (string | undefined)[], string]>([
    ['after the root path', ['[{uri: {prefix: /}}]', undefined], 'Give them different matches, or delete one.'],
    [
      'after a shorter prefix',
      ['[{uri: {prefix: /v2}}]', '[{uri: {exact: /v2/a}}]'],
      'Move it before http rule 1, or delete it.',
    ],
    [
      'after the same conditions, and one more of its own',
      ['[{headers: {a: {exact: b}}}]', '[{port: 80, headers: {a: {exact: b}, c: {}}}]'],
      'Move it before http rule 1, or delete it.',
    ],
    [
      'where two together take all of its matches',
      ['[{port: 80}]', '[{port: 8080}]', '[{port: 80, method: {exact: GET}}, {port: 8080}]'],
      'Move it before http rule 1, or delete it.',
    ],
    [
      'where sources that do not count are all that differs',
      ['[{gateways: [mesh], sourceLabels: {app: a}}]', '[{gateways: [mesh], sourceLabels: {app: b}}]'],
      'Give them different matches, or delete one.',
    ],
  ])('%s', (_, rules, remedy) => {
    const messages = found(route(rules));
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/^warning: This rule is never reached/);
    expect(messages[0]).toContain(remedy);
  });

  it('is found in tls and tcp rules', () => {
    const sni = '[{port: 443, sniHosts: [api.example.com]}]';
    expect(found(route([sni, sni], { block: 'tls' }))).toHaveLength(1);
    expect(found(route(['[{port: 5432}]', '[{port: 5432, sourceLabels: {app: a}}]'], { block: 'tcp' }))).toHaveLength(
      1,
    );
  });

  it('is a hint where only one of its matches is dead', () => {
    expect(found(route(['[{uri: {prefix: /a}}]', '[{uri: {prefix: /a}}, {uri: {prefix: /b}}]']))).toEqual([
      'hint: This match is never reached: http rule 1 before it takes all that it would. Delete it.',
    ]);
  });
});

describe('is silent', () => {
  it.each<[string, string]>([
    ['for rules that differ', route(['[{uri: {prefix: /a}}]', '[{uri: {prefix: /b}}]', undefined])],
    ['for a longer prefix first', route(['[{uri: {prefix: /v2/a}}]', '[{uri: {prefix: /v2}}]'])],
    [
      'for the legs of a route',
      route(['[{gateways: [mesh]}]', '[{gateways: [infra/egress]}]'], { gateways: '[mesh, infra/egress]' }),
    ],
    [
      'where both legs say the same: calls tell of it',
      route(['[{port: 80}]', '[{port: 80}]'], { gateways: '[mesh, infra/egress]' }),
    ],
    [
      'where a leg that names no gateway takes the other leg too: calls tell of it',
      route([undefined, '[{gateways: [infra/egress]}]'], { gateways: '[mesh, infra/egress]' }),
    ],
    [
      'for a rule that still acts for one of its gateways',
      route(['[{gateways: [mesh]}]', undefined], { gateways: '[mesh, infra/egress]' }),
    ],
    ['for other ports', route(['[{port: 80}]', '[{port: 8080}]'])],
    ['for labels of different pods', route(['[{sourceLabels: {app: a}}]', '[{sourceLabels: {app: b}}]'])],
    ['for what is not known', route(['[{uri: {prefix: "${PATH}"}}]', '[{uri: {prefix: "${PATH}"}}]'])],
    ['where conditions are a placeholder', route(['${MATCH}', '[{uri: {prefix: /a}}]'])],
    [
      'for server names of different lists',
      route(['[{sniHosts: ["*.example.com"]}]', '[{sniHosts: [api.example.com]}]'], { block: 'tls' }),
    ],
    ['for subnets before everything', route(['[{destinationSubnets: [10.0.0.0/8]}]', undefined], { block: 'tcp' })],
    [
      'after a rule that leaves it to a delegate',
      `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  http:
    - delegate: {name: other}
    - route: [{destination: {host: one}}]
`,
    ],
  ])('%s', (_, fixture) => {
    expect(found(fixture)).toEqual([]);
  });
});
