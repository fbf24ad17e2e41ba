/** Any bytes on a port of their own (blog "Consuming external MongoDB services"). */
import type { Pattern } from '../shape.ts';

export const tcp: Pattern = {
  id: 'tcp',
  title: 'TCP',
  what: 'The application opens a TCP connection that is neither HTTP nor TLS by server name, such as to a database.',
  scheme: 'tcp',
  port: undefined,
  gateway: true,
  mutualHop: 'optional',
  credential: 'none',
  gatewayApi: { why: 'TCP needs a TCPRoute, which istiod leaves out unless it is told otherwise' },
  shape({ host, port, mutualHop, addresses }) {
    return {
      calls: [{ host, port, protocol: 'tcp' }],
      host,
      entries: [{ host, ports: [{ number: port, name: 'tcp', protocol: 'TCP' }], resolution: 'DNS', addresses }],
      gateway: {
        server: mutualHop ? 'tls' : 'tcp',
        legs: { mesh: 'tcp', gateway: 'tcp', sniHosts: [], subnets: addresses, to: { host, port } },
      },
      wire: () => ['tcp'],
    };
  },
};
