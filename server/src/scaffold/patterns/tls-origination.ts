/** The gateway begins TLS (task "Egress Gateways with TLS Origination", SIMPLE). */
import type { Pattern } from '../shape.ts';
import { originated } from './originated.ts';

export const tlsOrigination: Pattern = {
  id: 'tls-origination',
  title: 'TLS added by the gateway',
  what: 'The application calls http:// on port 80; the gateway begins TLS to the external host.',
  scheme: 'http',
  port: 443,
  gateway: true,
  mutualHop: 'optional',
  credential: 'optional',
  gatewayApi: { route: 'HTTPRoute', mutualHop: 'optional' },
  shape: (input) => originated(input, 'SIMPLE'),
};
