/** Routes of Gateway API that a listener does not take. */
import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, API_TLS, apiFindings, apiFixture, edited } from '../../../test/support/gateway-api.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('route-not-admitted', () => {
  it.each([
    [
      'HTTP',
      {
        ...API_TLS,
        gateway: changed(
          API_TLS.gateway,
          'protocol: TLS\n      hostname: api.example.com\n      tls: {mode: Passthrough}',
          'protocol: HTTP',
        ),
      },
      'Not used by the gateway: listener `tls` of Gateway `egress/gw` (HTTP) takes `HTTPRoute` and `GRPCRoute`, not TLSRoute. Use the kind that fits the protocol, or another listener.',
    ],
    [
      'TLS',
      {
        ...API_HTTP,
        gateway: changed(API_HTTP.gateway, 'protocol: HTTP', 'protocol: TLS\n      tls: {mode: Passthrough}'),
      },
      'Not used by the gateway: listener `http` of Gateway `egress/gw` (TLS) takes `TLSRoute`, not HTTPRoute. Use the kind that fits the protocol, or another listener.',
    ],
  ])('is all that is told where the kind does not fit a listener of %s', (_title, egress, expected) => {
    expect(findingsOf(apiFixture(egress)).map(({ message }) => message)).toEqual([expected]);
  });

  it('finds a hostname that the listener does not take', () => {
    const wrong = edited(
      API_HTTP,
      'from',
      'hostnames: [api.example.com]',
      'hostnames: [www.example.com]\n#             ^^^^^^^^^^^^^^^ error route-not-admitted: 404 at the gateway: listener `http` of Gateway `egress/gw` takes `api.example.com`, not `www.example.com`. Correct the hostname of the one or the other.',
    );
    expectFindings(apiFixture(wrong));
  });

  it('finds a namespace that the listener does not admit', () => {
    const from = changed(API_HTTP.from, 'namespace: egress', 'namespace: app');
    const wrong = { ...API_HTTP, from: changed(from, '- name: gw', '- {name: gw, namespace: egress}') };
    expect(apiFindings(wrong)).toEqual(['error route-not-admitted']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Admit routes of all namespaces at Gateway egress/gw']);
    expect(
      apiFindings(
        edited(wrong, 'gateway', 'protocol: HTTP', 'protocol: HTTP\n      allowedRoutes: {namespaces: {from: All}}'),
      ),
    ).toEqual([]);
  });

  it('finds a kind that the listener does not take', () => {
    const kinds = 'allowedRoutes: {kinds: [{kind: GRPCRoute}]}';
    expect(apiFindings(edited(API_HTTP, 'gateway', 'protocol: HTTP', `protocol: HTTP\n      ${kinds}`))).toEqual([
      'error route-not-admitted',
    ]);
  });

  it.each([
    [
      'a wildcard over the hostname',
      edited(API_HTTP, 'gateway', 'hostname: api.example.com', 'hostname: "*.example.com"'),
    ],
    ['a listener for all hosts', edited(API_HTTP, 'gateway', '      hostname: api.example.com\n', '')],
    ['one hostname of two', edited(API_HTTP, 'from', '[api.example.com]', '[api.example.com, www.example.com]')],
    ['a placeholder', edited(API_HTTP, 'from', '[api.example.com]', '["${HOST}"]')],
    [
      'another listener that takes it',
      edited(
        API_HTTP,
        'gateway',
        '    - name: http',
        '    - {name: other, port: 8080, protocol: HTTP, hostname: x.example.com}\n    - name: http',
      ),
    ],
    ['a namespace that is not known', edited(API_HTTP, 'from', ', namespace: egress', '')],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('route-not-admitted'))).toEqual([]);
  });

  it('finds a kind that the list of the listener lacks, and adds it', () => {
    const listed = edited(
      API_HTTP,
      'gateway',
      '      hostname',
      '      allowedRoutes: {kinds: [{kind: GRPCRoute}]}\n      hostname',
    );
    expect(findingsOf(apiFixture(listed)).map(({ message }) => message)).toEqual([
      '404 at the gateway: listener `http` of Gateway `egress/gw` allows `GRPCRoute` alone, not HTTPRoute (allowedRoutes.kinds). Add HTTPRoute there.',
    ]);
    expect(provenFixes(apiFixture(listed))).toEqual(['Allow HTTPRoute at Gateway egress/gw']);
  });

  it('knows the names of namespaces, and leaves their labels open', () => {
    const from = changed(API_HTTP.from, 'namespace: egress', 'namespace: app');
    const moved = { ...API_HTTP, from: changed(from, '- name: gw', '- {name: gw, namespace: egress}') };
    const selecting = (labels: string) =>
      edited(
        moved,
        'gateway',
        'protocol: HTTP',
        `protocol: HTTP\n      allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {${labels}}}}}`,
      );
    expect(apiFindings(selecting('kubernetes.io/metadata.name: app'))).toEqual([]);
    expect(apiFindings(selecting('kubernetes.io/metadata.name: other'))).toEqual(['error route-not-admitted']);
    expect(apiFindings(selecting('team: a'))).toEqual([]);
  });
});
