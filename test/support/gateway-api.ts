/** A small, sound way out through an egress gateway in Gateway API, of which tests change one thing. */
import { findingsOf } from './annotated.ts';
import { changed } from './egress.ts';

/** The parts of a workspace: files by name. */
export interface ApiEgress {
  readonly gateway: string;
  readonly entry: string;
  /** The route for sidecars. */
  readonly to: string;
  /** The route for the gateway. */
  readonly from: string;
  readonly more?: string;
}

/** `http://api.example.com` from sidecars to listener `http` of Gateway `egress/gw` and on. */
export const API_HTTP: ApiEgress = {
  gateway: `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw, namespace: egress}
spec:
  gatewayClassName: istio
  listeners:
    - name: http
      port: 80
      protocol: HTTP
      hostname: api.example.com
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
  to: `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: to-gateway, namespace: app}
spec:
  parentRefs:
    - group: networking.istio.io
      kind: ServiceEntry
      name: api
  rules:
    - backendRefs:
        - name: gw-istio
          namespace: egress
          port: 80
`,
  from: `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: from-gateway, namespace: egress}
spec:
  parentRefs:
    - name: gw
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - group: networking.istio.io
          kind: Hostname
          name: api.example.com
          port: 80
`,
};

/** TLS that the application begins, passed through by its server name. */
export const API_TLS: ApiEgress = {
  gateway: `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: gw, namespace: egress}
spec:
  gatewayClassName: istio
  listeners:
    - name: tls
      port: 443
      protocol: TLS
      hostname: api.example.com
      tls: {mode: Passthrough}
`,
  entry: `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
  to: `apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: to-gateway, namespace: app}
spec:
  parentRefs:
    - group: networking.istio.io
      kind: ServiceEntry
      name: api
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - name: gw-istio
          namespace: egress
          port: 443
`,
  from: `apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: from-gateway, namespace: egress}
spec:
  parentRefs:
    - name: gw
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - group: networking.istio.io
          kind: Hostname
          name: api.example.com
          port: 443
`,
};

/** The file in which something may be declared. */
export const SETTINGS = '# -- .istio-egress.yaml\n';

/** With one thing changed in one part. */
export function edited(
  base: ApiEgress,
  part: 'gateway' | 'entry' | 'to' | 'from',
  from: string,
  to: string,
): ApiEgress {
  return { ...base, [part]: changed(base[part], from, to) };
}

export function apiFixture({ gateway, entry, to, from, more = '' }: ApiEgress): string {
  const file = (name: string, text: string) => `# -- ${name}.yaml\n${text}`;
  return [file('gateway', gateway), file('entry', entry), file('to', to), file('from', from), more].join('');
}

/** `severity code` of every finding, in text order. */
export function apiFindings(egress: ApiEgress): readonly string[] {
  return findingsOf(apiFixture(egress))
    .map(({ severity, code }) => `${severity} ${code}`)
    .sort();
}
