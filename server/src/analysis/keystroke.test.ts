/** What a keystroke costs: checks that run again, and look-ups that they make, whatever else is in the workspace. */
import { describe, expect, it } from 'vitest';
import { readContents, readParsed } from '../manifest/read-contents.ts';
import type { MeshReader } from '../mesh/mesh.ts';
import { allRules } from '../rules/all.generated.ts';
import type { MeshRule, Rule } from '../rules/rule.ts';
import type { FileChange } from '../workspace/types.ts';
import { createAnalysis } from './analysis.ts';
import type { Analysis } from './types.ts';

/** A route of four resources in a namespace of its own, through the one egress gateway. */
const route = (n: number, port = 80) => `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: partner-${n}, namespace: team-${n}}
spec:
  hosts: [api.partner-${n}.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: partner-${n}, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [api.partner-${n}.example.com]}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: partner-${n}, namespace: team-${n}}
spec: {host: api.partner-${n}.example.com, trafficPolicy: {loadBalancer: {simple: ROUND_ROBIN}}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: partner-${n}, namespace: team-${n}}
spec:
  hosts: [api.partner-${n}.example.com]
  gateways: [mesh, istio-system/partner-${n}]
  http:
    - match: [{gateways: [mesh], port: 80}]
      route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}}]
    - match: [{gateways: [istio-system/partner-${n}], port: 80}]
      route: [{destination: {host: api.partner-${n}.example.com, port: {number: ${port}}}}]
`;

interface Scene {
  readonly analysis: Analysis;
  readonly file: (n: number, text: string) => FileChange;
}

/** The checks that one edit runs again. */
function checksAfter(edit: (text: string) => string, routes: number): readonly string[] {
  return checksOf(({ analysis, file }) => {
    analysis.update(Array.from({ length: routes }, (_, n) => file(n, route(n))));
    expect(analysis.paths().flatMap(analysis.findings)).toEqual([]);
    return () => analysis.update([file(7, edit(route(7)))]);
  });
}

/** @param prepare returns the edit whose checks are counted */
function checksOf(prepare: (scene: Scene) => () => void): readonly string[] {
  const ran: string[] = [];
  const counting = (['VirtualService', 'ServiceEntry', 'Gateway', 'DestinationRule'] as const).map(
    (subject) =>
      ({
        ...(allRules.find((each) => each.code === 'gateway-not-found') as MeshRule<'VirtualService'>),
        subject,
        check: (
          { resource }: { readonly resource: { readonly name: { readonly value: string | undefined } } },
          _mesh: MeshReader,
        ) => {
          ran.push(`${subject} ${resource.name.value ?? ''}`);
          return [];
        },
      }) as unknown as Rule,
  );
  const analysis = createAnalysis({ root: '/w', rules: [...allRules, ...counting] });
  const edit = prepare({
    analysis,
    file: (n, text) => ({ path: `/w/${n}.yaml`, contents: readContents(`/w/${n}.yaml`, text) }),
  });
  ran.length = 0;
  edit();
  return [...new Set(ran)].sort();
}

it('resources above the line that is typed in are not checked again', () => {
  const other = `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: other, namespace: team-7}
spec:
  hosts: [api.example.net]
  ports: [{number: 443, name: tls, protocol: TLS}]
  resolution: DNS
`;
  const ran = checksOf(({ analysis }) => {
    const path = '/w/7.yaml';
    const { contents, read } = readParsed(path, `${route(7)}${other}`);
    analysis.update([{ path, contents }]);
    return () => {
      const typed = `${route(7)}${other.replace('api.example.net', 'ap.example.net')}`;
      analysis.update([{ path, contents: readParsed(path, typed, read ? { previous: read } : {}).contents }]);
    };
  });
  expect(ran).toEqual(['ServiceEntry other']);
});

it('a Gateway that becomes the first of its port is nothing to the failing calls of others', () => {
  const ran = checksOf(({ analysis, file }) => {
    const missing = route(8).replace('[mesh, istio-system/partner-8]', '[mesh, partner-8]');
    analysis.update([file(7, route(7)), file(8, missing), file(9, route(9))]);
    const [finding, ...others] = analysis.findings('/w/8.yaml');
    expect([finding?.code, others]).toEqual(['gateway-not-found', []]);
    return () => analysis.update([file(7, route(7).replaceAll('kind: Gateway\nmetadata: {name: ', '$&a-'))]);
  });
  expect(ran.filter((each) => each.endsWith('partner-8'))).toEqual([]);
});

describe('an edit runs only the checks that asked for what it touched', () => {
  it.each([
    ['a host of a ServiceEntry', (text: string) => text.replace('hosts: [api.', 'hosts: [apx.')],
    [
      'a path in a VirtualService',
      (text: string) => text.replace('{gateways: [mesh], port: 80}', '{gateways: [mesh], port: 80, uri: {prefix: /a}}'),
    ],
    [
      'a port of a Gateway',
      (text: string) =>
        text.replace(
          'number: 80, name: http, protocol: HTTP}, hosts',
          'number: 8080, name: http, protocol: HTTP}, hosts',
        ),
    ],
    [
      'the TLS of a DestinationRule',
      (text: string) => text.replace('loadBalancer: {simple: ROUND_ROBIN}', 'tls: {mode: SIMPLE}'),
    ],
    [
      'a namespace that nothing else is in',
      (text: string) => text.replace(/(kind: VirtualService\nmetadata: .*)namespace: team-7/, '$1namespace: te'),
    ],
    ['a namespace that is no more', (text: string) => text.replaceAll('namespace: team-7', 'namespace: team-6')],
  ])('%s', (_title, edit) => {
    const small = checksAfter(edit, 20);
    expect(checksAfter(edit, 200)).toEqual(small);
    expect(small.filter((each) => !each.endsWith('partner-7'))).toEqual([]);
  });
});
