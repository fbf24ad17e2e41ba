/** What both forms of TLS origination at the gateway have in common: plain HTTP from the application, TLS from the gateway. */
import type { OriginationShape, RouteShape, ShapeInput } from '../shape.ts';

/** The port that the application calls. */
export const APPLICATION_PORT = 80;

/** @param mode whether the gateway shows a certificate of its own */
export function originated(
  { host, port, mutualHop, credential }: ShapeInput,
  mode: OriginationShape['mode'],
): RouteShape {
  return {
    calls: [{ host, port: APPLICATION_PORT, protocol: 'http' }],
    host,
    entries: [
      {
        host,
        ports: [
          { number: APPLICATION_PORT, name: 'http', protocol: 'HTTP' },
          { number: port, name: 'https', protocol: 'HTTPS' },
        ],
        resolution: 'DNS',
        addresses: [],
      },
    ],
    gateway: {
      server: mutualHop ? 'https' : 'http',
      legs: { mesh: 'http', gateway: 'http', sniHosts: [], subnets: [], to: { host, port } },
    },
    origination: { at: 'gateway', host, port, mode, ...(credential === undefined ? {} : { credential }) },
    wire: (called) => [`tls ${called}`, `http ${called}`],
  };
}
