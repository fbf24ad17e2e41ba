/** Host names: matching, wildcards, short names (`pkg/config/host/name.go`, `pilot/pkg/model/config.go`). */

export function isWildcard(host: string): boolean {
  return host.startsWith('*');
}

/** Whether two hosts overlap: `Name.Matches`. Case counts. */
export function hostsOverlap(a: string, b: string): boolean {
  const wildA = isWildcard(a);
  const wildB = isWildcard(b);
  if (wildA && wildB) {
    const [short, long] = a.length < b.length ? [a, b] : [b, a];
    return long.slice(1).endsWith(short.slice(1));
  }
  if (wildA) return b.endsWith(a.slice(1));
  if (wildB) return a.endsWith(b.slice(1));
  return a === b;
}

/** Whether everything that `inner` matches is matched by `outer`: `Name.SubsetOf`. */
export function hostCoveredBy(inner: string, outer: string): boolean {
  const wildInner = isWildcard(inner);
  const wildOuter = isWildcard(outer);
  if (wildInner && wildOuter) return inner.length >= outer.length && inner.slice(1).endsWith(outer.slice(1));
  if (wildInner) return false;
  if (wildOuter) return inner.endsWith(outer.slice(1));
  return inner === outer;
}

/** Whether the text is an IPv4 or IPv6 address. */
export function isIpAddress(host: string): boolean {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host))
    return host.split('.').every((part) => Number(part) <= 255 && !/^0\d/.test(part));
  return host.includes(':') && /^[0-9a-fA-F:.]+(%\w+)?$/.test(host);
}

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
