/** No gateway: the host becomes known to the sidecars, which call it straight (task "Accessing External Services"). */
import type { Pattern } from '../shape.ts';

/** Ports that are HTTP by custom; any other carries the application's TLS. */
const HTTP_PORTS: ReadonlySet<number> = new Set([80, 8080]);

export const sidecarOnly: Pattern = {
  id: 'sidecar-only',
  title: 'No gateway',
  what: 'The external host becomes part of the mesh, and sidecars call it straight: https:// unless the port is 80 or 8080.',
  scheme: 'https',
  port: 443,
  gateway: false,
  mutualHop: 'never',
  credential: 'none',
  gatewayApi: { why: 'without a gateway there is no route: a ServiceEntry is all there is' },
  shape({ host, port }) {
    const plain = HTTP_PORTS.has(port);
    return {
      calls: [{ host, port, protocol: plain ? 'http' : 'https' }],
      host,
      entries: [
        {
          host,
          ports: [
            plain ? { number: port, name: 'http', protocol: 'HTTP' } : { number: port, name: 'tls', protocol: 'TLS' },
          ],
          resolution: 'DNS',
          addresses: [],
        },
      ],
      wire: (called) => (plain ? [`http ${called}`] : [`tls ${called}`, `http ${called}`]),
    };
  },
};
