import { describe, expect, it } from 'vitest';
import { readOne as read } from '../../../../test/support/read-one.ts';

describe('readers of Kubernetes kinds, policies and mesh configuration', () => {
  it('read a Service', () => {
    const text = `
apiVersion: v1
kind: Service
metadata: {name: egress}
spec:
  type: ClusterIP
  clusterIP: None
  clusterIPs: [None]
  externalName: other.example.com
  selector: {istio: egressgateway}
  ports:
  - {name: http2, port: 80, targetPort: 8080, protocol: TCP, appProtocol: http}
  - {port: 443, targetPort: https}
`;
    expect(read(text)).toEqual({
      kind: 'Service',
      type: 'ClusterIP',
      clusterIP: 'None',
      clusterIPs: ['None'],
      externalName: 'other.example.com',
      selector: { istio: 'egressgateway' },
      ports: [
        { name: 'http2', port: 80, targetPort: 8080, protocol: 'TCP', appProtocol: 'http' },
        { port: 443, targetPort: 'https' },
      ],
    });
  });

  it.each(['Deployment', 'StatefulSet', 'DaemonSet'])('read the pods of a %s', (kind) => {
    const text = `
apiVersion: apps/v1
kind: ${kind}
metadata: {name: egress, labels: {own: "1"}}
spec:
  template:
    metadata: {labels: {istio: egressgateway}, annotations: {inject.istio.io/templates: gateway}}
    spec:
      initContainers: [{name: i, ports: [{containerPort: 1}]}]
      containers: [{name: c, ports: [{containerPort: 8080, name: http}]}, {name: d}]
`;
    expect(read(text)).toEqual({
      kind,
      podLabels: { istio: 'egressgateway' },
      podAnnotations: { 'inject.istio.io/templates': 'gateway' },
      containerPorts: [{ number: 1 }, { number: 8080, name: 'http' }],
    });
  });

  it('read a Pod and a Namespace', () => {
    const pod = `
apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: a}, annotations: {b: c}}
spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}
`;
    expect(read(pod)).toEqual({
      kind: 'Pod',
      podLabels: { app: 'a' },
      podAnnotations: { b: 'c' },
      containerPorts: [{ number: 80 }],
    });
    expect(read('apiVersion: v1\nkind: Namespace\nmetadata: {name: team}\n')).toEqual({ kind: 'Namespace' });
  });

  it('read whom policies select', () => {
    const policy = (apiVersion: string, kind: string, spec: string) =>
      read(`apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: p}\n${spec}\n# istio.io\n`);
    expect(policy('security.istio.io/v1', 'AuthorizationPolicy', 'spec: {selector: {matchLabels: {a: b}}}')).toEqual({
      kind: 'AuthorizationPolicy',
      selector: { a: 'b' },
    });
    expect(policy('security.istio.io/v1', 'AuthorizationPolicy', 'spec: {}')).toEqual({ kind: 'AuthorizationPolicy' });
    expect(policy('networking.k8s.io/v1', 'NetworkPolicy', 'spec: {podSelector: {matchLabels: {a: b}}}')).toEqual({
      kind: 'NetworkPolicy',
      selector: { a: 'b' },
    });
    expect(policy('networking.istio.io/v1', 'EnvoyFilter', 'spec: {workloadSelector: {labels: {a: b}}}')).toEqual({
      kind: 'EnvoyFilter',
      selector: { a: 'b' },
    });
  });

  it('read what an AuthorizationPolicy asks of callers, and where a NetworkPolicy lets pods call', () => {
    const rules = `spec:
  rules:
    - from: [{source: {principals: [a], ipBlocks: [10.0.0.0/8]}}, {source: {notNamespaces: [b]}}]
      to: [{operation: {ports: ["443"]}}]
`;
    const policy = `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p}\n${rules}`;
    expect(read(policy)).toEqual({
      kind: 'AuthorizationPolicy',
      identities: [
        ['principals', '[a]'],
        ['notNamespaces', '[b]'],
      ],
      ports: ['443'],
    });
    const network = (spec: string) =>
      read(`apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: ${spec}\n`);
    expect(network('{egress: [{ports: [{port: 53}, {port: dns}]}, {to: []}]}')).toEqual({
      kind: 'NetworkPolicy',
      egress: [{ ports: [53, 'dns'] }, {}],
    });
    expect(network('{policyTypes: [Egress]}')).toEqual({ kind: 'NetworkPolicy', egress: [] });
    expect(network('{policyTypes: [Ingress], egress: [{}]}')).toEqual({ kind: 'NetworkPolicy' });
  });

  it('read the mesh configuration of an IstioOperator and of the istio ConfigMap', () => {
    const config = {
      outboundTrafficPolicy: 'REGISTRY_ONLY',
      rootNamespace: 'config',
      trustDomain: 'td',
      enableAutoMtls: false,
      defaultServiceExportTo: ['.'],
      defaultVirtualServiceExportTo: ['*'],
      defaultDestinationRuleExportTo: ['~'],
    };
    const operator = `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  meshConfig:
    outboundTrafficPolicy: {mode: REGISTRY_ONLY}
    rootNamespace: config
    trustDomain: td
    enableAutoMtls: false
    defaultServiceExportTo: ["."]
    defaultVirtualServiceExportTo: ["*"]
    defaultDestinationRuleExportTo: ["~"]
`;
    expect(read(operator)).toEqual({ kind: 'MeshConfig', source: 'IstioOperator', config });
    const map = `
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |-
    accessLogFormat: "%REQ(:METHOD)% $(HOST)"
    outboundTrafficPolicy: {mode: REGISTRY_ONLY}
`;
    const text = map.slice(map.indexOf('|-')).trimEnd();
    const read2 = read(map);
    expect(read2).toEqual({
      kind: 'MeshConfig',
      source: 'ConfigMap',
      config: { outboundTrafficPolicy: ['REGISTRY_ONLY', text] },
    });
  });

  it('read the kinds of Gateway API', () => {
    const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: egress}
spec:
  gatewayClassName: istio
  addresses: [{type: Hostname, value: egress.example.com}]
  listeners:
  - name: https
    hostname: "*.example.com"
    port: 443
    protocol: HTTPS
    tls: {mode: Terminate, options: {gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL}}
    allowedRoutes:
      namespaces: {from: Selector, selector: {matchLabels: {a: b}}}
      kinds: [{group: gateway.networking.k8s.io, kind: HTTPRoute}]
`;
    expect(read(gateway)).toEqual({
      kind: 'K8sGateway',
      gatewayClassName: 'istio',
      addresses: [{ type: 'Hostname', value: 'egress.example.com' }],
      listeners: [
        {
          name: 'https',
          hostname: '*.example.com',
          port: 443,
          protocol: 'HTTPS',
          tls: { mode: 'Terminate', options: { 'gateway.istio.io/tls-terminate-mode': 'ISTIO_MUTUAL' } },
          allowedRoutes: {
            from: 'Selector',
            selector: { matchLabels: { a: 'b' } },
            kinds: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' }],
          },
        },
      ],
    });
    const route = (kind: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: r}
spec:
  parentRefs: [{group: networking.istio.io, kind: ServiceEntry, name: api, namespace: a, sectionName: s, port: 80}]
  hostnames: [api.example.com]
  rules: [{backendRefs: [{name: egress-istio, port: 80, weight: 1}]}]
`;
    for (const kind of ['HTTPRoute', 'TLSRoute']) {
      expect(read(route(kind))).toEqual({
        kind,
        parentRefs: [
          {
            group: 'networking.istio.io',
            kind: 'ServiceEntry',
            name: 'api',
            namespace: 'a',
            sectionName: 's',
            port: 80,
          },
        ],
        hostnames: ['api.example.com'],
        rules: [{ backendRefs: [{ name: 'egress-istio', port: 80, weight: 1 }] }],
      });
    }
    const grant = `
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: g}
spec: {from: [{group: g, kind: HTTPRoute, namespace: team}], to: [{group: "", kind: Service}]}
`;
    expect(read(grant)).toEqual({
      kind: 'ReferenceGrant',
      from: [{ group: 'g', kind: 'HTTPRoute', namespace: 'team' }],
      to: [{ group: '', kind: 'Service' }],
    });
  });
});
