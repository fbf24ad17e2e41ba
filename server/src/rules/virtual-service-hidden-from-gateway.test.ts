import { describe, expect, it } from 'vitest';
import { expectFixed, findingsOf } from '../../../test/support/annotated.ts';

const GATEWAY = `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: ["*"]
`;

function route(exportTo: string, namespace = 'app', rules = 'both'): string {
  const mesh = `    - match: [{gateways: [mesh]}]
      route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}}]
`;
  const leg = `    - match: [{gateways: [istio-system/egress]}]
      route: [{destination: {host: api.example.com, port: {number: 80}}}]
`;
  return `# -- ${namespace}.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: ${namespace}}
spec:
  hosts: [api.example.com]
  exportTo: ${exportTo}
  gateways: [mesh, istio-system/egress]
  http:
${rules === 'mesh' ? mesh : mesh + leg}`;
}

const codes = (fixture: string) => findingsOf(fixture).map((each) => `${each.severity} ${each.code}`);

describe('a VirtualService that its gateway cannot see', () => {
  it('is an error, fixed by naming the namespace of the pods', () => {
    expect(codes(GATEWAY + route('["."]'))).toEqual(['error virtual-service-hidden-from-gateway']);
    expectFixed(GATEWAY + route('["."]'), GATEWAY + route('[".", "istio-system"]'));
    expect(findingsOf(GATEWAY + route('["."]'))[0]?.message).toBe(
      '404 at the egress gateway: its pods run in `istio-system`, but this exportTo shows the VirtualService only to `app`. Add `istio-system`.',
    );
  });
});

describe('a VirtualService that its gateway need not see, or sees', () => {
  it.each(['["*"]', '[., istio-system]', '[]'])('is silent: exportTo %s', (exportTo) => {
    expect(codes(GATEWAY + route(exportTo))).toEqual([]);
  });

  it('is another mistake where no rule acts for the gateway', () => {
    expect(codes(GATEWAY + route('["."]', 'app', 'mesh'))).toEqual(['error gateway-leg-missing']);
  });

  it('is silent where each namespace has its own, private, and one of them acts at the gateway', () => {
    expect(codes(GATEWAY + route('["."]') + route('["."]', 'istio-system'))).toEqual([]);
  });
});
