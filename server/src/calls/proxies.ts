/** The proxies of a trace, by name. */
import type { Hop } from '../trace/types.ts';

export interface ProxyName {
  readonly namespace: string;
  readonly name: string;
}

/** The gateway that a hop is at; undefined for a sidecar. */
export function gatewayOf({ proxy }: Hop): ProxyName | undefined {
  const [kind, title = ''] = proxy.split(' ');
  if (kind !== 'gateway') return undefined;
  const slash = title.indexOf('/');
  return { namespace: title.slice(0, slash), name: title.slice(slash + 1) };
}

/** The namespace of a sidecar's hop; undefined for a gateway. */
export function sidecarNamespace({ proxy }: Hop): string | undefined {
  return proxy.startsWith('sidecar') ? proxy.slice('sidecar '.length) : undefined;
}
