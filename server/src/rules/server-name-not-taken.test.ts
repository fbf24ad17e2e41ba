import { describe, expect, it } from 'vitest';
import { changed, codesOf, fixtureOf, messagesOf, MUTUAL } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('server-name-not-taken', () => {
  const rule = MUTUAL.rule ?? '';

  it('finds mutual TLS without a server name', () => {
    const other = changed(rule, ', sni: api.example.com', '');
    expect(messagesOf({ ...MUTUAL, rule: other })).toEqual([
      'error server-name-not-taken: Connection reset at the egress gateway: server 443 (HTTPS, ISTIO_MUTUAL) takes the server names `api.example.com`, and sidecars send `outbound_.443_…`. Add `sni: api.example.com`.',
    ]);
    expect(provenFixes(fixtureOf({ ...MUTUAL, rule: other }))).toEqual(['Send server name api.example.com']);
  });

  it('finds another server name', () => {
    const other = changed(rule, 'sni: api.example.com', 'sni: www.example.com');
    expect(codesOf({ ...MUTUAL, rule: other })).toEqual(['error server-name-not-taken']);
    expect(provenFixes(fixtureOf({ ...MUTUAL, rule: other }))).toEqual(['Send server name api.example.com']);
  });

  it('is silent without a server name where the server takes any', () => {
    const any = {
      gateway: changed(MUTUAL.gateway, '[api.example.com]', '["*"]'),
      rule: changed(rule, ', sni: api.example.com', ''),
    };
    expect(codesOf({ ...MUTUAL, ...any })).toEqual([]);
  });
});
