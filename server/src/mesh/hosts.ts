/** Host names: matching, wildcards, short names (`pkg/config/host/name.go`, `pilot/pkg/model/config.go`). */
import { isIpAddress } from '../schema/addresses.ts';
import { isWildcard } from '../schema/hosts.ts';

export { isIpAddress } from '../schema/addresses.ts';
export { hostCoveredBy, hostsOverlap, isWildcard } from '../schema/hosts.ts';

/**
 * The full name of a host in a VirtualService or DestinationRule (`ResolveShortnameToFQDN`): only a name without dots is short.
 * ServiceEntry, Gateway and Sidecar hosts are never short: do not ask for them.
 *
 * @returns undefined where the name is short and the namespace is not known
 */
export function resolveShortHost(
  host: string,
  namespace: string | undefined,
  clusterDomain: string,
): string | undefined {
  if (host === '' || isWildcard(host) || host.includes('.') || isIpAddress(host)) return host;
  return namespace === undefined ? undefined : `${host}.${namespace}.svc.${clusterDomain}`;
}

/** The wildcard hosts that would match `host`, the longest first, `*` last: `*.b.c` and `*.c` for `a.b.c`. */
export function wildcardsOver(host: string): readonly string[] {
  const bare = host.startsWith('*.') ? host.slice(2) : host;
  const labels = bare.split('.');
  const start = host.startsWith('*.') ? 0 : 1;
  const result: string[] = [];
  for (let i = start; i < labels.length; i++) result.push(`*.${labels.slice(i).join('.')}`);
  result.push('*');
  return result;
}

/** Name and namespace of a Service's full name; undefined where the host is no such name. */
export function serviceOfHost(
  host: string,
  clusterDomain: string,
): { readonly name: string; readonly namespace: string } | undefined {
  const suffix = `.svc.${clusterDomain}`;
  if (!host.endsWith(suffix)) return undefined;
  const [name, namespace, ...rest] = host.slice(0, -suffix.length).split('.');
  return name && namespace && rest.length === 0 ? { name, namespace } : undefined;
}
