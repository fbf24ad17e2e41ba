/** Gateway installs as workspaces have them. */
import type { Settings } from '../../server/src/workspace/settings.ts';
import type { Texts } from './site.ts';

export interface Install {
  readonly name: string;
  /** `namespace/name` of the Service; undefined where none is asked for. */
  readonly gateway: string | undefined;
  /** `namespace/name` of the pods, as traces name them. */
  readonly pods: string;
  readonly texts: Texts;
  readonly settings: Partial<Settings>;
}

interface Written {
  readonly namespace: string;
  readonly release: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: string;
  readonly containerPorts?: string;
}

function written({ namespace, release, labels, ports, containerPorts }: Written): Texts {
  const list = (indent: string) => Object.entries(labels).map(([label, value]) => `${indent}${label}: ${value}`);
  return new Map([
    [
      `${namespace}/install.yaml`,
      `apiVersion: v1
kind: Service
metadata:
  name: ${release}
  namespace: ${namespace}
spec:
  selector:
${list('    ').join('\n')}
  ports:
${ports}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${release}
  namespace: ${namespace}
spec:
  selector:
    matchLabels:
${list('      ').join('\n')}
  template:
    metadata:
      labels:
${list('        ').join('\n')}
      annotations:
        inject.istio.io/templates: gateway
    spec:
      containers:
        - name: istio-proxy
          image: auto${containerPorts ?? ''}
`,
    ],
  ]);
}

export function installs(namespace: string): readonly Install[] {
  return [
    {
      name: 'classic',
      gateway: `${namespace}/istio-egressgateway`,
      pods: `${namespace}/istio-egressgateway`,
      texts: written({
        namespace,
        release: 'istio-egressgateway',
        labels: { app: 'istio-egressgateway', istio: 'egressgateway' },
        ports: `    - {name: http2, port: 80, targetPort: 8080}
    - {name: https, port: 443, targetPort: 8443}`,
      }),
      settings: {},
    },
    {
      name: 'chart',
      gateway: `${namespace}/egress-gw`,
      pods: `${namespace}/egress-gw`,
      texts: written({
        namespace,
        release: 'egress-gw',
        labels: { app: 'egress-gw', istio: 'egress-gw' },
        ports: `    - {name: status-port, port: 15021, targetPort: 15021}
    - {name: http2, port: 80, targetPort: 80}
    - {name: https, port: 443, targetPort: 443}`,
      }),
      settings: {},
    },
    {
      name: 'named ports',
      gateway: `${namespace}/outbound`,
      pods: `${namespace}/outbound`,
      texts: written({
        namespace,
        release: 'outbound',
        labels: { istio: 'egress-proxy', tier: 'edge' },
        ports: `    - {name: http, port: 80, targetPort: http-envoy}
    - {name: tls, port: 443, targetPort: tls-envoy}
    - {name: tcp-db, port: 5432, targetPort: 5432}`,
        containerPorts: `
          ports:
            - {name: http-envoy, containerPort: 8080}
            - {name: tls-envoy, containerPort: 8443}`,
      }),
      settings: {},
    },
    {
      name: 'declared in the settings',
      gateway: `${namespace}/egress`,
      pods: `${namespace}/egress`,
      texts: new Map(),
      settings: {
        egressGateways: [{ service: `${namespace}/egress`, selector: { istio: 'edge' }, ports: [80, 443] }],
      },
    },
    {
      name: 'none in the workspace',
      gateway: namespace === 'istio-system' ? 'istio-system/istio-egressgateway' : `${namespace}/istio-egress`,
      pods: namespace === 'istio-system' ? 'istio-system/istio-egressgateway' : `${namespace}/istio-egress`,
      texts: new Map(),
      settings: {},
    },
  ];
}

/** Gateways that routes of Gateway API can go through. @param home where the route is written */
export function gatewayApiInstalls(namespace: string, home: string): readonly Install[] {
  const run = { pods: `${namespace}/egress-gw-istio`, settings: {} };
  const others = `    - {name: http, hostname: other.example.com, port: 80, protocol: HTTP}
    - {name: tls, hostname: other.example.com, port: 443, protocol: TLS, tls: {mode: Passthrough}}`;
  const open = `    - name: http
      port: 80
      protocol: HTTP
      allowedRoutes: {namespaces: {from: All}}
    - name: tls
      hostname: "*.example.com"
      port: 443
      protocol: TLS
      tls: {mode: Passthrough}
    - name: mutual
      port: 8443
      protocol: HTTPS
      tls: {mode: Terminate, options: {gateway.istio.io/tls-terminate-mode: ISTIO_MUTUAL}}`;
  const [classic, chart, named, declared, none] = installs(namespace);
  const isStandard = none?.gateway === 'istio-system/istio-egressgateway';
  return [
    ...[classic, chart, named, declared].flatMap((each) => each ?? []),
    // What the standard install is called is taken for it; any other name is a Gateway that istiod runs.
    ...(none ? [{ ...none, pods: isStandard ? none.pods : `${none.gateway}-istio` }] : []),
    {
      name: 'none, and none is asked for',
      gateway: undefined,
      pods: `${home}/egress-gateway-istio`,
      texts: new Map(),
      settings: {},
    },
    {
      name: 'a Gateway for other hosts',
      gateway: undefined,
      texts: new Map([[`${namespace}/gateway.yaml`, gatewayText(namespace, others)]]),
      ...run,
    },
    {
      name: 'a Gateway for all hosts, by its Service',
      gateway: `${namespace}/egress-gw-istio`,
      texts: new Map([[`${namespace}/gateway.yaml`, gatewayText(namespace, open)]]),
      ...run,
    },
  ];
}

function gatewayText(namespace: string, listeners: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: egress-gw
  namespace: ${namespace}
spec:
  gatewayClassName: istio
  listeners:
${listeners}
`;
}
