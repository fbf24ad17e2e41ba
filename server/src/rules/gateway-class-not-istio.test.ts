/** Gateways of Gateway API that are not of Istio's class. */
import { describe, expect, it } from 'vitest';
import { COMPLETE } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, apiFindings, edited } from '../../../test/support/gateway-api.ts';

describe('gateway-class-not-istio', () => {
  const ofClass = (name: string) => edited(API_HTTP, 'gateway', 'gatewayClassName: istio', `gatewayClassName: ${name}`);

  it("finds a class of istiod's that is no gateway, and a slip", () => {
    expect(apiFindings(ofClass('istio-waypoint'))).toEqual(['error gateway-class-not-istio']);
    expect(apiFindings(ofClass('istoi'))).toEqual(['error gateway-class-not-istio']);
    expect(apiFindings({ ...ofClass('nginx'), more: COMPLETE })).toEqual(['error gateway-class-not-istio']);
  });

  it.each([
    ['a class that may be one of istiod', ofClass('egress-internal')],
    ['a placeholder', ofClass('"${CLASS}"')],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('class'))).toEqual([]);
  });

  it('is silent about a Gateway of somebody else, without routes to hosts outside', () => {
    const own = edited(
      ofClass('nginx'),
      'from',
      '        - group: networking.istio.io\n          kind: Hostname\n          name: api.example.com',
      '        - name: shop',
    );
    const to = changed(API_HTTP.to, 'gw-istio', 'other');
    expect(apiFindings({ ...own, to, more: COMPLETE }).filter((each) => each.includes('class'))).toEqual([]);
  });
});
