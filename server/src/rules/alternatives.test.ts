/** Two resources that are in each other's way only where both are applied. */
import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { rule as partlyIgnored } from './destination-rule-partly-ignored.ts';
import type { Rule } from './rule.ts';
import { rule as entryDuplicated } from './service-entry-duplicated.ts';
import { rule as sidecarConflict } from './sidecar-conflict.ts';
import { rule as hostDuplicated } from './virtual-service-host-duplicated.ts';

interface Part {
  readonly path: string;
  readonly name: string;
  readonly namespace?: string;
}

const head = (kind: string, { path, name, namespace = 'shop' }: Part) =>
  `# -- ${path}\napiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}\n`;

/** What each rule finds in two resources that differ by `say`. */
const PAIRS: readonly (readonly [rule: Rule, make: (part: Part, say: string) => string])[] = [
  [
    hostDuplicated,
    (part, say) =>
      `${head('VirtualService', part)}spec:
  hosts: [stock.example.com]
  http:
    - timeout: ${say}s
      route:
        - destination: {host: stock.example.com}
`,
  ],
  [
    partlyIgnored,
    (part, say) =>
      `${head('DestinationRule', part)}spec:
  host: stock.example.com
  trafficPolicy:
    connectionPool: {tcp: {maxConnections: ${say}}}
`,
  ],
  [
    entryDuplicated,
    (part, say) =>
      `${head('ServiceEntry', part)}spec:
  hosts: [stock.example.com]
  ports:
    - {number: 443, name: port, protocol: ${say === '1' ? 'HTTP' : 'TLS'}}
  resolution: DNS
`,
  ],
  [
    sidecarConflict,
    (part, say) =>
      `${head('Sidecar', part)}spec:
  egress:
    - hosts: ["team-${say}/*"]
`,
  ],
];

const found = (rule: Rule, ...texts: readonly string[]) =>
  findingsOf(texts.join(''), { rules: [rule] }).map((each) => `${each.severity} ${each.path.split('/').at(-1)}`);

describe.each(PAIRS)('$code', (rule, make) => {
  it('is a warning where both are in one mesh', () => {
    expect(found(rule, make({ path: 'a.yaml', name: 'a' }, '1'), make({ path: 'b.yaml', name: 'b' }, '2'))).toEqual([
      'warning a.yaml',
      'warning b.yaml',
    ]);
  });

  it('is a hint in a folder whose files are steps: two of them define one name', () => {
    const texts = [
      make({ path: 'steps/1.yaml', name: 'a' }, '1'),
      make({ path: 'steps/2.yaml', name: 'b' }, '2'),
      `${head('Gateway', { path: 'steps/3.yaml', name: 'door' })}spec: {selector: {app: x}}\n`,
      `${head('Gateway', { path: 'steps/4.yaml', name: 'door' })}spec: {selector: {app: y}}\n`,
    ];
    expect(found(rule, ...texts)).toEqual(['hint 1.yaml', 'hint 2.yaml']);
  });

  it('is a warning in one alternative among others', () => {
    const cluster = (name: string, say: string) => [
      make({ path: `${name}/a.yaml`, name: 'a' }, say),
      make({ path: `${name}/b.yaml`, name: 'b' }, '2'),
    ];
    expect(found(rule, ...cluster('east', '1'), ...cluster('west', '7')).slice(0, 2)).toEqual([
      'warning a.yaml',
      'warning b.yaml',
    ]);
  });
});

describe.each(PAIRS.slice(0, 1))('without namespaces $code', (rule, make) => {
  it('is a hint in two files, and a warning in one', () => {
    const [a, b] = [
      make({ path: 'a.yaml', name: 'a', namespace: '' }, '1'),
      make({ path: 'b.yaml', name: 'b', namespace: '' }, '2'),
    ];
    expect(found(rule, a, b)).toEqual(['hint a.yaml', 'hint b.yaml']);
    expect(found(rule, `${a}---\n${b.replace(/^.*\n/, '')}`)).toEqual(['warning a.yaml', 'warning a.yaml']);
  });

  it('is a warning in two files that a kustomization puts together', () => {
    const texts = [
      make({ path: 'a.yaml', name: 'a', namespace: '' }, '1'),
      make({ path: 'b.yaml', name: 'b', namespace: '' }, '2'),
      '# -- kustomization.yaml\nresources: [a.yaml, b.yaml]\n',
    ];
    expect(found(rule, ...texts)).toEqual(['warning a.yaml', 'warning b.yaml']);
  });

  it('is a hint where both do the same', () => {
    const plain = (part: Part) => make(part, '1').replace(/timeout: 1s\n +route/, 'route');
    expect(found(rule, plain({ path: 'a.yaml', name: 'a' }), plain({ path: 'b.yaml', name: 'b' }))).toEqual([
      'hint a.yaml',
      'hint b.yaml',
    ]);
  });
});

it('a port without protocol is called so', () => {
  expectFindings(
    `
# -- entries.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: a, namespace: shop}
spec:
  hosts: [stock.example.com]
  ports: [{number: 443, name: port, protocol: ""}]
#                                             ^^ warning service-entry-duplicated: Port 443 of \`stock.example.com\` is without protocol here and TLS in ServiceEntry shop/b: the oldest counts. Which is not in YAML. Give both the same protocol, or keep one.
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: b, namespace: shop}
spec:
  hosts: [stock.example.com]
  ports: [{number: 443, name: port, protocol: TLS}]
#                                             ^^^ warning service-entry-duplicated: Port 443 of \`stock.example.com\` is TLS here and without protocol in ServiceEntry shop/a: the oldest counts. Which is not in YAML. Give both the same protocol, or keep one.
  resolution: DNS
`,
    { rules: [entryDuplicated] },
  );
});
