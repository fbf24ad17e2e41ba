import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { rule } from './virtual-service-host-duplicated.ts';

interface Options {
  readonly name: string;
  readonly namespace?: string;
  readonly host?: string;
  readonly spec?: string;
  readonly rules?: string;
}

const SLOW = '  http:\n    - timeout: 3s\n      route:\n        - destination: {host: api.example.com}\n';
const HTTP = '  http:\n    - route:\n        - destination: {host: api.example.com}\n';

function route({ name, namespace = 'app', host = 'api.example.com', spec = '', rules = HTTP }: Options): string {
  const where = namespace === '' ? '' : `, namespace: ${namespace}`;
  return `
# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}${where}}
spec:
  hosts: [${host}]
${spec === '' ? '' : `  ${spec}\n`}${rules}`.slice(1);
}

function tls(sni: string): string {
  return `  tls:\n    - match:\n        - {port: 443, sniHosts: [${sni}]}\n      route:\n        - destination: {host: api.example.com}\n`;
}

const found = (...routes: readonly string[]) =>
  findingsOf(routes.join(''), { rules: [rule] }).map((each) => `${each.severity} ${each.path.split('/').at(-1)}`);

describe('two VirtualServices for a host in the same sidecars', () => {
  it('are a warning on both', () => {
    expectFindings(
      `
# -- egress.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: egress, namespace: app}
spec:
  hosts: [www.example.com, api.example.com]
#                          ^^^^^^^^^^^^^^^ warning virtual-service-host-duplicated: In sidecars only one VirtualService for \`api.example.com\` acts, the oldest: this one or \`app/timeout\`. Which is not in YAML. Put their rules into one.
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
# -- timeout.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: timeout, namespace: app}
spec:
  hosts: [api.example.com]
#         ^^^^^^^^^^^^^^^ warning virtual-service-host-duplicated: In sidecars only one VirtualService for \`api.example.com\` acts, the oldest: this one or \`app/egress\`. Which is not in YAML. Put their rules into one.
  http:
    - timeout: 3s
      route:
        - destination: {host: api.example.com}
`,
      { rules: [rule] },
    );
  });

  it('are found across namespaces, where both are exported to one', () => {
    const other = route({ name: 'b', namespace: 'other', spec: 'exportTo: [app]', rules: SLOW });
    expect(found(route({ name: 'a' }), other)).toEqual(['warning a.yaml', 'warning b.yaml']);
  });

  it('are found by the short and the full name of a Service', () => {
    const full = route({ name: 'b', namespace: 'other', host: 'reviews.app.svc.cluster.local', rules: SLOW });
    expect(found(route({ name: 'a', host: 'reviews' }), full)).toEqual(['warning a.yaml', 'warning b.yaml']);
  });

  it('are found where tls rules ask for the same server name', () => {
    const rules = tls('api.example.com');
    expect(found(route({ name: 'a', rules }), route({ name: 'b', rules }))).toHaveLength(2);
  });

  it('are a hint where a Sidecar for the whole mesh may keep them apart', () => {
    const sidecar = `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: istio-system}
spec:
  egress:
    - hosts: ["./*"]
`;
    expect(found(route({ name: 'a' }), route({ name: 'b', namespace: 'other' }), sidecar)).toEqual([
      'hint a.yaml',
      'hint b.yaml',
    ]);
  });
});

describe('is silent', () => {
  it.each<[string, readonly Options[]]>([
    ['for a wildcard beside an exact host', [{ name: 'a' }, { name: 'b', host: '"*.example.com"' }]],
    [
      'where exportTo keeps them apart',
      [
        { name: 'a', spec: 'exportTo: ["."]' },
        { name: 'b', namespace: 'other', spec: 'exportTo: ["."]' },
      ],
    ],
    ['for the leg of a gateway', [{ name: 'a' }, { name: 'b', spec: 'gateways: [istio-system/egress]' }]],
    [
      'where no rule of one acts in sidecars',
      [
        { name: 'a' },
        {
          name: 'b',
          spec: 'gateways: [mesh, istio-system/egress]',
          rules:
            '  http:\n    - match:\n        - gateways: [istio-system/egress]\n      route:\n        - destination: {host: api.example.com}\n',
        },
      ],
    ],
    ['for http rules in one and tls rules in the other', [{ name: 'a' }, { name: 'b', rules: tls('api.example.com') }]],
    [
      'for tls rules with different server names',
      [
        { name: 'a', host: '"*.example.com"', rules: tls('a.example.com') },
        { name: 'b', host: '"*.example.com"', rules: tls('b.example.com') },
      ],
    ],
    [
      'where labels of pods tell them apart',
      [
        { name: 'a' },
        {
          name: 'b',
          rules:
            '  http:\n    - match:\n        - sourceLabels: {app: web}\n      route:\n        - destination: {host: api.example.com}\n',
        },
      ],
    ],
    [
      'for a host that is a placeholder',
      [
        { name: 'a', host: '${HOST}' },
        { name: 'b', host: '${HOST}' },
      ],
    ],
    [
      'for a short name of two namespaces',
      [
        { name: 'a', host: 'reviews' },
        { name: 'b', host: 'reviews', namespace: 'other' },
      ],
    ],
    [
      'for a short name whose namespace is not written',
      [
        { name: 'a', host: 'reviews', namespace: '' },
        { name: 'b', host: 'reviews', namespace: '' },
      ],
    ],
    [
      'where a namespace in exportTo is not known',
      [
        { name: 'a', spec: 'exportTo: ["."]', namespace: '' },
        { name: 'b', spec: 'exportTo: ["."]', namespace: '' },
      ],
    ],
    ['for a delegate', [{ name: 'a' }, { name: 'b', host: '' }]],
  ])('%s', (_, routes) => {
    expect(found(...routes.map(route))).toEqual([]);
  });
});
