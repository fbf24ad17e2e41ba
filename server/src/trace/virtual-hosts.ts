/** Virtual hosts: finding the one for a request's host. */
import type { HttpRoute } from './http-routes.ts';

export type HostAction =
  | { readonly kind: 'routes'; readonly routes: readonly HttpRoute[] }
  /** The route that a service has without a VirtualService. */
  | { readonly kind: 'cluster'; readonly route: string; readonly cluster: string }
  | { readonly kind: 'response'; readonly route: string; readonly status: number };

export interface VirtualHost {
  readonly name: string;
  readonly domains: readonly string[];
  readonly action: HostAction;
  /** Plaintext requests are sent away to HTTPS. */
  readonly requireTls: boolean;
}

export type VirtualHosts = ReadonlyMap<string, VirtualHost>;

/** By domain; of equal domains the first counts. */
export function byDomain(hosts: readonly VirtualHost[]): VirtualHosts {
  const result = new Map<string, VirtualHost>();
  for (const host of hosts) for (const domain of host.domains) if (!result.has(domain)) result.set(domain, host);
  return result;
}

/** The host's own entry, else that of the longest wildcard over it, `*` last. A port in the host does not count. */
export function virtualHostFor(hosts: VirtualHosts, host: string): VirtualHost | undefined {
  const bare = withoutPort(host);
  const own = hosts.get(bare);
  if (own) return own;
  for (let i = 1; i <= bare.length; i++) {
    const found = hosts.get(`*${bare.slice(i)}`);
    if (found) return found;
  }
  return hosts.get('*');
}

/** A request's host without the port that may follow it. */
export function withoutPort(host: string): string {
  const match = /^(?:\[(.+)\]|([^:]+)):\d+$/.exec(host);
  return match?.[1] ?? match?.[2] ?? host;
}
