/** The hosts that a Sidecar's egress listener imports (`hostClassification` in `pilot/pkg/model/sidecar.go`). */
import { hostCoveredBy, hostsOverlap, isWildcard } from '../mesh/hosts.ts';
import type { Routes } from './routes.ts';

interface HostClass {
  readonly exact: Set<string>;
  readonly all: string[];
  readonly excluded: string[];
}

export interface HostImports {
  readonly byNamespace: ReadonlyMap<string, HostClass>;
  /** Whether every entry names one host of one namespace. */
  readonly exactOnly: boolean;
}

/**
 * Sorts entries `namespace/host` by namespace: `.` is the proxy's own, `*` any, a leading `~` takes away instead of adding.
 *
 * @param namespace the proxy's namespace
 */
export function importsOf(hosts: readonly string[], namespace: string): HostImports {
  const byNamespace = new Map<string, HostClass>();
  let exactOnly = true;
  for (const each of hosts) {
    const [written = '', host, ...rest] = each.split('/');
    if (host === undefined || rest.length > 0) continue;
    const excluded = written.startsWith('~');
    const bare = excluded ? written.slice(1) || '*' : written;
    const owner = bare === '.' ? namespace : bare;
    const hostClass = byNamespace.get(owner) ?? { exact: new Set(), all: [], excluded: [] };
    byNamespace.set(owner, hostClass);
    if (excluded) {
      hostClass.excluded.push(host);
      continue;
    }
    if (isWildcard(host)) exactOnly = false;
    else hostClass.exact.add(host);
    if (owner === '*') exactOnly = false;
    hostClass.all.push(host);
  }
  return { byNamespace, exactOnly };
}

/** Whether a service of this host in this namespace is imported: its host must be covered, overlapping is not enough. */
export function importsService({ byNamespace }: HostImports, hostname: string, namespace: string): boolean {
  const own = byNamespace.get(namespace);
  const any = byNamespace.get('*');
  if (excludes(own, hostname) || excludes(any, hostname)) return false;
  return covers(own, hostname) || covers(any, hostname);
}

/** Whether an alias of an imported service is imported with it. */
export function importsAlias(
  { byNamespace }: HostImports,
  alias: string,
  service: { hostname: string; namespace: string },
): boolean {
  const own = byNamespace.get(service.namespace);
  return covers(own, service.hostname) ? covers(own, alias) : covers(byNamespace.get('*'), alias);
}

/** Whether a VirtualService is imported: one host that overlaps an import is enough; of Gateway API it must be covered (`VSMatches`). */
export function importsRoutes(
  { byNamespace }: HostImports,
  { hosts, namespace, semantics }: Pick<Routes, 'hosts' | 'namespace' | 'semantics'>,
): boolean {
  const matches = semantics === 'gateway-api' ? covers : overlaps;
  const own = byNamespace.get(namespace);
  const any = byNamespace.get('*');
  return [own, any].some((hostClass) =>
    hosts.some((host) => matches(hostClass, host) && !excludes(own, host) && !excludes(any, host)),
  );
}

function covers(hostClass: HostClass | undefined, host: string): boolean {
  if (!hostClass) return false;
  if (hostClass.exact.has(host)) return true;
  return hostClass.all.some((each) => (isWildcard(host) || isWildcard(each)) && hostCoveredBy(host, each));
}

function overlaps(hostClass: HostClass | undefined, host: string): boolean {
  if (!hostClass) return false;
  if (hostClass.exact.has(host)) return true;
  return hostClass.all.some((each) => (isWildcard(host) || isWildcard(each)) && hostsOverlap(host, each));
}

function excludes(hostClass: HostClass | undefined, host: string): boolean {
  return hostClass?.excluded.some((each) => hostCoveredBy(host, each)) ?? false;
}
