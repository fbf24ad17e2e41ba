/** What a person reads where a gateway does not take a connection. Each text was read for sense. */
import { describe, expect, it } from 'vitest';
import { CALL, MUTUAL, PASSTHROUGH, ROUTED, text } from './stories.ts';

describe('failing at the gateway', () => {
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
      Fix: Add api.example.com to sniHosts (route.yaml:11)
      Why: Connection reset at the egress gateway: no \`tls\` rule of server 443 (TLS, PASSTHROUGH) takes server name \`api.example.com\`; this one takes \`b.example.com\`. Add it to \`sniHosts\`.

      1  Sidecar in app -> gateway istio-system/istio-egressgateway, because VirtualService app/api, tls rule 1 (route.yaml:8)
         Envoy: 0.0.0.0_443, outbound|443||istio-egressgateway.istio-system.svc.cluster.local
      2  Gateway istio-system/istio-egressgateway, port 8443 -> connection reset: none of its servers on port 8443 has a rule that takes TLS with server name api.example.com
         Envoy: 0.0.0.0_8443
         See: Gateway istio-system/egress (gateway.yaml:3) opens the port (443 TLS PASSTHROUGH for api.example.com, b.example.com), and no rule bound to it fits that server and this call

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });

  it('not known, where the application’s TLS comes to a server of the mesh and a DestinationRule may be elsewhere', () => {
    const ended = PASSTHROUGH.replace('mode: PASSTHROUGH', 'mode: ISTIO_MUTUAL').replace(
      '- match: [{ gateways: [istio-system/egress], port: 443, sniHosts: [api.example.com] }]',
      '- match: [{ gateways: [mesh], port: 443, sniHosts: [api.example.com] }]',
    );
    const tcp =
      '\n  tcp:\n  - match: [{ gateways: [istio-system/egress], port: 443 }]\n    route:\n    - destination: { host: api.example.com, port: { number: 443 } }\n';
    expect(text(`${ended}${tcp}`, 'https://api.example.com from app')).toMatchInlineSnapshot(`
      "
      https://api.example.com from app: NOT KNOWN: as the YAML stands here, TLS handshake error at the egress gateway
      To know, it needs: a DestinationRule of istio-egressgateway.istio-system.svc.cluster.local

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
         See: Gateway istio-system/egress (gateway.yaml:3) would open the port (443 TLS PASSTHROUGH for other.example.com) if a rule bound to it fitted that server

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
         See: Gateway istio-system/egress (gateway.yaml:3) would open the port (443 TLS ISTIO_MUTUAL for api.example.com) if a rule bound to it fitted that server

      Assumed: istio-system/istio-egressgateway is the standard install (80 -> 8080, 443 -> 8443); pods in app have sidecars.
      As Istio 1.29. Apply set: the whole folder.
      "
    `);
  });

  it('connection reset, where TLS comes to an HTTP server', () => {
    expect(text(`${ROUTED}${MUTUAL}`, CALL)).toMatchInlineSnapshot(`
      "
      http://httpbin.com from app: FAILS, connection reset at the egress gateway
      Fix: Disable TLS in DestinationRule istio-system/gateway (hop.yaml:6)
      Why: Connection reset at the egress gateway: server 80 (HTTP) takes plain HTTP, and gets mutual TLS of the mesh. DestinationRule \`istio-system/gateway\` adds it. Remove it, or give the server ISTIO_MUTUAL.

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
});
