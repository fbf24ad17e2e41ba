/** Plain HTTP through the gateway (Istio's task "Egress Gateways", part "Egress gateway for HTTP traffic"). */
import type { Pattern } from '../shape.ts';

export const http: Pattern = {
  id: 'http',
  title: 'HTTP',
  what: 'The application sends plain HTTP, and plain HTTP leaves the mesh through the gateway.',
  scheme: 'http',
  port: 80,
  gateway: true,
  mutualHop: 'optional',
  credential: 'none',
  gatewayApi: { route: 'HTTPRoute', mutualHop: 'optional' },
  shape({ host, port, mutualHop }) {
    return {
      calls: [{ host, port, protocol: 'http' }],
      host,
      entries: [{ host, ports: [{ number: port, name: 'http', protocol: 'HTTP' }], resolution: 'DNS', addresses: [] }],
      gateway: {
        server: mutualHop ? 'https' : 'http',
        legs: { mesh: 'http', gateway: 'http', sniHosts: [], subnets: [], to: { host, port } },
      },
      wire: (called) => [`http ${called}`],
    };
  },
};
