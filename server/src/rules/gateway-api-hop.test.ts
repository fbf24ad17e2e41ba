/** What sidecars send to a Gateway of Gateway API against what its listeners read, and where they send it. */
import { describe, expect, it } from 'vitest';
import { COMPLETE, findingsOf } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, API_TLS, type ApiEgress, apiFindings, apiFixture } from '../../../test/support/gateway-api.ts';
import { provenFixes } from '../../../test/support/proved.ts';

function hop(spec: string): string {
  return `${COMPLETE}# -- hop.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: hop, namespace: egress}
spec:
  host: gw-istio.egress.svc.cluster.local
  ${spec}
`;
}

const MUTUAL: ApiEgress = {
  ...API_HTTP,
  gateway: changed(
    API_HTTP.gateway,
    'protocol: HTTP\n',
    'protocol: HTTPS\n      tls: {mode: Terminate, options: {gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL}}\n',
  ),
};

function messages(egress: ApiEgress): readonly string[] {
  return findingsOf(apiFixture(egress)).map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

describe('hop-tls-mismatch', () => {
  it('is found where nothing adds the mutual TLS that a listener takes, and writes the DestinationRule', () => {
    const plain = { ...MUTUAL, more: COMPLETE };
    expect(messages(plain)).toEqual([
      'error hop-tls-mismatch: Connection reset at gateway egress/gw-istio: server 80 (HTTPS, ISTIO_MUTUAL) takes mutual TLS of the mesh, and gets plain HTTP. Set ISTIO_MUTUAL in a DestinationRule.',
    ]);
    expect(provenFixes(apiFixture(plain))).toEqual([
      'Add DestinationRule egress/mutual-tls-to-gw with ISTIO_MUTUAL for gw-istio.egress',
    ]);
  });

  it('is found where only a subset has it, which no route of Gateway API can name', () => {
    const more = hop('subsets: [{name: api, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: api.example.com}}}]');
    expect(messages({ ...MUTUAL, more })).toEqual([
      'error hop-tls-mismatch: Connection reset at gateway egress/gw-istio: server 80 (HTTPS, ISTIO_MUTUAL) takes mutual TLS of the mesh, which `egress/hop` adds for subset `api` alone. Write it for the host.',
    ]);
  });

  it('is found where a plain listener gets it: on either side it can be put right', () => {
    const more = hop('trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: api.example.com}}');
    expect(apiFindings({ ...API_HTTP, more })).toEqual(['error hop-tls-mismatch']);
    expect(provenFixes(apiFixture({ ...API_HTTP, more }))).toEqual([
      'Disable TLS in DestinationRule egress/hop',
      'Let listener http take mutual TLS of the mesh',
    ]);
  });

  it('is found where the TLS of applications is wrapped on its way to a listener that passes it through', () => {
    const more = hop('trafficPolicy: {tls: {mode: ISTIO_MUTUAL}}');
    expect(apiFindings({ ...API_TLS, more })).toEqual(['error hop-tls-mismatch']);
    expect(provenFixes(apiFixture({ ...API_TLS, more }))).toEqual(['Disable TLS in DestinationRule egress/hop']);
  });

  it('is certain wherever the DestinationRule is here, whatever else there may be', () => {
    const rule = hop('trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: api.example.com}}').replace(COMPLETE, '');
    expect(apiFindings({ ...API_HTTP, more: rule })).toEqual(['error hop-tls-mismatch']);
  });

  it.each([
    ['the rest of the cluster is not known, so a DestinationRule may be there', MUTUAL],
    [
      'both sides have it',
      { ...MUTUAL, more: hop('trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: api.example.com}}') },
    ],
    [
      'the DestinationRule is for another port',
      {
        ...API_HTTP,
        more: hop('trafficPolicy: {portLevelSettings: [{port: {number: 8443}, tls: {mode: ISTIO_MUTUAL}}]}'),
      },
    ],
  ])('is silent where %s', (_title, egress) => {
    expect(apiFindings(egress)).toEqual([]);
  });
});

it('server-name-not-taken: the hop has another server name than the listener', () => {
  const more = hop('trafficPolicy: {tls: {mode: ISTIO_MUTUAL, sni: www.example.com}}');
  expect(apiFindings({ ...MUTUAL, more })).toEqual(['error server-name-not-taken']);
  expect(provenFixes(apiFixture({ ...MUTUAL, more }))).toEqual(['Send server name api.example.com']);
});

it('gateway-leg-missing: the host is routed at another listener than the one that calls come to', () => {
  const gateway = `${API_HTTP.gateway}    - {name: other, port: 8080, protocol: HTTP}\n`;
  const to = changed(API_HTTP.to, 'port: 80', 'port: 8080');
  const from = changed(API_HTTP.from, '    - name: gw\n', '    - name: gw\n      sectionName: http\n');
  expect(messages({ ...API_HTTP, gateway, to, from, more: COMPLETE })).toEqual([
    'error gateway-leg-missing: 404 at gateway egress/gw-istio: HTTPRoute `egress/from-gateway` takes them at listener `http`, port 80, and they come to port 8080. Send them to port 80, or route them at the other listener.',
  ]);
});
