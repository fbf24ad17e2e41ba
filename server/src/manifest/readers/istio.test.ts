import { describe, expect, it } from 'vitest';
import { readOne as read } from '../../../../test/support/read-one.ts';

describe('readers of Istio kinds', () => {
  it('read a VirtualService', () => {
    const text = `
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: api}
spec:
  hosts: [api.example.com, "*.example.com"]
  gateways:
  - mesh
  - istio-system/egress
  exportTo: ["."]
  http:
  - name: first
    match:
    - name: m
      uri: {prefix: /a}
      ignoreUriCase: true
      scheme: {exact: http}
      method: {exact: GET}
      authority: {regex: ".*[.]com$"}
      headers: {x-user: {exact: jason}, x-there: {}, x-null: null}
      withoutHeaders: {x-no: {prefix: p}}
      queryParams: {q: {exact: "1"}}
      port: 80
      sourceLabels: {app: sleep}
      sourceNamespace: team
      gateways: [mesh]
    route:
    - destination: {host: egress.istio-system.svc.cluster.local, subset: v1, port: {number: 80}}
      weight: 100
      headers: {request: {set: {Host: other}, add: {a: b}, remove: [c]}}
    headers: {response: {remove: [d]}}
    rewrite: {uri: /b, authority: other, uriRegexRewrite: {match: "/a/(.*)", rewrite: '/b/\\1'}}
    mirror: {host: mirrored}
    mirrors: [{destination: {host: second}}]
    timeout: 5s
    retries: {attempts: 3}
    fault: {abort: {httpStatus: 500}}
    corsPolicy: {allowOrigins: []}
  - redirect: {uri: /c, authority: there, port: 443, scheme: https, redirectCode: 301, derivePort: FROM_REQUEST_PORT}
  - directResponse: {status: 503}
  - delegate: {name: part, namespace: team}
  tls:
  - match: [{sniHosts: [api.example.com], port: 443, destinationSubnets: [10.0.0.0/8], gateways: [mesh],
             sourceLabels: {app: sleep}, sourceNamespace: team}]
    route: [{destination: {host: api.example.com}}]
  tcp:
  - match: [{port: 5432}]
    route: [{destination: {host: db.example.com}, weight: 1}]
`;
    const operations = { set: {}, add: {}, remove: [] };
    expect(read(text)).toEqual({
      kind: 'VirtualService',
      hosts: ['api.example.com', '*.example.com'],
      gateways: ['mesh', 'istio-system/egress'],
      exportTo: ['.'],
      http: [
        {
          name: 'first',
          match: [
            {
              name: 'm',
              uri: { prefix: '/a' },
              ignoreUriCase: true,
              scheme: { exact: 'http' },
              method: { exact: 'GET' },
              authority: { regex: '.*[.]com$' },
              headers: [
                { name: 'x-user', nameRange: expect.anything(), match: { exact: 'jason' } },
                { name: 'x-there', nameRange: expect.anything(), match: {} },
                { name: 'x-null', nameRange: expect.anything(), match: {} },
              ],
              withoutHeaders: [{ name: 'x-no', nameRange: expect.anything(), match: { prefix: 'p' } }],
              queryParams: [{ name: 'q', nameRange: expect.anything(), match: { exact: '1' } }],
              port: 80,
              sourceLabels: { app: 'sleep' },
              sourceNamespace: 'team',
              gateways: ['mesh'],
            },
          ],
          route: [
            {
              destination: { host: 'egress.istio-system.svc.cluster.local', subset: 'v1', port: 80 },
              weight: 100,
              headers: { request: { set: { Host: 'other' }, add: { a: 'b' }, remove: ['c'] } },
            },
          ],
          headers: { response: { ...operations, remove: ['d'] } },
          rewrite: { uri: '/b', authority: 'other', uriRegexRewrite: { match: '/a/(.*)', rewrite: '/b/\\1' } },
          mirror: { host: 'mirrored' },
          mirrors: [{ destination: { host: 'second' } }],
          timeout: [undefined, '5s'],
          retries: [undefined, '{attempts: 3}'],
          fault: [undefined, '{abort: {httpStatus: 500}}'],
          corsPolicy: [undefined, '{allowOrigins: []}'],
        },
        {
          redirect: {
            uri: '/c',
            authority: 'there',
            port: 443,
            scheme: 'https',
            redirectCode: 301,
            derivePort: 'FROM_REQUEST_PORT',
          },
        },
        { directResponse: { status: 503 } },
        { delegate: { name: 'part', namespace: 'team' } },
      ],
      tls: [
        {
          match: [
            {
              sniHosts: ['api.example.com'],
              port: 443,
              destinationSubnets: ['10.0.0.0/8'],
              gateways: ['mesh'],
              sourceLabels: { app: 'sleep' },
              sourceNamespace: 'team',
            },
          ],
          route: [{ destination: { host: 'api.example.com' } }],
        },
      ],
      tcp: [{ match: [{ port: 5432 }], route: [{ destination: { host: 'db.example.com' }, weight: 1 }] }],
    });
  });

  it('read a Gateway', () => {
    const text = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress}
spec:
  selector: {istio: egressgateway}
  servers:
  - name: https
    bind: 127.0.0.1
    port: {number: 443, name: https, protocol: HTTPS, targetPort: 8443}
    hosts: ["*", team/api.example.com]
    tls: {mode: MUTUAL, httpsRedirect: false, credentialName: cert, serverCertificate: /a, privateKey: /b,
          caCertificates: /c}
  - port: {number: 80, name: http, protocol: http}
    tls: {}
`;
    expect(read(text)).toEqual({
      kind: 'Gateway',
      selector: { istio: 'egressgateway' },
      servers: [
        {
          name: 'https',
          bind: '127.0.0.1',
          port: { number: 443, name: 'https', protocol: 'HTTPS', targetPort: 8443 },
          hosts: ['*', 'team/api.example.com'],
          tls: {
            mode: 'MUTUAL',
            httpsRedirect: false,
            credentialName: 'cert',
            serverCertificate: '/a',
            privateKey: '/b',
            caCertificates: '/c',
          },
        },
        { port: { number: 80, name: 'http', protocol: 'http' }, tls: {} },
      ],
    });
  });

  it('read a ServiceEntry', () => {
    const text = `
apiVersion: networking.istio.io/v1alpha3
kind: ServiceEntry
metadata: {name: api}
spec:
  hosts: [api.example.com]
  addresses: [240.0.0.1]
  ports: [{number: 443, name: tls, protocol: TLS, targetPort: 8443}]
  location: MESH_EXTERNAL
  resolution: DNS_ROUND_ROBIN
  endpoints:
  - address: egress.istio-system.svc.cluster.local
    ports: {tls: 15443}
    labels: {a: b}
    network: net
    locality: eu
    weight: 2
    serviceAccount: sa
  workloadSelector: {labels: {app: vm}}
  exportTo: ["*"]
  subjectAltNames: [spiffe://a]
`;
    expect(read(text)).toEqual({
      kind: 'ServiceEntry',
      hosts: ['api.example.com'],
      addresses: ['240.0.0.1'],
      ports: [{ number: 443, name: 'tls', protocol: 'TLS', targetPort: 8443 }],
      location: 'MESH_EXTERNAL',
      resolution: 'DNS_ROUND_ROBIN',
      endpoints: [
        {
          address: 'egress.istio-system.svc.cluster.local',
          ports: { tls: 15443 },
          labels: { a: 'b' },
          network: 'net',
          locality: 'eu',
          weight: 2,
          serviceAccount: 'sa',
        },
      ],
      workloadSelector: { app: 'vm' },
      exportTo: ['*'],
      subjectAltNames: ['spiffe://a'],
    });
  });

  it('read a WorkloadEntry', () => {
    const text = `
apiVersion: networking.istio.io/v1
kind: WorkloadEntry
metadata: {name: vm}
spec: {address: 10.0.0.1, labels: {app: vm}}
`;
    expect(read(text)).toEqual({ kind: 'WorkloadEntry', endpoint: { address: '10.0.0.1', labels: { app: 'vm' } } });
  });

  it('read a DestinationRule', () => {
    const text = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api}
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: MUTUAL, sni: api.example.com, credentialName: c, clientCertificate: /a, privateKey: /b,
          caCertificates: /c, subjectAltNames: [d], insecureSkipVerify: false}
    portLevelSettings:
    - port: {number: 443}
      tls: {mode: SIMPLE}
      loadBalancer: {simple: RANDOM}
    connectionPool: {tcp: {maxConnections: 1}}
    outlierDetection: {interval: 1s}
    tunnel: {targetHost: a, targetPort: 1}
    proxyProtocol: {version: V1}
    retryBudget: {percent: 20}
  subsets:
  - name: v1
    labels: {version: v1}
    trafficPolicy: {tls: {mode: DISABLE}}
  - name: plain
  exportTo: [., team]
  workloadSelector: {matchLabels: {app: sleep}}
`;
    expect(read(text)).toEqual({
      kind: 'DestinationRule',
      host: 'api.example.com',
      trafficPolicy: {
        tls: {
          mode: 'MUTUAL',
          sni: 'api.example.com',
          credentialName: 'c',
          clientCertificate: '/a',
          privateKey: '/b',
          caCertificates: '/c',
          subjectAltNames: ['d'],
          insecureSkipVerify: false,
        },
        portLevelSettings: [
          {
            port: 443,
            tls: { mode: 'SIMPLE' },
            loadBalancer: [undefined, '{simple: RANDOM}'],
            simpleLoadBalancer: 'RANDOM',
          },
        ],
        connectionPool: [undefined, '{tcp: {maxConnections: 1}}'],
        outlierDetection: [undefined, '{interval: 1s}'],
        tunnel: [undefined, '{targetHost: a, targetPort: 1}'],
        proxyProtocol: [undefined, '{version: V1}'],
        retryBudget: [undefined, '{percent: 20}'],
      },
      subsets: [
        { name: 'v1', labels: { version: 'v1' }, trafficPolicy: { tls: { mode: 'DISABLE' } } },
        { name: 'plain' },
      ],
      exportTo: ['.', 'team'],
      workloadSelector: { app: 'sleep' },
    });
  });

  it('read a Sidecar', () => {
    const text = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default}
spec:
  workloadSelector: {labels: {app: sleep}}
  ingress: [{port: {number: 80, name: http, protocol: HTTP}}]
  egress:
  - port: {number: 443, protocol: TLS, name: tls}
    bind: 127.0.0.1
    captureMode: DEFAULT
    hosts: [./*, "~/*"]
  outboundTrafficPolicy:
    mode: REGISTRY_ONLY
    egressProxy: {host: proxy.example.com, port: {number: 80}}
`;
    expect(read(text)).toEqual({
      kind: 'Sidecar',
      workloadSelector: { app: 'sleep' },
      ingress: [{}],
      egress: [
        {
          port: { number: 443, protocol: 'TLS', name: 'tls' },
          bind: '127.0.0.1',
          captureMode: 'DEFAULT',
          hosts: ['./*', '~/*'],
        },
      ],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY', egressProxy: { host: 'proxy.example.com', port: 80 } },
    });
  });
});
