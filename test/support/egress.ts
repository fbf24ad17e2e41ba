/** A small, sound way out through an egress gateway, of which tests change one thing. */
import { findingsOf } from './annotated.ts';

/** The parts of a workspace: files by name. Each is a whole document or several. */
export interface Egress {
  readonly gateway: string;
  readonly entry: string;
  readonly route: string;
  readonly rule?: string;
  readonly more?: string;
}

/** Plain HTTP: `http://api.example.com` from sidecars to server 80 of the gateway and on. */
export const HTTP: Egress = {
  gateway: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
`,
  entry: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
`,
  route: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - gateways: [mesh]
          port: 80
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            port: {number: 80}
    - match:
        - gateways: [istio-system/egress]
          port: 80
      route:
        - destination:
            host: api.example.com
            port: {number: 80}
`,
};

/** Plain HTTP again, with the mutual TLS of the mesh between sidecar and gateway. */
export const MUTUAL: Egress = {
  ...HTTP,
  gateway: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: ISTIO_MUTUAL}
`,
  rule: `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress, namespace: istio-system}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api
      trafficPolicy:
        portLevelSettings:
          - port: {number: 443}
            tls: {mode: ISTIO_MUTUAL, sni: api.example.com}
`,
  route: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - gateways: [mesh]
          port: 80
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            subset: api
            port: {number: 443}
    - match:
        - gateways: [istio-system/egress]
          port: 443
      route:
        - destination:
            host: api.example.com
            port: {number: 80}
`,
};

/** TLS of the application, let through by its server name. */
export const PASSTHROUGH: Egress = {
  gateway: `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [api.example.com]
      tls: {mode: PASSTHROUGH}
`,
  entry: HTTP.entry.replace('{number: 80, name: http, protocol: HTTP}', '{number: 443, name: tls, protocol: TLS}'),
  route: `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  tls:
    - match:
        - gateways: [mesh]
          port: 443
          sniHosts: [api.example.com]
      route:
        - destination:
            host: istio-egressgateway.istio-system.svc.cluster.local
            port: {number: 443}
    # What the gateway does.
    - match:
        - gateways: [istio-system/egress]
          port: 443
          sniHosts: [api.example.com]
      route:
        - destination:
            host: api.example.com
            port: {number: 443}
`,
};

/** The fixture of these parts: `gateway.yaml`, `entry.yaml`, `route.yaml`, `rule.yaml`, and what `more` holds (with its own `# -- path` lines). */
export function fixtureOf({ gateway, entry, route, rule, more = '' }: Egress): string {
  const files = { 'gateway.yaml': gateway, 'entry.yaml': entry, 'route.yaml': route, 'rule.yaml': rule };
  const written = Object.entries(files).flatMap(([path, text]) =>
    text === undefined ? [] : [`# -- ${path}\n${text}`],
  );
  return written.join('') + more;
}

/** The text with one part changed; fails where that part is not there. */
export function changed(text: string, part: string, by: string): string {
  if (!text.includes(part)) throw new Error(`not in the fixture: ${part}`);
  return text.replace(part, by);
}

/** The Service and the Deployment of the gateway, where a test needs them written: a value for `more`. */
export const SERVICE = `# -- service.yaml
apiVersion: v1
kind: Service
metadata: {name: istio-egressgateway, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  ports:
    - {name: http, port: 80, targetPort: 8080}
    - {name: https, port: 443, targetPort: 8443}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istio-egressgateway, namespace: istio-system}
spec:
  selector: {matchLabels: {istio: egressgateway}}
  template:
    metadata:
      labels: {istio: egressgateway, app: istio-egressgateway}
      annotations: {inject.istio.io/templates: gateway}
`;

/** Every finding as `severity code: message`. */
export function messagesOf(egress: Egress): readonly string[] {
  return findingsOf(fixtureOf(egress)).map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

/** Every finding as `severity code`. */
export function codesOf(egress: Egress): readonly string[] {
  return findingsOf(fixtureOf(egress)).map(({ severity, code }) => `${severity} ${code}`);
}
