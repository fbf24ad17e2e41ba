/** What is seen where a call ends, in the words that are used everywhere. */
import type { Hop } from '../trace/types.ts';
import type { Ending } from './endings.ts';
import { gatewayOf } from './proxies.ts';

/** What is seen: a status of HTTP, or what becomes of the connection. */
export function statusText({ kind, at }: Ending): string {
  const http = at.routeConfig !== undefined;
  switch (kind) {
    case 'refused':
      return http ? '502' : 'connection closed';
    case 'no-cluster':
      // Gateway API wants another status where a backend is not there (`applyHTTPRouteDestination`).
      return !http ? 'connection reset' : at.config?.startsWith('HTTPRoute ') ? '500' : '503 NC';
    case 'no-endpoints':
      return http ? '503 UH' : 'connection reset';
    case 'redirect':
      return 'redirect';
    case 'direct-response':
      return (at.action ?? '').replace('directResponse ', '');
    case 'https-redirect':
      return '301 to https';
    case 'no-listener':
      return 'connection refused';
    case 'tls-error':
    case 'mtls-error':
      return 'TLS handshake error';
    case 'no-virtual-host':
    case 'no-route':
      return '404';
    default:
      return 'connection reset';
  }
}

/** `in the sidecar`, `at the egress gateway`, `at gateway istio-system/other`. */
export function whereText(hop: Hop): string {
  const gateway = gatewayOf(hop);
  if (!gateway) return 'in the sidecar';
  return gateway.name === 'istio-egressgateway'
    ? 'at the egress gateway'
    : `at gateway ${gateway.namespace}/${gateway.name}`;
}
