/** Listeners that istiod leaves out. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../test/support/annotated.ts';
import { API_TLS, type ApiEgress, apiFindings, apiFixture, edited } from '../../../test/support/gateway-api.ts';

describe('listener-not-programmed', () => {
  it('finds plain HTTP on the port of a TLS listener', () => {
    const wrong = edited(
      API_TLS,
      'gateway',
      '    - name: tls',
      '    - {name: plain, port: 443, protocol: HTTP, hostname: other.example.com}\n    - name: tls',
    );
    expect(apiFindings(wrong)).toEqual(['error listener-not-programmed']);
  });

  it.each([
    [
      'two TLS listeners of one port',
      '    - {name: other, port: 443, protocol: TLS, hostname: other.example.com, tls: {mode: Passthrough}}\n    - name: tls',
    ],
    [
      'a listener on another port',
      '    - {name: plain, port: 80, protocol: HTTP, hostname: other.example.com}\n    - name: tls',
    ],
  ])('is silent about %s', (_title, listeners) => {
    expect(apiFindings(edited(API_TLS, 'gateway', '    - name: tls', listeners))).toEqual([]);
  });

  it('takes the Secrets of certificates for there', () => {
    const tls = 'tls: {mode: Terminate, certificateRefs: [{name: cert}]}';
    const wrong = edited(API_TLS, 'gateway', 'tls: {mode: Passthrough}', tls);
    expect(apiFindings(wrong)).not.toContain('error listener-not-programmed');
  });

  it.each([
    [
      'a Secret of another namespace',
      '{name: cert, namespace: certs}',
      'Pass TLS through, or allow it with a ReferenceGrant there.',
    ],
    ['what is no Secret', '{kind: ConfigMap, name: cert}', 'Name a Secret.'],
    ['three', '{name: a}, {name: b}, {name: c}', 'Name one or two.'],
  ])('says what to do about %s', (_title, references, remedy) => {
    const tls = `tls: {mode: Terminate, certificateRefs: [${references}]}`;
    const wrong = edited(API_TLS, 'gateway', 'tls: {mode: Passthrough}', tls);
    const grant = `# -- grant.yaml
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: from-egress, namespace: certs}
spec:
  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: egress}]
  to: [{group: "", kind: Secret}]
`;
    const told = (egress: ApiEgress) =>
      findingsOf(apiFixture(egress)).flatMap(({ code, message }) =>
        code === 'listener-not-programmed' ? [message] : [],
      );
    expect(told(wrong)).toEqual([
      `Connection refused at gateway egress/gw-istio: no certificate of listener \`tls\` of Gateway \`egress/gw\` can be used, so it is not programmed. ${remedy}`,
    ]);
    const allowed = references.includes('certs') ? [] : told(wrong);
    expect(told({ ...wrong, more: grant })).toEqual(allowed);
  });
});
