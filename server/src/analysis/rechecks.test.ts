import { describe, expect, it } from 'vitest';
import { readContents } from '../manifest/read-contents.ts';
import { createAnalysis } from './analysis.ts';
import type { Rechecks } from './set-checker.ts';

const ROUTE = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: partner, namespace: shop}
spec:
  hosts: [api.example.com]
  gateways: [istio-system/egress]
  http: [{route: [{destination: {host: api.example.com, port: {number: 443}}}]}]
`;

const GATEWAY = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [api.example.com]}]
`;

const file = (name: string, text: string) => ({ path: `/w/${name}`, contents: readContents(name, text) });

function codesAfter(rechecks: Rechecks, ...changes: readonly (readonly [string, string])[]): readonly string[] {
  const analysis = createAnalysis({ root: '/w', settings: { editor: { complete: ['*'] } }, rechecks });
  analysis.update([file('route.yaml', ROUTE), file('gateway.yaml', GATEWAY)]);
  for (const [name, text] of changes) analysis.update([file(name, text)]);
  return analysis
    .paths()
    .flatMap((path) => analysis.findings(path).map(({ code }) => `${path} ${code}`))
    .sort();
}

describe.each([
  ['a Gateway that goes', [['gateway.yaml', '']]],
  [
    'a Gateway that goes and comes back',
    [
      ['gateway.yaml', ''],
      ['gateway.yaml', GATEWAY],
    ],
  ],
  ['a Gateway with another host', [['gateway.yaml', GATEWAY.replace('api.example.com', 'api.example.net')]]],
] as const)('%s', (_title, changes) => {
  it('is met by what is in another file, whatever is checked again', () => {
    expect(codesAfter('everything', ...changes)).toEqual(codesAfter('what-changed', ...changes));
  });
});

it('what is missing is told after a change in a workspace where everything is checked again', () => {
  expect(codesAfter('everything', ['gateway.yaml', ''])).toContain('/w/route.yaml gateway-not-found');
  expect(codesAfter('everything')).not.toContain('/w/route.yaml gateway-not-found');
});
