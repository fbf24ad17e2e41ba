/** What a person reads for every way a call can end. Each text was read for sense. */
import { describe, expect, it } from 'vitest';
import { traced } from './traced.ts';

/** httpbin.com through the egress gateway in `istio-system`, as it should be. */
const ROUTED = `
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
const PASSTHROUGH = `
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
const ALL_HERE = `
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
const REGISTRY_ONLY = `
# -- .istio-egress.yaml
istio: { outboundTrafficPolicy: REGISTRY_ONLY }
`;
const ALLOW_ANY = `
# -- .istio-egress.yaml
istio: { outboundTrafficPolicy: ALLOW_ANY }
`;
const CALL = 'http://httpbin.com from app';

function text(fixture: string, call: string): string {
  return `\n${traced(fixture, call).text}`;
}

const MUTUAL = `
# -- hop.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: gateway, namespace: istio-system }
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  trafficPolicy: { tls: { mode: ISTIO_MUTUAL, sni: httpbin.com } }
`;
const POLICIES = `
# -- policies.yaml
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny, namespace: istio-system }
spec: { selector: { matchLabels: { istio: egressgateway } } }
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: inbound, namespace: app }
spec: {}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: out, namespace: app }
spec: { podSelector: { matchLabels: { tier: web } } }
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: lua, namespace: istio-system }
spec: { workloadSelector: { labels: { istio: ingressgateway } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: second, namespace: team-b }
spec:
  hosts: [httpbin.com]
  http: [{ route: [{ destination: { host: httpbin.com } }] }]
`;

describe('routed to the outside', () => {
  it('through the gateway', () => {
    expect(text(ROUTED, CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: routed to the outside, through istio-system/istio-egressgateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com
      3  Outside: httpbin.com:80 receives plain HTTP (Host httpbin.com)

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('through the gateway, TLS passed through', () => {
    expect(text(PASSTHROUGH, 'https://api.example.com from app')).toMatchInlineSnapshot(`
      "
      https://api.example.com from app: routed to the outside, through istio-system/istio-egressgateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/api, tls rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_443, outbound|443||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8443 -> api.example.com:443, because VirtualService app/api, tls rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8443, outbound|443||api.example.com
      3  Outside: api.example.com:443 receives TLS (server name api.example.com) with HTTP (Host api.example.com) inside

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('not through the gateway, where the rule for sidecars is not used by them', () => {
    expect(text(ROUTED.replace('[mesh, istio-system/egress]', '[istio-system/egress]'), CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: routed to the outside, not through a gateway

      1  Sidecar in app -> httpbin.com:80, because ServiceEntry app/httpbin (entry.yaml:3)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, default, outbound|80||httpbin.com
      2  Outside: httpbin.com:80 receives plain HTTP (Host httpbin.com)

      Assumed: pods in app have sidecars.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('to the address that the application called, where the ServiceEntry has no endpoints', () => {
    expect(
      text(ROUTED.replace('[mesh, istio-system/egress]', '[istio-system/egress]').replace('DNS', 'NONE'), CALL),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: routed to the outside, not through a gateway

      1  Sidecar in app -> the address that the application called, because ServiceEntry app/httpbin (entry.yaml:3)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, default, outbound|80||httpbin.com
      2  Outside: the address that the application called receives plain HTTP (Host httpbin.com)

      Assumed: pods in app have sidecars.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('past everything, where nothing declares the host and the policy is ALLOW_ANY', () => {
    expect(text(`${ROUTED}${ALLOW_ANY}`, 'http://other.com from app')).toMatchInlineSnapshot(`
      "
      http://other.com from app: routed to the outside, not through a gateway

      1  Sidecar in app -> the address that the application called, as nothing declares it
         Envoy: 0.0.0.0_80, route 80, allow_any, allow_any, PassthroughCluster
      2  Outside: the address that the application called receives plain HTTP (Host other.com)

      Assumed: pods in app have sidecars; nothing declares other.com:80 for this client outside these files.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('by several ways', () => {
    expect(
      text(
        ROUTED.replace(
          'destination: { host: httpbin.com }',
          'destination: { host: httpbin.com }\n      weight: 70\n    - destination: { host: backup.com }\n      weight: 30',
        ).replace('[httpbin.com]', '[httpbin.com, backup.com]'),
        CALL,
      ),
    ).toMatchInlineSnapshot(`
        "
        http://httpbin.com from app: routed to the outside, through istio-system/istio-egressgateway

        1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
           Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
        2  Gateway istio-system/istio-egressgateway, port 8080 divides the calls, because VirtualService app/httpbin, rule 2 (route.yaml:11)
           Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com, outbound|80||backup.com
           70 % -> httpbin.com:80, because ServiceEntry app/httpbin (entry.yaml:3)
        3  (70 %) Outside: httpbin.com:80 receives plain HTTP (Host httpbin.com)
           30 % -> backup.com:80, because ServiceEntry app/httpbin (entry.yaml:3)
        4  (30 %) Outside: backup.com:80 receives plain HTTP (Host httpbin.com)

        Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
        Not in YAML: DNS, the network, and whether the far side answers.
        As Istio 1.29. Apply set: the whole folder.
        "
      `);
  });
  it('with what the proxies change and add', () => {
    expect(
      text(
        `${ROUTED.replace('destination: { host: httpbin.com }', 'destination: { host: httpbin.com }\n    rewrite: { uri: /v2, authority: inner.httpbin.com }')}${`
# -- tls.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: httpbin, namespace: app }
spec:
  host: httpbin.com
  trafficPolicy: { tls: { mode: SIMPLE } }
`}`,
        CALL,
      ),
    ).toMatchInlineSnapshot(`
  "
  http://httpbin.com from app: routed to the outside, through istio-system/istio-egressgateway

  1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
     Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
  2  Gateway istio-system/istio-egressgateway, port 8080 -> httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:11)
     Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com
     Changes Host to inner.httpbin.com
     Changes the path to /v2
     Adds TLS, server name: the request’s Host, because DestinationRule app/httpbin (tls.yaml:6)
  3  Outside: httpbin.com:80 receives TLS (server name inner.httpbin.com) with HTTP (Host inner.httpbin.com) inside

  Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
  Not in YAML: DNS, the network, and whether the far side answers.
  As Istio 1.29. Apply set: the whole folder.
  "
`);
  });
});

describe('answered by a proxy', () => {
  it('redirected by a rule', () => {
    expect(
      text(
        ROUTED.replace('route:\n    - destination: { host: httpbin.com }', 'redirect: { authority: new.httpbin.com }'),
        CALL,
      ),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: NOT SENT OUT, redirect at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> answers with a redirect itself: the call is not sent on, the client may call the other address, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('answered by a rule', () => {
    expect(
      text(ROUTED.replace('route:\n    - destination: { host: httpbin.com }', 'directResponse: { status: 403 }'), CALL),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: NOT SENT OUT, 403 at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> answers 403 itself: the call is not sent on, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('sent to https by the gateway', () => {
    expect(
      text(ROUTED.replace("hosts: ['*']", "hosts: ['*']\n    tls: { httpsRedirect: true }"), CALL),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, 301 to https at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> 301 to https: its server sends plain HTTP away (tls.httpsRedirect), because Gateway istio-system/egress (gateway.yaml:7)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});

describe('refused by the outbound policy', () => {
  it('HTTP', () => {
    expect(text(`${ROUTED}${REGISTRY_ONLY}`, 'http://other.com from app')).toMatchInlineSnapshot(`
      "
      http://other.com from app: BLOCKED, 502 in the sidecar

      1  Sidecar in app -> 502: the outbound policy is REGISTRY_ONLY, and nothing that this client sees declares other.com:80
         Envoy: 0.0.0.0_80, route 80, block_all, block_all

      Assumed: pods in app have sidecars; nothing declares other.com:80 for this client outside these files.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('anything else', () => {
    expect(text(`${ROUTED}${REGISTRY_ONLY}`, 'tcp://other.com:5432 from app')).toMatchInlineSnapshot(`
      "
      tcp://other.com:5432 from app: BLOCKED, connection closed in the sidecar

      1  Sidecar in app -> connection closed: the outbound policy is REGISTRY_ONLY, and nothing that this client sees declares other.com:5432
         Envoy: virtualOutbound, BlackHoleCluster

      Assumed: pods in app have sidecars; nothing declares other.com:5432 for this client outside these files.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});

describe('failing at the gateway', () => {
  it('404, where the Gateway has another name', () => {
    expect(text(ROUTED.replaceAll('istio-system/egress]', 'egress]'), CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, 404 at the egress gateway
      Fix: Use istio-system/egress (2 places) (route.yaml:6)
      Why: 404 at the egress gateway: Gateway \`app/egress\` does not exist. A name without a namespace means the VirtualService's own. Use \`istio-system/egress\`.

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> 404: no VirtualService is bound to its Gateway, because Gateway istio-system/egress (gateway.yaml:7)
         Envoy: 0.0.0.0_8080, route http.8080, blackhole:80
         See: VirtualService app/httpbin (route.yaml:3) is bound to mesh, app/egress

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('404, where no rule takes the request', () => {
    expect(
      text(
        ROUTED.replace(
          '[{ gateways: [istio-system/egress], port: 80 }]',
          '[{ gateways: [istio-system/egress], port: 80, uri: { prefix: /v2 } }]',
        ),
        CALL,
      ),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, 404 at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> 404: no rule for httpbin.com takes this request (its path, method, headers, port or client), because Gateway istio-system/egress (gateway.yaml:7)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80
         See: VirtualService app/httpbin (route.yaml:3) has the rules

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('404, where the Gateway does not serve the host', () => {
    expect(text(ROUTED.replace("hosts: ['*']", 'hosts: [other.com]'), CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, 404 at the egress gateway
      Fix: Add httpbin.com to the hosts of Gateway egress (route.yaml:5)
      Why: 404 at the egress gateway: no server of Gateway \`istio-system/egress\` takes \`httpbin.com\` (it takes \`other.com\`). Add it to the server.

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> 404: no VirtualService is bound to its Gateway, because Gateway istio-system/egress (gateway.yaml:7)
         Envoy: 0.0.0.0_8080, route http.8080, blackhole:80
         See: VirtualService app/httpbin (route.yaml:3) is bound to mesh, istio-system/egress

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('503 NC, where it does not see the ServiceEntry', () => {
    expect(text(ROUTED.replace('resolution: DNS', "resolution: DNS\n  exportTo: ['.']"), CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, 503 NC at the egress gateway
      Fix: Add istio-system to exportTo (entry.yaml:8)
      Why: 503 NC at the egress gateway: its pods run in \`istio-system\`, but this exportTo shows httpbin.com only to \`app\`. Add \`istio-system\`.

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> 503 NC: nothing that proxies in istio-system can see declares httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com
         See: ServiceEntry app/httpbin (entry.yaml:3) is not visible in istio-system (exportTo)

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('503 UH, where the ServiceEntry has no endpoints', () => {
    expect(text(ROUTED.replace('resolution: DNS', 'resolution: STATIC'), CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, 503 UH at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> 503 UH: httpbin.com:80 is known, and has no endpoint to send to, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com
         See: ServiceEntry app/httpbin (entry.yaml:3) lists no endpoints (resolution STATIC)

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('connection refused, where no Gateway opens the port', () => {
    expect(
      text(
        ROUTED.replace(
          'number: 80, name: http, protocol: HTTP }\n    hosts',
          'number: 8081, name: http, protocol: HTTP }\n    hosts',
        ),
        CALL,
      ),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, connection refused at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> connection refused: nothing listens on port 8080 there
         See: Gateway istio-system/egress (gateway.yaml:3) opens 8081

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('connection reset, where no rule takes the server name', () => {
    const twoNames = PASSTHROUGH.replace(
      'hosts: [api.example.com]\n    tls',
      'hosts: [api.example.com, b.example.com]\n    tls',
    )
      .replace('hosts: [api.example.com]\n  gateways', 'hosts: [api.example.com, b.example.com]\n  gateways')
      .replace(
        '[istio-system/egress], port: 443, sniHosts: [api.example.com]',
        '[istio-system/egress], port: 443, sniHosts: [b.example.com]',
      );
    expect(text(twoNames, 'https://api.example.com from app')).toMatchInlineSnapshot(`
      "
      https://api.example.com from app: FAILS, connection reset at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/api, tls rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_443, outbound|443||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8443 -> connection reset: none of its servers on port 8443 takes TLS with server name api.example.com
         Envoy: 0.0.0.0_8443
         See: Gateway istio-system/egress (gateway.yaml:3) opens the port (443 TLS PASSTHROUGH for api.example.com, b.example.com), and no rule bound to it fits that server and this call

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('TLS error, where the application’s TLS comes to a server of the mesh', () => {
    const ended = PASSTHROUGH.replace('mode: PASSTHROUGH', 'mode: ISTIO_MUTUAL').replace(
      '- match: [{ gateways: [istio-system/egress], port: 443, sniHosts: [api.example.com] }]',
      '- match: [{ gateways: [mesh], port: 443, sniHosts: [api.example.com] }]',
    );
    const tcp =
      '\n  tcp:\n  - match: [{ gateways: [istio-system/egress], port: 443 }]\n    route:\n    - destination: { host: api.example.com, port: { number: 443 } }\n';
    expect(text(`${ended}${tcp}`, 'https://api.example.com from app')).toMatchInlineSnapshot(`
      "
      https://api.example.com from app: FAILS, TLS handshake error at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/api, tls rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_443, outbound|443||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8443 -> TLS handshake error: its server expects the mesh’s mutual TLS (ISTIO_MUTUAL), and gets TLS with server name api.example.com, because VirtualService app/api, tcp rule 1 (route.yaml:16)
         Envoy: 0.0.0.0_8443

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('connection refused, where the Gateway takes another name', () => {
    expect(
      text(
        PASSTHROUGH.replace('hosts: [api.example.com]\n    tls', 'hosts: [other.example.com]\n    tls'),
        'https://api.example.com from app',
      ),
    ).toMatchInlineSnapshot(`
      "
      https://api.example.com from app: FAILS, connection refused at the egress gateway
      Fix: Add api.example.com to the hosts of Gateway egress (route.yaml:5)
      Why: Connection reset at the egress gateway: no server of Gateway \`istio-system/egress\` takes \`api.example.com\` (it takes \`other.example.com\`). Add it to the server.

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/api, tls rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_443, outbound|443||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8443 -> connection refused: nothing listens on port 8443 there
         See: Gateway istio-system/egress (gateway.yaml:3) opens the port (443 TLS PASSTHROUGH for other.example.com), and no rule bound to it fits that server and this call

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('TLS error, where HTTP comes to a TLS server', () => {
    expect(
      text(
        ROUTED.replace(
          "number: 80, name: http, protocol: HTTP }\n    hosts: ['*']",
          "number: 80, name: https, protocol: HTTPS }\n    hosts: ['*']\n    tls: { mode: SIMPLE, credentialName: cert }",
        ),
        CALL,
      ),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, TLS handshake error at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> TLS handshake error: its server on port 8080 expects TLS, and gets plain HTTP, because Gateway istio-system/egress (gateway.yaml:7)
         Envoy: 0.0.0.0_8080

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('TLS error, where the mesh’s TLS comes to a server with its own certificate', () => {
    expect(
      text(
        `${ROUTED.replace("number: 80, name: http, protocol: HTTP }\n    hosts: ['*']", "number: 80, name: https, protocol: HTTPS }\n    hosts: ['*']\n    tls: { mode: SIMPLE, credentialName: cert }")}${MUTUAL}`,
        CALL,
      ),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, TLS handshake error at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
         Adds the mesh’s mutual TLS, server name httpbin.com, because DestinationRule istio-system/gateway (hop.yaml:6)
      2  Gateway istio-system/istio-egressgateway, port 8080 -> TLS handshake error: its server ends TLS with a certificate of its own, and gets the mesh’s mutual TLS, because Gateway istio-system/egress (gateway.yaml:7)
         Envoy: 0.0.0.0_8080

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('connection refused, where a server of the mesh has no rule that it could use', () => {
    expect(
      text(PASSTHROUGH.replace('mode: PASSTHROUGH', 'mode: ISTIO_MUTUAL'), 'https://api.example.com from app'),
    ).toMatchInlineSnapshot(`
      "
      https://api.example.com from app: FAILS, connection refused at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/api, tls rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_443, outbound|443||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8443 -> connection refused: nothing listens on port 8443 there
         See: Gateway istio-system/egress (gateway.yaml:3) opens the port (443 TLS ISTIO_MUTUAL for api.example.com), and no rule bound to it fits that server and this call

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('connection reset, where TLS comes to an HTTP server', () => {
    expect(text(`${ROUTED}${MUTUAL}`, CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, connection reset at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
         Adds the mesh’s mutual TLS, server name httpbin.com, because DestinationRule istio-system/gateway (hop.yaml:6)
      2  Gateway istio-system/istio-egressgateway, port 8080 -> connection reset: it reads HTTP on port 8080, and gets the mesh’s mutual TLS with server name httpbin.com, because Gateway istio-system/egress (gateway.yaml:7)
         Envoy: 0.0.0.0_8080

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('connection goes round in circles', () => {
    expect(
      text(
        ROUTED.replace(
          'destination: { host: httpbin.com }',
          'destination: { host: istio-egressgateway.istio-system.svc.cluster.local, port: { number: 80 } }',
        ),
        CALL,
      ),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, goes round in circles at the egress gateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      3  Gateway istio-system/istio-egressgateway, port 8080 -> the same again, round and round: no rule for this call leads out
         See: VirtualService app/httpbin (route.yaml:3) has the rules

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});

describe('failing in the sidecar', () => {
  it('503 NC, where the subset is not defined', () => {
    expect(
      text(`${ROUTED.replace('svc.cluster.local, port', 'svc.cluster.local, subset: none, port')}${ALL_HERE}`, CALL),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, 503 NC in the sidecar

      1  Sidecar in app -> 503 NC: nothing that proxies in app can use declares istio-egressgateway.istio-system.svc.cluster.local:80 with subset none, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80|none|istio-egressgateway.istio-system.svc.cluster.local

      Assumed: pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('404, where no rule takes the request', () => {
    expect(
      text(
        ROUTED.replace(
          '[{ gateways: [mesh], port: 80 }]',
          '[{ gateways: [mesh], port: 80, headers: { via: { exact: egress } } }]',
        ),
        CALL,
      ),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, 404 in the sidecar

      1  Sidecar in app -> 404: no rule for httpbin.com takes this request (its path, method, headers, port or client)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80
         See: VirtualService app/httpbin (route.yaml:3) has the rules

      Assumed: pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('for some calls only', () => {
    expect(
      text(
        `${ROUTED.replace(
          'port: { number: 80 } }\n  - match: [{ gateways: [istio',
          'port: { number: 80 } }\n      weight: 90\n    - destination: { host: nobody.app.svc.cluster.local }\n      weight: 10\n  - match: [{ gateways: [istio',
        )}${ALL_HERE}`,
        CALL,
      ),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS for 10 % of calls, 503 NC in the sidecar
      Why: 503 NC in sidecars: no Service or ServiceEntry has the host \`nobody.app.svc.cluster.local\`. Add a ServiceEntry, or correct the name. (route.yaml:12)

      1  Sidecar in app divides the calls, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local, outbound|80||nobody.app.svc.cluster.local
         90 % -> gateway istio-system/istio-egressgateway, because Service istio-system/istio-egressgateway (install.yaml:3)
      2  (90 %) Gateway istio-system/istio-egressgateway, port 8080 -> httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:14)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com
      3  (90 %) Outside: httpbin.com:80 receives plain HTTP (Host httpbin.com)
         10 % -> 503 NC: nothing that proxies in app can see declares nobody.app.svc.cluster.local:80

      Assumed: pods in app have sidecars.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});

describe('not in the mesh', () => {
  it('what the API server or istiod rejects', () => {
    const rejected = ROUTED.replace(
      'hosts: [httpbin.com]\n  gateways',
      'hosts: [httpbin.com, httpbin.com]\n  gateways',
    ).replace('hosts: [httpbin.com]\n  ports', 'hosts: [httpbin.com]\n  addresses: [nowhere]\n  ports');
    expect(text(`${rejected}${REGISTRY_ONLY}`, CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: BLOCKED, 502 in the sidecar
      Not in the mesh: VirtualService app/httpbin (route.yaml:5) is rejected when it is applied: duplicate hosts in virtual service: httpbin.com & httpbin.com
      Not in the mesh: ServiceEntry app/httpbin (entry.yaml:6) is rejected when it is applied: nowhere is not a valid IP

      1  Sidecar in app -> 502: the outbound policy is REGISTRY_ONLY, and nothing that this client sees declares httpbin.com:80
         Envoy: 0.0.0.0_80, route 80, block_all, block_all

      Assumed: pods in app have sidecars; nothing declares httpbin.com:80 for this client outside these files.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});

describe('not known', () => {
  it('which outbound policy holds', () => {
    expect(text(ROUTED, 'http://other.com from app')).toMatchInlineSnapshot(`
      "
      http://other.com from app: NOT KNOWN: straight to the outside under ALLOW_ANY, 502 in the sidecar under REGISTRY_ONLY
      To know, it needs: the outbound policy: istio.outboundTrafficPolicy in .istio-egress.yaml, or the mesh configuration

      1  Sidecar in app -> the address that the application called, as nothing declares it
         Envoy: 0.0.0.0_80, route 80, allow_any, allow_any, PassthroughCluster
      2  Outside: the address that the application called receives plain HTTP (Host other.com)

      Assumed: pods in app have sidecars; nothing declares other.com:80 for this client outside these files.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('what the Service of the gateway is', () => {
    expect(
      text(ROUTED.replaceAll('istio-egressgateway.istio-system', 'gateway.platform'), CALL),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: NOT KNOWN: as the YAML stands here, 503 NC in the sidecar
      To know, it needs: Service platform/gateway (or its line under egressGateways in .istio-egress.yaml)

      1  Sidecar in app -> 503 NC: nothing that proxies in app can see declares gateway.platform.svc.cluster.local:80, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||gateway.platform.svc.cluster.local

      Assumed: pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('what the Gateway in another repository is', () => {
    expect(text(ROUTED.replaceAll('istio-system/egress', 'platform/shared'), CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: NOT KNOWN: as the YAML stands here, 404 at the egress gateway
      To know, it needs: Gateway platform/shared

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> 404: no VirtualService is bound to its Gateway, because Gateway istio-system/egress (gateway.yaml:7)
         Envoy: 0.0.0.0_8080, route http.8080, blackhole:80
         See: VirtualService app/httpbin (route.yaml:3) is bound to mesh, platform/shared

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('who the endpoints are, where the proxy asks DNS for each request', () => {
    expect(
      text(
        ROUTED.replace('[httpbin.com]', "['*.httpbin.com']")
          .replace('DNS', 'DYNAMIC_DNS')
          .replace('[httpbin.com]', "['*.other.com']"),
        'http://www.httpbin.com from app',
      ),
    ).toMatchInlineSnapshot(`
      "
      http://www.httpbin.com from app: NOT KNOWN: as the YAML stands here, each request’s host is looked up in DNS in the sidecar
      To know, it needs: what DNS answers to the proxy for each host

      1  Sidecar in app -> the proxy looks up the host of every request itself (resolution DYNAMIC_DNS)
         Envoy: 0.0.0.0_80, route 80, *.httpbin.com:80, default, outbound|80||*.httpbin.com

      Assumed: pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});

describe('what stands in for what is not here', () => {
  it('pods such as the Service of the gateway selects', () => {
    const service = `
# -- service.yaml
apiVersion: v1
kind: Service
metadata: { name: gateway, namespace: platform }
spec: { selector: { istio: egressgateway, app: gw }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
`;
    expect(
      text(`${ROUTED.replaceAll('istio-egressgateway.istio-system', 'gateway.platform')}${service}`, CALL),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: routed to the outside, through platform/gateway

      1  Sidecar in app -> gateway platform/gateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||gateway.platform.svc.cluster.local
      2  Gateway platform/gateway, port 8080 -> httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com
      3  Outside: httpbin.com:80 receives plain HTTP (Host httpbin.com)

      Assumed: platform/gateway has pods such as its Service selects; pods in app have sidecars.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('a release of the gateway chart, where a Gateway selects its pods', () => {
    expect(
      text(ROUTED.replaceAll('istio-egressgateway.istio-system', 'istio-egressgateway.istio-egress'), CALL),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: routed to the outside, through istio-egress/istio-egressgateway

      1  Sidecar in app -> gateway istio-egress/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-egress.svc.cluster.local
      2  Gateway istio-egress/istio-egressgateway, port 80 -> httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_80, route http.80, httpbin.com:80, outbound|80||httpbin.com
      3  Outside: httpbin.com:80 receives plain HTTP (Host httpbin.com)

      Assumed: istio-egress/istio-egressgateway is installed by Istio’s gateway chart (80 -> 80, 443 -> 443); pods in app have sidecars.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
  it('what the settings declare', () => {
    const settings = `
# -- .istio-egress.yaml
egressGateways: [{ service: platform/gateway, selector: { istio: egressgateway }, ports: [{ port: 80, targetPort: 8080 }] }]
`;
    expect(
      text(`${ROUTED.replaceAll('istio-egressgateway.istio-system', 'gateway.platform')}${settings}`, CALL),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: routed to the outside, through platform/gateway

      1  Sidecar in app -> gateway platform/gateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||gateway.platform.svc.cluster.local
      2  Gateway platform/gateway, port 8080 -> httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com
      3  Outside: httpbin.com:80 receives plain HTTP (Host httpbin.com)

      Assumed: platform/gateway is what the settings declare (80 -> 8080); pods in app have sidecars.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});

describe('limits', () => {
  it('names what may decide otherwise, and what is older', () => {
    expect(text(`${ROUTED}${POLICIES}`, CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: routed to the outside, through istio-system/istio-egressgateway

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8080 -> httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:11)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com
      3  Outside: httpbin.com:80 receives plain HTTP (Host httpbin.com)

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars; VirtualService app/httpbin is older than VirtualService team-b/second (age is not in YAML).
      Not modelled: NetworkPolicy app/out (policies.yaml:13) selects pods of app with tier=web (may drop the connection).
      Not modelled: AuthorizationPolicy istio-system/deny (policies.yaml:3) selects this gateway (may answer 403).
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});
