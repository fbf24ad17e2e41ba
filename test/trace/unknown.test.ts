/** What a person reads where YAML does not tell the end, and what stands in for what is not here. Each text was read for sense. */
import { describe, expect, it } from 'vitest';
import { CALL, ROUTED, text } from './stories.ts';

describe('not known', () => {
  it('which outbound policy holds', () => {
    expect(text(ROUTED, 'http://other.com from app')).toMatchInlineSnapshot(`
      "
      http://other.com from app: NOT KNOWN: straight to the outside under ALLOW_ANY, 502 in the sidecar under REGISTRY_ONLY
      To know, it needs: the outbound policy (istio.outboundTrafficPolicy in .istio-egress.yaml, or the mesh configuration)

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

      1  Sidecar in app -> 503 NC: no Service or ServiceEntry that proxies in app can see has gateway.platform.svc.cluster.local:80, because VirtualService app/httpbin, rule 1 (route.yaml:8)
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

      1  Sidecar in app -> the proxy looks up the host of every request itself (resolution DYNAMIC_DNS), because ServiceEntry app/httpbin (entry.yaml:3)
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
