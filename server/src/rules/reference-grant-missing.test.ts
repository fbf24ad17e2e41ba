/** Backends in other namespaces that nobody allows. */
import { describe, expect, it } from 'vitest';
import { COMPLETE } from '../../../test/support/annotated.ts';
import { API_HTTP, apiFindings, edited } from '../../../test/support/gateway-api.ts';

describe('reference-grant-missing', () => {
  const service = `# -- filter.yaml
apiVersion: v1
kind: Service
metadata: {name: filter, namespace: proxies}
spec:
  selector: {app: filter}
  ports:
    - {name: http, port: 80}
`;
  const backend =
    '        - group: networking.istio.io\n          kind: Hostname\n          name: api.example.com\n          port: 80\n';
  const cross = edited(API_HTTP, 'from', backend, '        - {name: filter, namespace: proxies, port: 80}\n');
  const grant = (kind: string, namespace: string) => `# -- grant.yaml
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: any, namespace: proxies}
spec:
  from:
    - {group: gateway.networking.k8s.io, kind: ${kind}, namespace: ${namespace}}
  to:
    - {group: "", kind: Service}
`;

  it('finds a Service of another namespace that nothing opens, and a grant for another kind or namespace', () => {
    expect(apiFindings({ ...cross, more: service })).toContain('warning reference-grant-missing');
    expect(apiFindings({ ...cross, more: service + COMPLETE })).toContain('error reference-grant-missing');
    for (const other of [grant('TLSRoute', 'egress'), grant('HTTPRoute', 'app')])
      expect(apiFindings({ ...cross, more: service + other })).toContain('warning reference-grant-missing');
  });

  it.each([
    ['a grant', service + grant('HTTPRoute', 'egress')],
    ['a Service that is not here', ''],
    ['a grant without a namespace', service + grant('HTTPRoute', 'egress').replace(', namespace: proxies', '')],
    ['a grant with a placeholder', service + grant('"${KIND}"', 'egress')],
  ])('is silent about %s', (_title, more) => {
    expect(apiFindings({ ...cross, more }).filter((each) => each.includes('grant'))).toEqual([]);
  });

  it('is silent about routes for sidecars, which need none', () => {
    expect(apiFindings({ ...API_HTTP, more: COMPLETE })).toEqual([]);
  });
});
