/** What a person reads where a call leaves the mesh. Each text was read for sense. */
import { describe, expect, it } from 'vitest';
import { ALLOW_ANY, CALL, PASSTHROUGH, ROUTED, text } from './stories.ts';

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

  it('names which of two ServiceEntries of one namespace is taken, whether it is on the way or not', () => {
    const second = (name: string, protocol: string) => `
# -- second.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: app }
spec:
  hosts: [httpbin.com]
  ports: [{ number: 80, name: port, protocol: ${protocol} }]
  resolution: DNS
`;
    const older = (name: string, other: string) =>
      `ServiceEntry app/${name} is older than ServiceEntry app/${other} (age is not in YAML)`;
    expect(text(`${ROUTED}${second('a-httpbin', 'HTTP')}`, CALL)).toContain(older('httpbin', 'a-httpbin'));
    expect(text(`${ROUTED}${second('z-httpbin', 'TCP')}`, CALL)).toContain(older('z-httpbin', 'httpbin'));
    const otherPort = second('z-httpbin', 'HTTP').replace('number: 80', 'number: 81');
    expect(text(`${ROUTED}${otherPort}`, CALL)).toContain(older('z-httpbin', 'httpbin'));
    const elsewhere = otherPort.replace('namespace: app', 'namespace: team-b');
    expect(text(`${ROUTED}${elsewhere}`, CALL)).not.toContain('age is not in YAML');
  });
});
