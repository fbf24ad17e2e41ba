import { describe, expect, it } from 'vitest';
import { changed, codesOf, fixtureOf, HTTP, messagesOf } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('server-host-missing', () => {
  const two = `    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [api.example.com]
      tls: {mode: PASSTHROUGH}
`;

  it('finds a host that only another server has', () => {
    const gateway = changed(HTTP.gateway, '[api.example.com]', '[other.example.com]') + two;
    expect(messagesOf({ ...HTTP, gateway })).toEqual([
      'error server-host-missing: 404 at the egress gateway: server 80 (HTTP) does not take `api.example.com` from VirtualServices in `app`. It takes `other.example.com`. Add the host to the server.',
    ]);
    expect(provenFixes(fixtureOf({ ...HTTP, gateway }))).toEqual([
      'Add api.example.com to server 80 of Gateway istio-system/egress',
    ]);
  });

  it.each(['["*.example.com"]', '["*"]', '[app/api.example.com]', '["*/api.example.com"]'])(
    'is silent: %s',
    (hosts) => {
      expect(codesOf({ ...HTTP, gateway: changed(HTTP.gateway, '[api.example.com]', hosts) + two })).toEqual([]);
    },
  );
});
