import { describe, expect, it } from 'vitest';
import { changed, codesOf, fixtureOf, HTTP, messagesOf } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('gateway-redirects-to-https', () => {
  const gateway = (tls: string) =>
    changed(HTTP.gateway, 'hosts: [api.example.com]\n', `hosts: [api.example.com]\n      tls: ${tls}\n`);

  it('finds a redirect on the way of plain calls', () => {
    const redirecting = { ...HTTP, gateway: gateway('{httpsRedirect: true}') };
    expect(messagesOf(redirecting)).toEqual([
      'warning gateway-redirects-to-https: 301 to https at the egress gateway: server 80 (HTTP) has `httpsRedirect`, so what sidecars send is answered and not sent on. Remove it.',
    ]);
    expect(provenFixes(fixtureOf(redirecting))).toEqual(['Remove httpsRedirect']);
  });

  it('is silent where the redirect is switched off', () => {
    expect(codesOf({ ...HTTP, gateway: gateway('{httpsRedirect: false}') })).toEqual([]);
  });

  it('is silent where another server redirects', () => {
    const other =
      '    - port: {number: 8081, name: other, protocol: HTTP}\n      hosts: [b.example.com]\n      tls: {httpsRedirect: true}\n';
    expect(codesOf({ ...HTTP, gateway: HTTP.gateway + other })).toEqual([]);
  });
});
