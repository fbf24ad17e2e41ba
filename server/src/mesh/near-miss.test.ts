import { describe, expect, it } from 'vitest';
import { isTypoOf } from './near-miss.ts';

describe('a typo', () => {
  it.each([
    ['istio-egresgateway', 'istio-egressgateway'],
    ['istio-egressgatewayy', 'istio-egressgateway'],
    ['istio-egrezsgateway', 'istio-egressgateway'],
    ['istio-egerssgateway', 'istio-egressgateway'],
    ['stio-system', 'istio-system'],
  ])('makes %s of %s', (written, meant) => {
    expect(isTypoOf(written, meant)).toBe(true);
    expect(isTypoOf(meant, written)).toBe(true);
  });

  it.each([
    ['egress', 'egress'],
    ['gateway-1', 'gateway-2'],
    ['gateway-1', 'gateway-12'],
    ['gateway', 'gateway1'],
    ['east', 'west'],
    ['egress-one', 'egress-two'],
    ['egress-gateway', 'gateway-egress'],
    ['egress', 'egress-gateway'],
  ])('is not what tells %s from %s', (written, meant) => {
    expect(isTypoOf(written, meant)).toBe(false);
    expect(isTypoOf(meant, written)).toBe(false);
  });
});
