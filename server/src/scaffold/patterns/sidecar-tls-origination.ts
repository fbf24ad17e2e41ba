/** No gateway: the sidecar begins TLS (task "Egress TLS Origination"). */
import type { Pattern } from '../shape.ts';
import { APPLICATION_PORT } from './originated.ts';

export const sidecarTlsOrigination: Pattern = {
  id: 'sidecar-tls-origination',
  title: 'No gateway, TLS added by the sidecar',
  what: 'The application calls http:// on port 80; its own sidecar begins TLS to the external host.',
  scheme: 'http',
  port: 443,
  gateway: false,
  mutualHop: 'never',
  credential: 'none',
  gatewayApi: { why: 'without a gateway there is no route: a ServiceEntry and a DestinationRule are all there is' },
  shape({ host, port }) {
    return {
      calls: [{ host, port: APPLICATION_PORT, protocol: 'http' }],
      host,
      entries: [
        {
          host,
          ports: [
            { number: APPLICATION_PORT, name: 'http', protocol: 'HTTP', targetPort: port },
            { number: port, name: 'https', protocol: 'HTTPS' },
          ],
          resolution: 'DNS',
          addresses: [],
        },
      ],
      origination: { at: 'sidecar', host, port: APPLICATION_PORT, mode: 'SIMPLE' },
      wire: (called) => [`tls ${called}`, `http ${called}`],
    };
  },
};
