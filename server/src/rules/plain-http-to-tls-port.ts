/** Plain HTTP that leaves the mesh to port 443. */
import type { CallRule } from './rule.ts';
import { clusterOf, destinationOf, proxyOf } from './shared/failing-proxy.ts';
import { noClientTls } from './shared/no-client-tls.ts';
import { unusedClientTls } from './shared/unused-client-tls.ts';

export const rule: CallRule = {
  code: 'plain-http-to-tls-port',
  title: 'Plain HTTP to a TLS port',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['plain-to-tls'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const proxy = proxyOf(failure);
    if (!cluster || !proxy) return undefined;
    const written = destinationOf(failure);
    const told = unusedClientTls(failure, cluster, proxy, written) ?? noClientTls(failure, cluster, written);
    return told && { ...told, symptom: `Plain HTTP to ${cluster.host}:443` };
  },
  page: {
    what: 'Calls leave the mesh as plain HTTP to port 443, where servers expect TLS.',
    why: "TLS origination takes a DestinationRule for the external host that the sending proxy can use: in the namespace of the gateway's pods, of the ServiceEntry, or in the root namespace; for the port that the route sends to; and, where it is written in a subset, with the route sending to that subset.",
    symptom:
      'The external server answers 400 ("plain HTTP request was sent to HTTPS port"), 301, or closes the connection.',
    remedy:
      'Set `tls.mode: SIMPLE` (or MUTUAL) for that port, where the proxy finds it. Where applications call `https://` by themselves, declare the port as TLS and route it with `tls` rules.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
    - {number: 443, name: https, protocol: HTTPS}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api-tls
  namespace: istio-system
spec:
  host: api.example.com
  exportTo: ["."]
  trafficPolicy:
    portLevelSettings:
      - port: {number: 80}
        tls: {mode: SIMPLE, sni: api.example.com}
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - gateways: [mesh]
          port: 80
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
    - {number: 443, name: https, protocol: HTTPS}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api-tls
  namespace: istio-system
spec:
  host: api.example.com
  exportTo: ["."]
  trafficPolicy:
    portLevelSettings:
      - port: {number: 443}
        tls: {mode: SIMPLE, sni: api.example.com}
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - gateways: [mesh]
          port: 80
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway-tls-origination/',
      'https://github.com/istio/istio/issues/34783',
    ],
  },
};
