import { describe, expect, it } from 'vitest';
import { changed, codesOf, fixtureOf, HTTP, messagesOf, SERVICE } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('gateway-selector-mismatch', () => {
  it('finds labels that the pods behind the Service lack', () => {
    const gateway = changed(HTTP.gateway, '{istio: egressgateway}', '{istio: egressgateway, tier: edge}');
    expect(messagesOf({ ...HTTP, gateway, more: SERVICE })).toEqual([
      'error gateway-selector-mismatch: Connection refused at the egress gateway: Gateway `istio-system/egress` selects `tier: edge`, which the pods of istio-egressgateway.istio-system lack. Select their labels.',
    ]);
    expect(provenFixes(fixtureOf({ ...HTTP, gateway, more: SERVICE }))).toEqual([
      'Select the pods of istio-system/istio-egressgateway',
    ]);
  });

  it('is silent where the pods are not here', () => {
    expect(codesOf({ ...HTTP, gateway: changed(HTTP.gateway, 'istio: egressgateway', 'istio: team-egress') })).toEqual(
      [],
    );
  });

  it('is silent where a value of the selector is a placeholder', () => {
    const gateway = changed(HTTP.gateway, 'istio: egressgateway', 'istio: "${EGRESS}"');
    expect(codesOf({ ...HTTP, gateway, more: SERVICE })).toEqual([]);
  });

  it('is silent for a selector that is only a part of the labels', () => {
    expect(
      codesOf({
        ...HTTP,
        gateway: changed(HTTP.gateway, 'istio: egressgateway', 'app: istio-egressgateway'),
        more: SERVICE,
      }),
    ).toEqual([]);
  });
});
