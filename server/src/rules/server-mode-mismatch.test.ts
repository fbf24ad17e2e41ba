import { describe, expect, it } from 'vitest';
import { expectFixed } from '../../../test/support/annotated.ts';
import { changed, codesOf, fixtureOf, messagesOf, MUTUAL, PASSTHROUGH } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('server-mode-mismatch', () => {
  const mutual = changed(PASSTHROUGH.gateway, 'PASSTHROUGH', 'ISTIO_MUTUAL');
  const subset = changed(PASSTHROUGH.route, 'svc.cluster.local\n', 'svc.cluster.local\n            subset: api\n');

  it('moves a tls rule where the server takes tcp rules, with its comment', () => {
    const egress = { ...PASSTHROUGH, gateway: mutual, route: subset, rule: MUTUAL.rule ?? '' };
    expect(messagesOf(egress)).toEqual([
      'error server-mode-mismatch: Connection refused at the egress gateway: server 443 (TLS, ISTIO_MUTUAL) takes `tcp` rules, so this `tls` rule is ignored. Move it to `tcp`.',
    ]);
    expect(provenFixes(fixtureOf(egress))).toEqual(['Move the rule to tcp']);
  });

  it('changes the server where the rule fits what comes', () => {
    const gateway = changed(MUTUAL.gateway, 'protocol: HTTPS', 'protocol: TLS');
    expect(messagesOf({ ...MUTUAL, gateway })).toEqual([
      'error server-mode-mismatch: Connection refused at the egress gateway: server 443 (TLS, ISTIO_MUTUAL) takes `tcp` rules, so the `http` rule for it is ignored. Let it be HTTPS with ISTIO_MUTUAL.',
    ]);
    expect(provenFixes(fixtureOf({ ...MUTUAL, gateway }))).toEqual(['Let the server be HTTPS with ISTIO_MUTUAL']);
  });

  it('keeps the comments of a server whose mode is changed', () => {
    const tls = (mode: string) => `      tls:\n        # For sidecars.\n        mode: ${mode} # As agreed.\n`;
    const written = (mode: string) => changed(MUTUAL.gateway, '      tls: {mode: ISTIO_MUTUAL}\n', tls(mode));
    const gateway = changed(written('PASSTHROUGH'), 'HTTPS', 'TLS');
    const fixed = fixtureOf({ ...MUTUAL, gateway: written('ISTIO_MUTUAL') });
    expectFixed(fixtureOf({ ...MUTUAL, gateway }), fixed);
  });

  it('finds a mode that takes no rules', () => {
    const gateway = changed(PASSTHROUGH.gateway, 'PASSTHROUGH', 'AUTO_PASSTHROUGH');
    expect(codesOf({ ...PASSTHROUGH, gateway })).toEqual(['error server-mode-mismatch']);
    expect(provenFixes(fixtureOf({ ...PASSTHROUGH, gateway }))).toEqual(['Use PASSTHROUGH']);
  });

  it.each([
    ['HTTPS with PASSTHROUGH', changed(PASSTHROUGH.gateway, 'protocol: TLS', 'protocol: HTTPS')],
    ['no mode, which means PASSTHROUGH', changed(PASSTHROUGH.gateway, '{mode: PASSTHROUGH}', '{}')],
    ['lower case', changed(PASSTHROUGH.gateway, 'protocol: TLS', 'protocol: tls')],
    ['a placeholder', changed(PASSTHROUGH.gateway, 'mode: PASSTHROUGH', 'mode: "{{ .Values.mode }}"')],
  ])('is silent: %s', (_title, gateway) => {
    expect(codesOf({ ...PASSTHROUGH, gateway })).toEqual([]);
  });
});
