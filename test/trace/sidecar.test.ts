/** What a person reads where a call does not leave the sidecar. Each text was read for sense. */
import { describe, expect, it } from 'vitest';
import { ALL_HERE, CALL, ROUTED, text } from './stories.ts';

describe('failing in the sidecar', () => {
  it('503 NC, where the subset is not defined', () => {
    expect(
      text(`${ROUTED.replace('svc.cluster.local, port', 'svc.cluster.local, subset: none, port')}${ALL_HERE}`, CALL),
    ).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, 503 NC in the sidecar
      Why: 503 NC in sidecars of \`app\`: no DestinationRule defines subset \`none\` of istio-egressgateway.istio-system. Define it, or drop the subset. (route.yaml:10)

      1  Sidecar in app -> 503 NC: no DestinationRule that proxies in app can use defines subset none of istio-egressgateway.istio-system.svc.cluster.local:80, because VirtualService app/httpbin, rule 1 (route.yaml:8)
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
      Why: 404 in sidecars of \`app\`: no rule takes \`GET /\`, because all have conditions. Add a rule without conditions. (route.yaml:8)

      1  Sidecar in app -> 404: no rule for httpbin.com takes this request (its path, method, headers, port or client), because ServiceEntry app/httpbin (entry.yaml:3)
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
      Why: 503 NC in sidecars: no Service or ServiceEntry has the host \`nobody.app.svc.cluster.local\`. Add the Service, or correct the name. (route.yaml:12)

      1  Sidecar in app divides the calls, because VirtualService app/httpbin, rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_80, route 80, httpbin.com:80, outbound|80||istio-egressgateway.istio-system.svc.cluster.local, outbound|80||nobody.app.svc.cluster.local
         90 % -> gateway istio-system/istio-egressgateway, because Service istio-system/istio-egressgateway (install.yaml:3)
      2  (90 %) Gateway istio-system/istio-egressgateway, port 8080 -> httpbin.com:80, because VirtualService app/httpbin, rule 2 (route.yaml:14)
         Envoy: 0.0.0.0_8080, route http.8080, httpbin.com:80, outbound|80||httpbin.com
      3  (90 %) Outside: httpbin.com:80 receives plain HTTP (Host httpbin.com)
         10 % -> 503 NC: no Service or ServiceEntry that proxies in app can see has nobody.app.svc.cluster.local:80

      Assumed: pods in app have sidecars.
      Not in YAML: DNS, the network, and whether the far side answers.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });
});
