/** The stories that traces are read of: each is changed in one place, and ends in another way. */
import { traced } from './traced.ts';

/** httpbin.com through the egress gateway in `istio-system`, as it should be. */
export const ROUTED = `
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: httpbin, namespace: app }
spec:
  hosts: [httpbin.com]
  ports: [{ number: 80, name: http, protocol: HTTP }]
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: egress, namespace: istio-system }
spec:
  selector: { istio: egressgateway }
  servers:
  - port: { number: 80, name: http, protocol: HTTP }
    hosts: ['*']
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: httpbin, namespace: app }
spec:
  hosts: [httpbin.com]
  gateways: [mesh, istio-system/egress]
  http:
  - match: [{ gateways: [mesh], port: 80 }]
    route:
    - destination: { host: istio-egressgateway.istio-system.svc.cluster.local, port: { number: 80 } }
  - match: [{ gateways: [istio-system/egress], port: 80 }]
    route:
    - destination: { host: httpbin.com }
`;

/** TLS of the application, passed through by server name. */
export const PASSTHROUGH = `
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: app }
spec:
  hosts: [api.example.com]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: egress, namespace: istio-system }
spec:
  selector: { istio: egressgateway }
  servers:
  - port: { number: 443, name: tls, protocol: TLS }
    hosts: [api.example.com]
    tls: { mode: PASSTHROUGH }
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: api, namespace: app }
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  tls:
  - match: [{ gateways: [mesh], port: 443, sniHosts: [api.example.com] }]
    route:
    - destination: { host: istio-egressgateway.istio-system.svc.cluster.local, port: { number: 443 } }
  - match: [{ gateways: [istio-system/egress], port: 443, sniHosts: [api.example.com] }]
    route:
    - destination: { host: api.example.com, port: { number: 443 } }
`;

/** Nothing lives elsewhere, so the gateway is here too. */
export const ALL_HERE = `
# -- .istio-egress.yaml
complete: ['*']
# -- install.yaml
apiVersion: v1
kind: Service
metadata: { name: istio-egressgateway, namespace: istio-system }
spec: { selector: { istio: egressgateway }, ports: [{ name: http2, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: istio-egressgateway, namespace: istio-system }
spec: { template: { metadata: { labels: { istio: egressgateway } } } }
`;

export const REGISTRY_ONLY = `
# -- .istio-egress.yaml
istio: { outboundTrafficPolicy: REGISTRY_ONLY }
`;

export const ALLOW_ANY = `
# -- .istio-egress.yaml
istio: { outboundTrafficPolicy: ALLOW_ANY }
`;

export const CALL = 'http://httpbin.com from app';

/** Mutual TLS of the mesh between sidecar and gateway. */
export const MUTUAL = `
# -- hop.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: gateway, namespace: istio-system }
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  trafficPolicy: { tls: { mode: ISTIO_MUTUAL, sni: httpbin.com } }
`;

/** A trace as a person reads it, after an empty line. */
export function text(fixture: string, call: string): string {
  return `\n${traced(fixture, call).text}`;
}
