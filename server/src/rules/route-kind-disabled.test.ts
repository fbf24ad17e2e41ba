/** Kinds of routes that istiod does not look at. */
import { describe, expect, it } from 'vitest';
import { API_HTTP, API_TLS, apiFindings } from '../../../test/support/gateway-api.ts';

describe('route-kind-disabled', () => {
  it('tells of a TCPRoute for a ServiceEntry or a Gateway of Istio', () => {
    const tcp = (parent: string) => `# -- tcp.yaml
apiVersion: gateway.networking.k8s.io/v1alpha2
kind: TCPRoute
metadata: {name: db, namespace: egress}
spec:
  parentRefs: [${parent}]
  rules:
    - backendRefs:
        - {name: db, port: 5432}
`;
    expect(apiFindings({ ...API_HTTP, more: tcp('{name: gw}') })).toEqual(['information route-kind-disabled']);
    expect(apiFindings({ ...API_HTTP, more: tcp('{name: other}') })).toEqual([]);
  });

  it.each([
    ['1.29', ['information route-kind-disabled', 'information route-kind-disabled']],
    ['1.29.4', ['information route-kind-disabled', 'information route-kind-disabled']],
    ['1.30', []],
  ])('tells of TLSRoutes where the settings name an Istio that does not look at them: %s', (version, wanted) => {
    const settings = `# -- .istio-egress.yaml\nistio: {version: "${version}"}\n`;
    expect(apiFindings({ ...API_TLS, more: settings })).toEqual(wanted);
    expect(apiFindings({ ...API_HTTP, more: settings })).toEqual([]);
  });
});
