import { describe, expect, it } from 'vitest';
import { expectFixed } from '../../../test/support/annotated.ts';
import { changed, codesOf, fixtureOf, HTTP, messagesOf } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('route-loops', () => {
  const both = changed(HTTP.route, '        - gateways: [mesh]\n          port: 80', '        - port: 80');

  it('finds a match that names no gateway', () => {
    expect(messagesOf({ ...HTTP, route: both })).toEqual([
      'error route-loops: Loop at the egress gateway: the gateway follows this rule too and sends calls back to itself, because its match names no gateway. Let the match name `mesh` alone.',
    ]);
    expect(provenFixes(fixtureOf({ ...HTTP, route: both }))).toEqual(['Add gateways: [mesh]']);
  });

  it('finds a match that names both gateways, and a rule without a match', () => {
    const named = changed(HTTP.route, 'gateways: [mesh]\n', 'gateways: [mesh, istio-system/egress]\n');
    expect(codesOf({ ...HTTP, route: named })).toEqual(['error route-loops']);
    expect(provenFixes(fixtureOf({ ...HTTP, route: named }))).toEqual(['Add gateways: [mesh]']);
    const none = changed(
      HTTP.route,
      '    - match:\n        - gateways: [mesh]\n          port: 80\n      route:',
      '    - route:',
    );
    expect(codesOf({ ...HTTP, route: none })).toEqual(['error route-loops']);
    expect(provenFixes(fixtureOf({ ...HTTP, route: none }))).toEqual(['Add gateways: [mesh]']);
  });

  it('names the rule without a match', () => {
    const none = changed(
      HTTP.route,
      '    - match:\n        - gateways: [mesh]\n          port: 80\n      route:',
      '    - route:',
    );
    expect(messagesOf({ ...HTTP, route: none })).toEqual([
      'error route-loops: Loop at the egress gateway: the gateway follows this rule too and sends calls back to itself, because it has no match that names `mesh`. Give it one.',
    ]);
  });

  describe('where the subset of the gateway is for clients alone', () => {
    const rule = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: app}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api
`;
    const subset = changed(
      HTTP.route,
      'host: istio-egressgateway.istio-system.svc.cluster.local',
      'host: istio-egressgateway.istio-system.svc.cluster.local\n            subset: api',
    );
    // Pods of the gateway's namespace that are no gateway lack the subset in any case, which is a warning.
    const errors = (route: string) => messagesOf({ ...HTTP, route, rule }).filter((each) => each.startsWith('error'));

    it('finds it too, and not the subset that the gateway lacks', () => {
      const named = changed(subset, 'gateways: [mesh]\n', 'gateways: [mesh, istio-system/egress]\n');
      expect(errors(named)).toEqual([
        'error route-loops: 503 NC at the egress gateway: the gateway follows this rule too and sends calls back to itself, because its match names the gateway too. Let the match name `mesh` alone.',
      ]);
      const none = changed(subset, '        - gateways: [mesh]\n          port: 80', '        - port: 80');
      expect(errors(none).map((each) => each.split(':', 1))).toEqual([['error route-loops']]);
    });

    it('is silent where the rule is for sidecars', () => {
      expect(errors(subset)).toEqual([]);
    });
  });

  it('keeps the comment on mesh where the other gateway is taken out', () => {
    const list = '        - gateways:\n            - mesh # Sidecars.\n';
    const named = `${list}            # All others.\n            - istio-system/egress\n`;
    const route = (gateways: string) => changed(HTTP.route, '        - gateways: [mesh]\n', gateways);
    const fixed = fixtureOf({ ...HTTP, route: route(`${list}            # All others.\n`) });
    expectFixed(fixtureOf({ ...HTTP, route: route(named) }), fixed);
  });

  it('finds the rule of the gateway that sends to the gateway', () => {
    const back = changed(
      HTTP.route,
      'host: api.example.com\n',
      'host: istio-egressgateway.istio-system.svc.cluster.local\n',
    );
    expect(codesOf({ ...HTTP, route: back })).toEqual(['error route-loops']);
    expect(provenFixes(fixtureOf({ ...HTTP, route: back }))).toEqual(['Send on to api.example.com:80']);
  });

  it('is silent where the rules are in another order, as each names its gateway', () => {
    const [head = '', first = '', second = ''] = HTTP.route.split(/^(?= {4}- match)/m);
    expect(codesOf({ ...HTTP, route: head + second + first })).toEqual([]);
  });

  it('is silent where each leg has a VirtualService of its own, without gateways in the matches', () => {
    const mesh = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: to-gateway, namespace: app}
spec:
  hosts: [api.example.com]
  http:
    - route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: from-gateway, namespace: istio-system}
spec:
  hosts: [api.example.com]
  gateways: [egress]
  http:
    - route: [{destination: {host: api.example.com, port: {number: 80}}}]
`;
    expect(codesOf({ ...HTTP, route: mesh })).toEqual([]);
  });
});
