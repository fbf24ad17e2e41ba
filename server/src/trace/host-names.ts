/** Sets of host names (`pkg/config/host/names.go`). */
import { hostCoveredBy, isWildcard } from '../mesh/hosts.ts';

/** Whether `a` goes before `b`: no wildcard before wildcards, then longer ones, then by alphabet. */
export function moreSpecific(a: string, b: string): boolean {
  const wildA = isWildcard(a);
  if (wildA !== isWildcard(b)) return !wildA;
  return a.length === b.length ? a < b : a.length > b.length;
}

/** What both sets cover: of every overlapping pair the narrower host, in the order of `hosts`. */
export function intersectHosts(hosts: readonly string[], others: readonly string[]): readonly string[] {
  const result = new Set<string>();
  for (const host of hosts) {
    for (const other of others) {
      if (hostCoveredBy(host, other)) result.add(host);
      else if (hostCoveredBy(other, host)) result.add(other);
    }
  }
  return [...result];
}

/** The hosts of a Gateway server that VirtualServices of a namespace may use, without their namespace part. */
export function hostsForNamespace(hosts: readonly string[], namespace: string): readonly string[] {
  return hosts.flatMap((host) => {
    const slash = host.indexOf('/');
    if (slash < 0) return [host];
    const owner = host.slice(0, slash);
    return owner === namespace || owner === '*' ? [host.slice(slash + 1)] : [];
  });
}
