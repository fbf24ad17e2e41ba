/** Backends of routes of Gateway API that lead nowhere. */
import { describe, expect, it } from 'vitest';
import { COMPLETE, expectFindings, findingsOf } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, API_TLS, apiFindings, apiFixture, edited } from '../../../test/support/gateway-api.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('route-backend-invalid', () => {
  it('finds a Hostname without its group', () => {
    const wrong = edited(
      API_HTTP,
      'from',
      '        - group: networking.istio.io\n          kind: Hostname\n',
      '        - kind: Hostname\n#               ^^^^^^^^ error route-backend-invalid: 500 at the gateway: istiod knows no backend of kind Hostname without a group. Write `group: networking.istio.io`.\n',
    );
    expectFindings(apiFixture(wrong));
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write group: networking.istio.io']);
  });

  it('finds a Hostname without its kind', () => {
    const wrong = edited(API_HTTP, 'from', 'kind: Hostname\n', '# none\n');
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Write kind: Hostname']);
  });

  it('finds a Hostname with a namespace', () => {
    const wrong = edited(API_HTTP, 'from', '          port: 80', '          namespace: egress\n          port: 80');
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Remove namespace']);
  });

  it.each([
    [
      'its own, by which istiod drops the route',
      'egress',
      '404 at the gateway: istiod drops the route, because a Hostname has no namespace. Remove it.',
    ],
    [
      'another, in which istiod permits nothing',
      'external',
      '500 at the gateway: a Hostname has no namespace, and istiod permits none in `external`. Remove it.',
    ],
  ])('says what a namespace does: %s', (_title, namespace, expected) => {
    const port = '          port: 80';
    const wrong = edited(API_HTTP, 'from', port, `          namespace: ${namespace}\n${port}`);
    expect(findingsOf(apiFixture(wrong)).map(({ message }) => message)).toEqual([expected]);
  });

  it('finds a host where the name of a Service must be', () => {
    const wrong = edited(
      API_HTTP,
      'from',
      '        - group: networking.istio.io\n          kind: Hostname\n          name',
      '        - name',
    );
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Make it a Hostname']);
  });

  it("finds a Service's full name", () => {
    const wrong = edited(
      API_HTTP,
      'to',
      '- name: gw-istio\n          namespace: egress',
      '- name: gw-istio.egress.svc.cluster.local',
    );
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Use Service egress/gw-istio']);
  });

  it('finds the name of the Gateway in place of its Service, and a port that no listener opens', () => {
    const name = edited(API_HTTP, 'to', 'gw-istio', 'gw');
    expect(apiFindings({ ...name, more: COMPLETE })).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture({ ...name, more: COMPLETE }))).toEqual(['Use gw-istio']);
    const port = edited(API_HTTP, 'to', 'port: 80', 'port: 8080');
    expect(apiFindings(port)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(port))).toEqual(['Use port 80']);
  });

  it('finds them for sidecars whatever else there may be, as only the Service of the Gateway can be meant', () => {
    const named = edited(API_HTTP, 'to', 'gw-istio', 'gw');
    expect(apiFindings(named)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(named))).toEqual(['Use gw-istio']);
    const unplaced = edited(API_HTTP, 'to', '          namespace: egress\n', '');
    expect(apiFindings(unplaced)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(unplaced))).toEqual(['Use egress/gw-istio']);
  });

  it('is silent about a Service of that name that may be elsewhere', () => {
    const settings = '# -- .istio-egress.yaml\nexternal: ["Service egress/gw"]\n';
    expect(apiFindings({ ...edited(API_HTTP, 'to', 'gw-istio', 'gw'), more: settings })).toEqual([]);
    const service = edited(API_HTTP, 'to', 'gw-istio', 'proxy');
    expect(apiFindings(service)).toEqual([]);
    const ingress = edited(
      API_HTTP,
      'from',
      '        - group: networking.istio.io\n          kind: Hostname\n          name: api.example.com',
      '        - name: gw',
    );
    expect(apiFindings(ingress)).toEqual([]);
  });

  it('finds a backend without a port', () => {
    const wrong = edited(API_TLS, 'from', '          port: 443\n', '');
    expect(apiFindings(wrong)).toEqual(['error route-backend-invalid']);
    expect(provenFixes(apiFixture(wrong))).toEqual(['Add port 443']);
  });

  it.each([
    [
      'a Service that may live elsewhere',
      edited(
        API_HTTP,
        'to',
        '- name: gw-istio\n          namespace: egress',
        '- name: filter\n          namespace: proxies',
      ),
    ],
    ['a placeholder for the name', edited(API_HTTP, 'from', 'name: api.example.com', 'name: "${HOST}"')],
    ['a placeholder for the port', edited(API_HTTP, 'from', 'port: 80', 'port: "${PORT}"')],
    [
      'a backend without weight',
      edited(
        API_HTTP,
        'from',
        '    - backendRefs:',
        '    - backendRefs:\n        - {kind: Hostname, name: x, port: 80, weight: 0}',
      ),
    ],
    [
      'a route of another controller',
      edited(
        { ...API_HTTP, gateway: changed(API_HTTP.gateway, 'gatewayClassName: istio', 'gatewayClassName: nginx') },
        'from',
        'kind: Hostname',
        'kind: Elsewhere',
      ),
    ],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('route-backend'))).toEqual([]);
  });
});
