import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { rule } from './service-entry-address-missing.ts';

interface Options {
  readonly hosts?: string;
  readonly namespace?: string;
  readonly protocol?: string;
  readonly port?: number;
  readonly spec?: string;
}

function entry(name: string, options: Options = {}): string {
  const { hosts = `${name}.example.com`, namespace = 'app', protocol = 'TCP', port = 5432, spec } = options;
  return `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  hosts: [${hosts}]
  ports:
    - {number: ${port}, name: port, protocol: ${protocol}}
${spec === undefined ? '' : `  ${spec}\n`}`;
}

const found = (...entries: readonly string[]) =>
  findingsOf(entries.join(''), { rules: [rule] }).map((each) => each.severity);

describe('a TCP port without an address', () => {
  it('is a warning where another one is on the same port, and sidecars do not answer DNS', () => {
    expectFindings(
      `
# -- databases.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: orders, namespace: app}
spec:
  hosts: [orders.example.com]
  ports:
    - {number: 5432, name: tcp, protocol: TCP}
#              ^^^^ warning service-entry-address-missing: Connections to port 5432 of \`orders.example.com\` and of \`users.example.com\` cannot be told apart: the first takes all. TCP names no host. Give each host \`addresses\` of its own.
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: users, namespace: other}
spec:
  hosts: [users.example.com]
  ports:
    - {number: 5432, name: tcp, protocol: tcp}
#              ^^^^ warning service-entry-address-missing: Connections to port 5432 of \`users.example.com\` and of \`orders.example.com\` cannot be told apart: the first takes all. TCP names no host. Give each host \`addresses\` of its own.
  resolution: DNS
---
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec: {meshConfig: {accessLogFile: /dev/stdout}}
`,
      { rules: [rule] },
    );
  });

  it('is a warning where it has several hosts', () => {
    expect(found(entry('a', { hosts: 'a.example.com, b.example.com' }))).toEqual(['warning']);
  });

  it('is a warning where two have one address', () => {
    const spec = 'addresses: [203.0.113.7/32]';
    expect(found(entry('a', { spec }), entry('b', { spec: 'addresses: [203.0.113.7]' }))).toEqual([
      'warning',
      'warning',
    ]);
  });

  it('is a hint where it is alone', () => {
    expect(found(entry('a'))).toEqual(['hint']);
    expect(found(entry('a', { protocol: 'MONGO' }))).toEqual(['hint']);
  });
});

describe('is silent', () => {
  it.each<[string, readonly string[]]>([
    ['for TLS and HTTP, which name their host', [entry('a', { protocol: 'TLS' }), entry('b', { protocol: 'HTTP' })]],
    [
      'where each has an address',
      ['7', '8'].map((each) => entry(`a${each}`, { spec: `addresses: [203.0.113.${each}]` })),
    ],
    ['for pods of the mesh', [entry('a', { spec: 'workloadSelector: {labels: {app: db}}' })]],
    ['for a protocol that is a placeholder', [entry('a', { protocol: '${PROTOCOL}' })]],
    ['for a host that is a placeholder', [entry('a', { hosts: '${HOST}' })]],
  ])('%s', (_, entries) => {
    expect(found(...entries)).toEqual([]);
  });

  it('about others that the same proxies do not see', () => {
    const own = { spec: 'exportTo: ["."]' };
    expect(found(entry('a', own), entry('b', { ...own, namespace: 'other' }))).toEqual(['hint', 'hint']);
  });

  it('about others on another port', () => {
    expect(found(entry('a'), entry('b', { port: 5433 }))).toEqual(['hint', 'hint']);
  });

  describe('where sidecars answer DNS', () => {
    const config = (value: string) => `# -- operator.yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec: {meshConfig: {defaultConfig: {proxyMetadata: {ISTIO_META_DNS_CAPTURE: "${value}"}}}}
`;
    const both = [entry('a', { spec: 'resolution: DNS' }), entry('b', { spec: 'resolution: DNS' })];

    it('about hosts that are given addresses', () => {
      expect(found(config('true'), ...both)).toEqual([]);
      expect(found(config('false'), ...both)).toEqual(['warning', 'warning']);
    });

    it('as a hint where the mesh configuration lives elsewhere', () => {
      expect(found(...both)).toEqual(['hint', 'hint']);
    });

    it('but not about wildcards, and where the application looks the host up', () => {
      expect(found(config('true'), entry('a', { spec: 'resolution: NONE' }))).toEqual(['hint']);
      expect(found(config('true'), entry('a', { hosts: '"*.example.com"', spec: 'resolution: NONE' }))).toEqual([
        'hint',
      ]);
    });
  });
});
