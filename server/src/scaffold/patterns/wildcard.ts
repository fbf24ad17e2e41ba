/** Every host under a domain, where one server answers for all (task "Egress using Wildcard Hosts", part "for a single hosting server"). */
import type { Pattern } from '../shape.ts';

export const wildcard: Pattern = {
  id: 'wildcard',
  title: 'Every host under a domain',
  what: 'The application calls https:// on hosts under one domain that the same server answers for; the gateway passes the TLS on to that server.',
  scheme: 'https',
  port: 443,
  gateway: true,
  mutualHop: 'never',
  credential: 'none',
  gatewayApi: { route: 'TLSRoute', mutualHop: 'never' },
  shape({ host, port, server }) {
    const domain = host.replace(/^\*\.?/, '');
    const answering = server ?? `www.${domain}`;
    const ports = [{ number: port, name: 'tls', protocol: 'TLS' }] as const;
    return {
      calls: [answering, `any.${domain}`].map((called) => ({ host: called, port, protocol: 'https' })),
      host,
      entries: [
        // A wildcard cannot be looked up in DNS: this one makes the hosts known to sidecars, the other one is where calls go.
        { host, ports, resolution: 'NONE', addresses: [] },
        { host: answering, ports, resolution: 'DNS', addresses: [] },
      ],
      gateway: {
        server: 'passthrough',
        legs: { mesh: 'tls', gateway: 'tls', sniHosts: [host], subnets: [], to: { host: answering, port } },
      },
      wire: (called) => [`tls ${called}`, `http ${called}`],
    };
  },
};
