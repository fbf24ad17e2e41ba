/** The gateway begins TLS and shows a certificate from a Secret (task "Egress Gateways with TLS Origination", MUTUAL). */
import type { Pattern } from '../shape.ts';
import { originated } from './originated.ts';

export const tlsOriginationMutual: Pattern = {
  id: 'tls-origination-mutual',
  title: 'Mutual TLS added by the gateway',
  what: 'As tls-origination, and the gateway shows a client certificate from a Secret in its own namespace.',
  scheme: 'http',
  port: 443,
  gateway: true,
  mutualHop: 'optional',
  credential: 'needed',
  gatewayApi: { route: 'HTTPRoute', mutualHop: 'optional' },
  shape: (input) => originated(input, 'MUTUAL'),
};
