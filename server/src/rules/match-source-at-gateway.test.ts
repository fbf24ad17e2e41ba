import { describe, expect, it } from 'vitest';
import { codesOf, fixtureOf, HTTP, messagesOf } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('match-source-at-gateway', () => {
  const split = (match: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: to-gateway, namespace: app}
spec:
  hosts: [api.example.com]
  http:
    - route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: from-gateway, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [istio-system/egress]
  http:
    - match: [${match}]
      route: [{destination: {host: api.example.com, port: {number: 80}}}]
`;

  it('finds labels of clients in a rule that only the gateway follows', () => {
    const route = split('{sourceLabels: {app: shop}}');
    expect(messagesOf({ ...HTTP, route })).toEqual([
      "error match-source-at-gateway: 404 at the egress gateway: at Gateway `istio-system/egress` the source is the gateway's own pod, which `sourceLabels` does not fit. Keep it to the rule for sidecars.",
    ]);
    expect(provenFixes(fixtureOf({ ...HTTP, route }))).toEqual(['Remove sourceLabels']);
  });

  it('is silent where the namespace is that of the gateway', () => {
    expect(
      codesOf({ ...HTTP, route: split('{sourceNamespace: istio-system}') }).filter((each) => each.startsWith('error')),
    ).toEqual([]);
  });
});
