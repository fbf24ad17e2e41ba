/** Routes for sidecars that are in force for no client. */
import { describe, expect, it } from 'vitest';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, API_TLS, apiFindings, edited } from '../../../test/support/gateway-api.ts';

describe('route-reaches-no-client', () => {
  const elsewhere = edited(API_HTTP, 'entry', 'namespace: app', 'namespace: external');
  const inGateways = {
    ...elsewhere,
    to: changed(
      changed(elsewhere.to, 'namespace: app', 'namespace: egress'),
      'name: api\n',
      'name: api\n      namespace: external\n',
    ),
  };

  it('finds an HTTPRoute in the namespace of the gateway', () => {
    expect(apiFindings(inGateways)).toEqual(['information route-reaches-no-client']);
    const clients = '# -- .istio-egress.yaml\nclients: [app]\n';
    expect(apiFindings({ ...inGateways, more: clients })).toEqual(['warning route-reaches-no-client']);
  });

  it("finds the gateway's own Service as a parent", () => {
    const parent = '    - group: networking.istio.io\n      kind: ServiceEntry\n      name: api\n';
    const wrong = edited(
      API_HTTP,
      'to',
      parent,
      '    - {group: "", kind: Service, name: gw-istio, namespace: egress}\n',
    );
    expect(apiFindings(wrong)).toContain('warning route-reaches-no-client');
  });

  describe("the gateway's own Service, named in the namespace of the route", () => {
    const parent = '    - group: networking.istio.io\n      kind: ServiceEntry\n      name: api\n';
    const wrong = edited(API_HTTP, 'to', parent, '    - {group: "", kind: Service, name: gw-istio}\n');
    const service = `# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: gw-istio, namespace: app}
spec: {selector: {app: gw}, ports: [{port: 80}]}
`;

    it('is found as a parent that is not there', () => {
      expect(apiFindings(wrong)).toContain('warning route-reaches-no-client');
    });

    it.each([
      ['there', service],
      ['said to be elsewhere', '# -- .istio-egress.yaml\nexternal: [Service app/gw-istio]\n'],
    ])('is no matter where it is %s', (_title, more) => {
      expect(apiFindings({ ...wrong, more }).filter((each) => each.includes('reaches'))).toEqual([]);
    });
  });

  it.each([
    ['a client in the namespace', { ...inGateways, more: '# -- .istio-egress.yaml\nclients: [egress]\n' }],
    [
      'pods in the namespace',
      {
        ...inGateways,
        more: '# -- pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: sleep, namespace: egress, labels: {app: sleep}}\nspec: {containers: [{name: a, image: b}]}\n',
      },
    ],
    [
      'the namespace of a client',
      { ...elsewhere, to: changed(elsewhere.to, 'name: api\n', 'name: api\n      namespace: external\n') },
    ],
    [
      'a TLSRoute, which acts for all',
      {
        ...edited(API_TLS, 'entry', 'namespace: app', 'namespace: external'),
        to: changed(
          changed(API_TLS.to, 'namespace: app', 'namespace: egress'),
          'name: api\n',
          'name: api\n      namespace: external\n',
        ),
      },
    ],
  ])('is silent about %s', (_title, egress) => {
    expect(apiFindings(egress).filter((each) => each.includes('reaches'))).toEqual([]);
  });
});
