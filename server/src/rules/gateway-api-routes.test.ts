/** Routes of Gateway API under rules that are about any route. */
import { describe, expect, it } from 'vitest';
import { COMPLETE, findingsOf } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import {
  API_HTTP,
  API_TLS,
  type ApiEgress,
  apiFindings,
  apiFixture,
  edited,
} from '../../../test/support/gateway-api.ts';
import { provenFixes } from '../../../test/support/proved.ts';

it('is silent where both routes are right', () => {
  expect(apiFindings(API_HTTP)).toEqual([]);
  expect(apiFindings(API_TLS)).toEqual([]);
  expect(apiFindings({ ...API_HTTP, more: COMPLETE })).toEqual([]);
});

describe('gateway-leg-missing, in Gateway API', () => {
  it('says which Gateway has no route for the host', () => {
    const other = edited(API_HTTP, 'from', 'hostnames: [api.example.com]', 'hostnames: [www.example.com]');
    const open = edited(other, 'gateway', '      hostname: api.example.com\n', '');
    expect(
      apiFindings({
        ...open,
        from: changed(open.from, 'name: api.example.com', 'name: www.example.com'),
        more: COMPLETE,
      }),
    ).toContain('error gateway-leg-missing');
  });

  const several = changed(
    API_HTTP.gateway,
    '    - name: http\n',
    '    - {name: other, port: 8080, protocol: HTTP}\n    - name: http\n',
  );

  it('is silent where the route may be elsewhere', () => {
    expect(apiFindings({ ...API_HTTP, from: '' })).toEqual([]);
  });

  it.each([
    ['an HTTPRoute', { ...API_HTTP, from: '', more: COMPLETE }, 'Add HTTPRoute egress/forward-api-example-com'],
    ['a TLSRoute', { ...API_TLS, from: '', more: COMPLETE }, 'Add TLSRoute egress/forward-api-example-com'],
    [
      'a route of the one listener that calls come to',
      { ...API_HTTP, gateway: several, from: '', more: COMPLETE },
      'Add HTTPRoute egress/forward-api-example-com',
    ],
  ])('writes %s', (_title, egress, title) => {
    expect(apiFindings(egress)).toEqual(['error gateway-leg-missing']);
    expect(provenFixes(apiFixture(egress))).toEqual([title]);
  });

  const remedyOf = (egress: ApiEgress) =>
    findingsOf(apiFixture({ ...egress, from: '', more: COMPLETE }))
      .filter(({ code }) => code === 'gateway-leg-missing')
      .map(({ message }) => message.split('. ').at(-1));

  it.each([
    ['an HTTP listener', API_HTTP, 'Add an HTTPRoute that sends it on.'],
    ['a listener that lets TLS through', API_TLS, 'Add a TLSRoute that sends it on.'],
    [
      'a listener of bytes, to which TLS comes',
      edited(
        API_TLS,
        'gateway',
        'protocol: TLS\n      hostname: api.example.com\n      tls: {mode: Passthrough}\n',
        'protocol: TCP\n',
      ),
      'Let listener `tls` be TLS with Passthrough, and add a TLSRoute.',
    ],
    [
      'a listener of HTTP, to which TLS comes',
      edited(
        API_TLS,
        'gateway',
        'protocol: TLS\n      hostname: api.example.com\n      tls: {mode: Passthrough}\n',
        'protocol: HTTP\n',
      ),
      'Let listener `tls` be TLS with Passthrough, and add a TLSRoute.',
    ],
    [
      'a listener of bytes, to which HTTP comes',
      edited(API_HTTP, 'gateway', 'protocol: HTTP\n      hostname: api.example.com\n', 'protocol: TCP\n'),
      'Let listener `http` be HTTP, and add an HTTPRoute.',
    ],
  ])('asks for what fits %s', (_title, egress, remedy) => {
    expect(remedyOf(egress)).toEqual([remedy]);
  });

  it.each([
    [
      'where its name is taken',
      {
        gateway: changed(API_HTTP.gateway, '      hostname: api.example.com\n', ''),
        from: changed(API_HTTP.from, 'name: from-gateway', 'name: forward-api-example-com').replace(
          'hostnames: [api.example.com]',
          'hostnames: [www.example.com]',
        ),
      },
    ],
    [
      'where the listener takes no such kind',
      { gateway: `${API_HTTP.gateway}      allowedRoutes: {kinds: [{kind: GRPCRoute}]}\n` },
    ],
  ])('writes none %s', (_title, part) => {
    const findings = findingsOf(apiFixture({ ...API_HTTP, from: '', more: COMPLETE, ...part }));
    const missing = findings.filter(({ code }) => code === 'gateway-leg-missing');
    expect(missing.map(({ fixes }) => fixes)).toEqual([[]]);
  });
});

describe('request-not-routed, in Gateway API', () => {
  const conditioned = (part: 'to' | 'from', match: string) =>
    edited(API_HTTP, part, '    - backendRefs:', `    - matches: [${match}]\n      backendRefs:`);

  it.each([
    ['{path: {type: Exact, value: /v1}}', 'path'],
    ['{method: POST}', 'method'],
    ['{headers: [{name: x-team, value: blue}]}', 'headers'],
    ['{queryParams: [{name: a, value: b}]}', 'queryParams'],
  ])('says which condition of the gateway is not that of sidecars: %s', (match, key) => {
    const egress = { ...conditioned('from', match), more: COMPLETE };
    expect(
      findingsOf(apiFixture(egress)).map(({ severity, code, message }) => `${severity} ${code}: ${message}`),
    ).toEqual([
      'information request-not-routed: 404 at gateway egress/gw-istio: no rule there takes `GET /`, which sidecars send on: this condition is not theirs. Remove it here, or ask the same there.',
    ]);
    expect(provenFixes(apiFixture(egress))).toEqual([`Remove ${key} from the match`]);
  });

  it('is certain where the route is here, whatever else there may be', () => {
    expect(apiFindings(conditioned('from', '{path: {value: /v1}}'))).toEqual(['information request-not-routed']);
  });

  it('says that all rules of sidecars have conditions', () => {
    const egress = { ...conditioned('to', '{headers: [{name: x-team, value: blue}]}'), more: COMPLETE };
    expect(apiFindings(egress)).toEqual(['information request-not-routed']);
  });

  it.each([
    ['any path', '{path: {type: PathPrefix, value: /}}'],
    ['the same on both legs', '{path: {value: /}, headers: []}'],
  ])('is silent about %s', (_title, match) => {
    expect(apiFindings({ ...conditioned('from', match), more: COMPLETE })).toEqual([]);
  });
});

it('tls-in-tls is silent where the plain route, for which TLS is added, is written wrong: that is told of the route', () => {
  const originate = `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: originate, namespace: egress}
spec:
  host: api.example.com
  trafficPolicy: {portLevelSettings: [{port: {number: 443}, tls: {mode: SIMPLE}}]}
`;
  const both = edited(
    API_HTTP,
    'entry',
    '    - {number: 80, name: http, protocol: HTTP}\n',
    '    - {number: 80, name: http, protocol: HTTP}\n    - {number: 443, name: https, protocol: HTTPS}\n',
  );
  const from = changed(both.from, '          port: 80', '          port: 443');
  expect(apiFindings({ ...both, from, more: `${COMPLETE}${originate}` })).toEqual([]);
  const broken = changed(from, '        - group: networking.istio.io\n          kind', '        - kind');
  expect(apiFindings({ ...both, from: broken, more: `${COMPLETE}${originate}` })).toEqual([
    'error route-backend-invalid',
  ]);
});
