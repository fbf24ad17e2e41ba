/** What a person reads where a gateway has no way for a request. Each text was read for sense. */
import { describe, expect, it } from 'vitest';
import { CALL, ROUTED, text } from './stories.ts';

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
      Fix: Remove uri from the match (route.yaml:11)
      Why: 404 at the egress gateway: no rule there takes \`GET /\`, which sidecars send on: this condition is not theirs. Remove it here, or ask the same there.

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
      2  Gateway istio-system/istio-egressgateway, port 8080 -> 404: no VirtualService bound to its Gateway has a host that its server takes, because Gateway istio-system/egress (gateway.yaml:7)
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
      2  Gateway istio-system/istio-egressgateway, port 8080 -> 503 NC: no Service or ServiceEntry that proxies in istio-system can see has httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:11)
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
      Fix: Use resolution DNS (entry.yaml:7)
      Why: 503 UH at the egress gateway: ServiceEntry \`httpbin\` has resolution STATIC and lists no endpoints. List its endpoints, or use resolution DNS.

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
      Fix: Send on to httpbin.com:80 (route.yaml:13)
      Why: Loop at the egress gateway: this rule of the gateway sends to \`istio-egressgateway.istio-system.svc.cluster.local\`, which is the gateway itself. Send on to the host that is called.

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
