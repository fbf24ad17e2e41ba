/** What a person reads where a proxy answers a call itself, or refuses it. Each text was read for sense. */
import { describe, expect, it } from 'vitest';
import { CALL, REGISTRY_ONLY, ROUTED, text } from './stories.ts';

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

describe('not in the mesh', () => {
  it('what the API server or istiod rejects', () => {
    const rejected = ROUTED.replace(
      'hosts: [httpbin.com]\n  gateways',
      'hosts: [httpbin.com, httpbin.com]\n  gateways',
    ).replace('hosts: [httpbin.com]\n  ports', 'hosts: [httpbin.com]\n  addresses: [nowhere]\n  ports');
    expect(text(`${rejected}${REGISTRY_ONLY}`, CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: BLOCKED, 502 in the sidecar
      Not in the mesh: VirtualService app/httpbin (route.yaml:5) is rejected when it is applied: The host \`httpbin.com\` is here twice.
      Not in the mesh: ServiceEntry app/httpbin (entry.yaml:6) is rejected when it is applied: \`nowhere\` is no IP address and no block such as \`192.0.2.0/24\`.

      1  Sidecar in app -> 502: the outbound policy is REGISTRY_ONLY, and nothing that this client sees declares httpbin.com:80
         Envoy: 0.0.0.0_80, route 80, block_all, block_all

      Assumed: pods in app have sidecars; nothing declares httpbin.com:80 for this client outside these files.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});
