/** The application's own TLS through the gateway, routed by server name (task "Egress Gateways", part "Egress gateway for HTTPS traffic"). */
import type { Pattern } from '../shape.ts';

export const tlsPassthrough: Pattern = {
  id: 'tls-passthrough',
  title: 'HTTPS, the TLS of the application',
  what: 'The application calls https://; the gateway passes its TLS on unopened, by server name.',
  scheme: 'https',
  port: 443,
  gateway: true,
  mutualHop: 'optional',
  credential: 'none',
  gatewayApi: {
    route: 'TLSRoute',
    mutualHop: 'never',
    noHop: 'TLS inside mutual TLS needs a TCPRoute, which istiod leaves out unless it is told otherwise',
  },
  shape({ host, port, mutualHop }) {
    return {
      calls: [{ host, port, protocol: 'https' }],
      host,
      entries: [{ host, ports: [{ number: port, name: 'tls', protocol: 'TLS' }], resolution: 'DNS', addresses: [] }],
      gateway: {
        server: mutualHop ? 'tls' : 'passthrough',
        // A server that ends the mutual TLS of the mesh has only bytes inside, whatever they are.
        legs: { mesh: 'tls', gateway: mutualHop ? 'tcp' : 'tls', sniHosts: [host], subnets: [], to: { host, port } },
      },
      wire: (called) => [`tls ${called}`, `http ${called}`],
    };
  },
};
