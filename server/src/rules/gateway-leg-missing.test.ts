import { describe, expect, it } from 'vitest';
import { changed, codesOf, fixtureOf, HTTP, messagesOf } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('gateway-leg-missing', () => {
  const route = HTTP.route.slice(0, HTTP.route.lastIndexOf('    - match:'));

  it('finds a VirtualService that is bound to a Gateway and has no rule for it', () => {
    expect(messagesOf({ ...HTTP, route })).toEqual([
      'error gateway-leg-missing: 404 at the egress gateway: no rule of VirtualService `app/api` for Gateway `istio-system/egress` routes `api.example.com`. Add the rule that sends it on.',
    ]);
    expect(provenFixes(fixtureOf({ ...HTTP, route }))).toEqual(['Add a rule for istio-system/egress']);
  });

  it('is silent where another VirtualService has the rule', () => {
    const more = `# -- other.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: from-gateway, namespace: istio-system}
spec:
  hosts: ["*.example.com"]
  gateways: [egress]
  http:
    - route: [{destination: {host: api.example.com, port: {number: 80}}}]
`;
    expect(
      codesOf({ ...HTTP, route, gateway: changed(HTTP.gateway, '[api.example.com]', '["*.example.com"]'), more }),
    ).toEqual([]);
  });

  it('is silent where the other leg may live elsewhere', () => {
    expect(codesOf({ ...HTTP, route: changed(route, '[mesh, istio-system/egress]', '[mesh]') })).toEqual([]);
  });
});
