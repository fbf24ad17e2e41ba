import { describe, expect, it } from 'vitest';
import { changed, codesOf, fixtureOf, HTTP, messagesOf } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('request-not-routed', () => {
  const [mesh = '', own = ''] = HTTP.route.split(/^(?= {4}- match:\n {8}- gateways: \[istio-system)/m);

  it('tells of requests that the gateway alone leaves out', () => {
    const route = mesh + changed(own, '          port: 80\n', '          port: 80\n          method: {exact: GET}\n');
    expect(messagesOf({ ...HTTP, route })).toEqual([
      'information request-not-routed: 404 at the egress gateway: no rule there takes `POST /`, which sidecars send on: this condition is not theirs. Remove it here, or ask the same there.',
    ]);
    expect(provenFixes(fixtureOf({ ...HTTP, route }))).toEqual(['Remove method from the match']);
  });

  it('is an error where the rule for sidecars asks for it by name', () => {
    const asked = changed(mesh, '          port: 80\n', '          port: 80\n          uri: {prefix: /v2}\n');
    const route = asked + changed(own, '          port: 80\n', '          port: 80\n          uri: {prefix: /v1}\n');
    expect(codesOf({ ...HTTP, route })).toEqual(['error request-not-routed']);
  });

  it('is silent where both legs have the same conditions and a last rule has none', () => {
    const rest = changed(mesh, '          port: 80\n', '          port: 80\n          uri: {prefix: /v2}\n');
    const after = mesh.slice(mesh.indexOf('    - match:'));
    expect(codesOf({ ...HTTP, route: rest + after + own })).toEqual([]);
  });
});
