/** Finding the VirtualServices whose hosts overlap a service's, without going through all of them (`getConfigsForHost` in `tls.go`). */
import { hostsOverlap, isWildcard } from '../mesh/hosts.ts';
import { memo, type Plane } from './plane.ts';
import type { EgressListener, SidecarScope } from './scope.ts';
import { listenerRoutes } from './scope-services.ts';
import type { Routes } from './virtual-services.ts';

interface HostIndex {
  readonly exact: ReadonlyMap<string, readonly number[]>;
  readonly wildcards: readonly { readonly host: string; readonly rank: number }[];
  readonly all: readonly Routes[];
}

/** In Istio's order. */
export function routesOverlapping(
  plane: Plane,
  scope: SidecarScope,
  listener: EgressListener,
  hostname: string,
): readonly Routes[] {
  const { exact, wildcards, all } = indexOf(plane, scope, listener);
  if (wildcards.length === 0 && !isWildcard(hostname)) {
    const own = exact.get(hostname);
    if (!own || own.length === 1) return (own ?? []).flatMap((rank) => all[rank] ?? []);
  }
  const ranks = new Set<number>();
  if (isWildcard(hostname)) {
    for (const [host, own] of exact) if (hostsOverlap(host, hostname)) for (const rank of own) ranks.add(rank);
  } else for (const rank of exact.get(hostname) ?? []) ranks.add(rank);
  for (const { host, rank } of wildcards) if (hostsOverlap(host, hostname)) ranks.add(rank);
  return [...ranks].sort((a, b) => a - b).flatMap((rank) => all[rank] ?? []);
}

function indexOf(plane: Plane, scope: SidecarScope, listener: EgressListener): HostIndex {
  return memo(plane, `hosts of routes for ${listener.index} of ${scope.id}`, (inner) => {
    const all = listenerRoutes(inner, scope, listener);
    const exact = new Map<string, number[]>();
    const wildcards: { host: string; rank: number }[] = [];
    for (const [rank, { hosts }] of all.entries()) {
      for (const host of hosts) {
        if (isWildcard(host)) wildcards.push({ host, rank });
        else exact.set(host, [...(exact.get(host) ?? []), rank]);
      }
    }
    return { exact, wildcards, all };
  });
}
