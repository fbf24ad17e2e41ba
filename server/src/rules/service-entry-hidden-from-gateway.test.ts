import { describe, expect, it } from 'vitest';
import { expectFindings, expectFixed, findingsOf } from '../../../test/support/annotated.ts';

const ROUTE = `
# -- app/route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, egress]
  http:
    - match: [{gateways: [mesh]}]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match: [{gateways: [egress]}]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
# -- app/gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: app}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
`;

function entry(exportTo: string, namespace = 'app', path = 'entry.yaml'): string {
  return `# -- ${path}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: ${namespace}}
spec:
  hosts: [api.example.com]
  exportTo: ${exportTo}
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
`;
}

const codes = (fixture: string) => findingsOf(fixture).map((each) => `${each.severity} ${each.code}`);
const HIDDEN = 'error service-entry-hidden-from-gateway';

describe('a ServiceEntry that the gateway cannot see', () => {
  it('is an error on the only item of exportTo', () => {
    expectFindings(`${ROUTE}# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  exportTo:
    - "."
#     ^^^ error service-entry-hidden-from-gateway: 503 NC at the egress gateway: its pods run in \`istio-system\`, but this exportTo shows api.example.com only to \`app\`. Add \`istio-system\`.
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
`);
  });

  it('is an error on the list where that has several items', () => {
    expectFindings(`${ROUTE}# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  exportTo: [., team-b]
#           ^^^^^^^^^^^ error service-entry-hidden-from-gateway: 503 NC at the egress gateway: its pods run in \`istio-system\`, but this exportTo shows api.example.com only to \`app\` and \`team-b\`. Add \`istio-system\`.
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
`);
  });

  it('is fixed in the style of the list', () => {
    expectFixed(ROUTE + entry('["."]'), ROUTE + entry('[".", "istio-system"]'));
    expectFixed(ROUTE + entry('[.]'), ROUTE + entry('[., istio-system]'));
    expectFixed(ROUTE + entry('\n    - "."  # private'), ROUTE + entry('\n    - "."  # private\n    - "istio-system"'));
  });

  it('says where the pods are known from', () => {
    const [finding] = findingsOf(ROUTE + entry('["."]'));
    expect(finding?.related.map((each) => each.message)).toEqual([
      'Sends api.example.com on from the gateway.',
      "Selects the gateway's pods.",
      "Shows that the gateway's pods run in `istio-system`.",
    ]);
  });

  it('has no fix for a list that hides it from everyone', () => {
    const [finding] = findingsOf(ROUTE + entry('["~"]'));
    expect(finding?.message).toContain('shows api.example.com to nobody');
    expect(finding?.fixes).toEqual([]);
  });

  it('is found where the default of the mesh hides it', () => {
    const config = `# -- mesh.yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: mesh, namespace: istio-system}
spec:
  meshConfig:
    defaultServiceExportTo: ["."]
`;
    expect(codes(ROUTE + entry('[]') + config)).toEqual([HIDDEN]);
    expect(codes(ROUTE + entry('["*"]') + config)).toEqual([]);
  });

  it('is reported on the destination where the ServiceEntry is context', () => {
    const settings = '# -- .istio-egress.yaml\ncontext: [platform]\n';
    const [finding] = findingsOf(ROUTE + entry('["."]', 'app', 'platform/entry.yaml') + settings);
    expect(finding?.path).toMatch(/app\/route\.yaml$/);
    expect(finding?.fixes).toEqual([]);
  });

  it('follows a Deployment rather than the standard install', () => {
    const pods = `# -- egress.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: egress, namespace: edge}
spec:
  template:
    metadata:
      labels: {istio: egressgateway}
`;
    const direct = ROUTE.replace('istio-egressgateway.istio-system.svc', 'elsewhere.edge.svc');
    const [finding] = findingsOf(direct + entry('["."]') + pods);
    expect(finding?.message).toContain('its pods run in `edge`');
  });

  it('is a hint where only the standard install tells where the pods are', () => {
    const gatewayLeg = ROUTE.replace(/ {4}- match: \[\{gateways: \[mesh\]\}\]\n.*\n.*\n/, '').replace('[mesh, ', '[');
    expect(codes(gatewayLeg + entry('["."]'))).toEqual(['hint service-entry-hidden-from-gateway']);
  });
});

describe('a ServiceEntry that the gateway can see', () => {
  it.each(['["*"]', '[., istio-system]', '[istio-system]', '[]'])('is silent: exportTo %s', (exportTo) => {
    expect(codes(ROUTE + entry(exportTo))).toEqual([]);
  });

  it('is silent where another ServiceEntry shows the host', () => {
    expect(codes(ROUTE + entry('["."]') + entry('["*"]', 'shared', 'shared.yaml'))).toEqual([]);
  });

  it('is silent where its namespace is the one of the pods', () => {
    expect(codes(ROUTE + entry('["."]', 'istio-system'))).toEqual([]);
  });

  it('is silent where its namespace is not written', () => {
    expect(codes(ROUTE + entry('["."]').replace(', namespace: app', ''))).toEqual([]);
  });

  it('is silent where a namespace in the list is a placeholder', () => {
    expect(codes(ROUTE + entry('["${EGRESS_NAMESPACE}"]'))).toEqual([]);
  });

  it('is silent where nothing tells where the pods run', () => {
    const unknown = ROUTE.replace('{istio: egressgateway}', '{istio: team-egress}');
    expect(codes(unknown + entry('["."]'))).toEqual([]);
  });
});
