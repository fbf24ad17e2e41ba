/** Checks of Sidecars by themselves. */
import { describe, expect, it } from 'vitest';
import { expectFindings, expectFixed, findingsOf } from '../../../test/support/annotated.ts';
import type { Rule } from './rule.ts';
import { rule as conflict } from './sidecar-conflict.ts';
import { rule as hostNotFound } from './sidecar-host-not-found.ts';
import { rule as policyEmpty } from './sidecar-outbound-policy-empty.ts';
import { rule as selectsNoPod } from './sidecar-selects-no-pod.ts';

function sidecar(name: string, spec: string, namespace = 'app'): string {
  return `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec:
  ${spec}
`;
}

function deployment(labels: string, namespace = 'app'): string {
  return `# -- deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: ${namespace}}
spec: {template: {metadata: {labels: ${labels}}}}
`;
}

const severities = (rule: Rule, ...files: readonly string[]) =>
  findingsOf(files.join(''), { rules: [rule] }).map((each) => `${each.severity} ${each.path.split('/').at(-1)}`);

describe('two Sidecars for the same pods', () => {
  const EGRESS = 'egress: [{hosts: ["./*"]}]';
  const selects = (labels: string) => `workloadSelector: {labels: ${labels}}`;
  const BOTH = ['warning a.yaml', 'warning b.yaml'];

  it('are a warning on both, where none has a selector', () => {
    expectFindings(
      `
# -- a.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: app}
#                ^^^^^^^ warning sidecar-conflict: Only one of the Sidecars \`default\` and \`egress\` acts, the oldest. Both are for all pods. Put them into one.
spec: {egress: [{hosts: ["./*"]}]}
# -- b.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: egress, namespace: app}
#                ^^^^^^ warning sidecar-conflict: Only one of the Sidecars \`egress\` and \`default\` acts, the oldest. Both are for all pods. Put them into one.
spec: {egress: [{hosts: ["infra/*"]}]}
`,
      { rules: [conflict] },
    );
  });

  it('are found by the pods that both select', () => {
    const files = [sidecar('a', selects('{app: web}')), sidecar('b', selects('{tier: front}'))];
    expect(severities(conflict, ...files, deployment('{app: web, tier: front}'))).toEqual(BOTH);
    expect(severities(conflict, ...files, deployment('{app: web, tier: back}'))).toEqual([]);
  });

  it('are found by equal selectors, whatever pods there are', () => {
    expect(severities(conflict, sidecar('a', selects('{app: web}')), sidecar('b', selects('{app: web}')))).toEqual(
      BOTH,
    );
  });

  it.each<[string, readonly string[]]>([
    ['one for some pods beside one for all', [sidecar('a', EGRESS), sidecar('b', selects('{app: web}'))]],
    ['two namespaces', [sidecar('a', EGRESS), sidecar('b', EGRESS, 'other')]],
    ['namespaces that are not written', [sidecar('a', EGRESS, ''), sidecar('b', EGRESS, '')]],
    [
      'a selector that is a placeholder',
      [sidecar('a', selects('{app: "${A}"}')), sidecar('b', selects('{app: "${A}"}'))],
    ],
  ])('are silent: %s', (_, files) => {
    expect(severities(conflict, ...files)).toEqual([]);
  });
});

describe('a host that a Sidecar imports', () => {
  const entry = (namespace: string, host = 'api.example.com') => `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec: {hosts: ["${host}"], ports: [{number: 443, name: tls, protocol: TLS}], resolution: DNS}
`;
  const imports = (...hosts: readonly string[]) =>
    sidecar('a', `egress: [{hosts: [${hosts.map((each) => `"${each}"`).join(', ')}]}]`);

  it.each(['./api.example.com', 'app/api.example.com'])('is in another namespace: %s', (host) => {
    expect(severities(hostNotFound, imports(host), entry('infra'))).toEqual(['warning a.yaml']);
    expectFixed(imports(host) + entry('infra'), imports('infra/api.example.com') + entry('infra'), {
      rules: [hostNotFound],
    });
  });

  it('is imported only by the name of its ServiceEntry', () => {
    expect(severities(hostNotFound, imports('infra/api.example.com'), entry('infra', '*.example.com'))).toEqual([
      'warning a.yaml',
    ]);
  });

  it.each<[string, readonly string[]]>([
    ['it is there', [imports('infra/api.example.com'), entry('infra')]],
    ['it comes from anywhere', [imports('*/api.example.com'), entry('infra')]],
    ['another entry brings it', [imports('./api.example.com', 'infra/*'), entry('infra')]],
    ['it may live elsewhere', [imports('infra/www.example.com'), entry('infra')]],
    ['its namespace is not written', [imports('./api.example.com'), entry('')]],
    ['it is taken out', [imports('*/*', '~infra/api.example.com'), entry('other')]],
    ['it is a Service', [imports('./web.app.svc.cluster.local')]],
    ['it is a wildcard', [imports('./*.example.com'), entry('infra', '*.example.com')]],
    ['another entry of the list is not known', [imports('./api.example.com', '${MORE}'), entry('infra')]],
  ])('is silent where %s', (_, files) => {
    expect(severities(hostNotFound, ...files)).toEqual([]);
  });
});

describe('a selector without pods', () => {
  const SIDECAR = sidecar('a', 'workloadSelector: {labels: {app: web}}');
  const COMPLETE = '# -- .istio-egress.yaml\ncomplete: [app]\n';

  it('is a hint where the namespace is wholly here', () => {
    expect(severities(selectsNoPod, COMPLETE, SIDECAR, deployment('{app: shop}'))).toEqual(['hint a.yaml']);
  });

  it.each<[string, readonly string[]]>([
    ['a pod has the labels', [COMPLETE, SIDECAR, deployment('{app: web, v: "1"}')]],
    ['pods may live elsewhere', [SIDECAR, deployment('{app: shop}')]],
    ['no workload of the namespace is read', [COMPLETE, SIDECAR, deployment('{app: shop}', 'other')]],
  ])('is silent where %s', (_, files) => {
    expect(severities(selectsNoPod, ...files)).toEqual([]);
  });
});

describe('an outbound policy', () => {
  it('without a mode is a hint', () => {
    expect(severities(policyEmpty, sidecar('a', 'outboundTrafficPolicy: {}'))).toEqual(['hint a.yaml']);
  });

  it.each([
    'outboundTrafficPolicy: {mode: ALLOW_ANY}',
    'outboundTrafficPolicy: {mode: "${MODE}"}',
    'egress: [{hosts: ["./*"]}]',
  ])('is silent: %s', (spec) => {
    expect(severities(policyEmpty, sidecar('a', spec))).toEqual([]);
  });
});
