/** Which DestinationRule applies to a service for a proxy (`setDestinationRules`, `destinationRule` in `pilot/pkg/model/push_context.go`). */
import type { DestinationRule, Subset, TrafficPolicy } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { HostPool } from './host-pool.ts';
import { routingConfig } from './mesh-config.ts';
import type { MeshService } from './model.ts';
import { inConfigOrder, namespaceOf, once, type Plane, selects } from './plane.ts';
import { fullHost } from './route-spec.ts';
import { shortNameOf } from './short-names.ts';

/** One or more DestinationRules of the same host and namespace, merged. */
export interface MergedRule {
  /** The first: the others add subsets to it, and a traffic policy where it has none. */
  readonly source: MeshObject<DestinationRule>;
  readonly from: readonly MeshObject<DestinationRule>[];
  readonly exportTo: ReadonlySet<string>;
  readonly trafficPolicy: TrafficPolicy | undefined;
  readonly subsets: readonly Subset[];
  readonly workloadSelector: Readonly<Record<string, string>> | undefined;
}

interface Pools {
  /** For proxies of the namespace itself: everything but rules exported to others only. */
  readonly local: Pool;
  /** For proxies elsewhere. */
  readonly exported: Pool;
  /** What the namespace keeps to itself: the root namespace's own proxies look here only. */
  readonly privateOnly: Pool;
}

type Pool = Pick<HostPool<readonly MergedRule[]>, 'mostSpecific'>;

const NO_RULES: Pools = { local: new HostPool(), exported: new HostPool(), privateOnly: new HostPool() };

/** The rule for a service that a proxy calls; rules with a workload selector that fits go first. */
export function destinationRuleFor(
  plane: Plane,
  service: Pick<MeshService, 'hostname' | 'namespace'>,
  proxy: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
): MergedRule | undefined {
  let catchAll: MergedRule | undefined;
  for (const each of candidates(plane, service, proxy.namespace)) {
    if (!each.workloadSelector) catchAll = each;
    else if (namespaceOf(each.source) === proxy.namespace && selects(each.workloadSelector, proxy.labels)) return each;
  }
  return catchAll;
}

/** The first of client namespace, service namespace and root namespace that has a rule for the host wins as a whole. */
function candidates(
  plane: Plane,
  service: Pick<MeshService, 'hostname' | 'namespace'>,
  client: string,
): readonly MergedRule[] {
  const { rootNamespace } = routingConfig(plane);
  const own = poolsOf(plane, client, service.hostname);
  const local = (client === rootNamespace ? own.privateOnly : own.local).mostSpecific(service.hostname);
  if (local) return local;
  for (const owner of [service.namespace, rootNamespace]) {
    const found = (poolsOf(plane, owner, service.hostname).exported.mostSpecific(service.hostname) ?? []).filter(
      ({ exportTo }) => exportTo.size === 0 || exportTo.has('*') || exportTo.has(client),
    );
    if (found.length > 0) return found;
  }
  return [];
}

/** DestinationRules of any namespace for this host or a wildcard over it, in no order. */
function rulesAbout(plane: Plane, hostname: string): readonly MeshObject<DestinationRule>[] {
  return once(plane, rulesAbout, hostname, () => {
    const { reader } = plane;
    const short = shortNameOf(hostname, routingConfig(plane).shortNameDomain);
    return [
      ...reader.hosting('DestinationRule', hostname),
      ...reader.wildcardsOver('DestinationRule', hostname),
      ...(short ? reader.shortHost('DestinationRule', short.namespace || undefined, short.name) : []),
    ];
  });
}

/** The rules of a namespace, as far as they may be for the host. */
function poolsOf(plane: Plane, namespace: string, hostname: string): Pools {
  return once(plane, poolsOf, `${namespace} ${hostname}`, () => {
    const { shortNameDomain: domain, defaultExportTo } = routingConfig(plane);
    const own = rulesAbout(plane, hostname).filter((each) => namespaceOf(each) === namespace && plane.accepts(each));
    if (own.length === 0) return NO_RULES;
    const local = new HostPool<MergedRule[]>();
    const exported = new HostPool<MergedRule[]>();
    const privateOnly = new HostPool<MergedRule[]>();
    const all = inConfigOrder([...new Set(own)]);
    // Rules with a workload selector go before the others.
    const ordered = [
      ...all.filter((each) => each.resource.workloadSelector),
      ...all.filter((each) => !each.resource.workloadSelector),
    ];
    for (const source of ordered) {
      const host = fullHost(source.resource.host?.value ?? '', { namespace, domain });
      const exportTo = exportToOf(source);
      if (exportTo.size === 0 || exportTo.has('*') || exportTo.has('.') || exportTo.has(namespace))
        merge(local, host, source, exportTo);
      const keptPrivate =
        exportTo.size === 0
          ? defaultExportTo.destinationRule.has('.')
          : exportTo.size === 1 && (exportTo.has('.') || exportTo.has(namespace));
      merge(keptPrivate ? privateOnly : exported, host, source, exportTo);
    }
    return { local, exported, privateOnly };
  });
}

/** A rule with a workload selector is never exported. */
function exportToOf({ resource }: MeshObject<DestinationRule>): ReadonlySet<string> {
  if (resource.workloadSelector) return new Set(['.']);
  return new Set((resource.exportTo?.items ?? []).flatMap((each) => each.value ?? []));
}

/** Adds a rule to those of its host (`mergeDestinationRule`): only rules with the same selector and compatible `exportTo` become one. */
function merge(
  pool: HostPool<MergedRule[]>,
  host: string,
  source: MeshObject<DestinationRule>,
  exportTo: ReadonlySet<string>,
): void {
  const list = pool.get(host) ?? [];
  pool.set(host, list);
  const { resource } = source;
  const selector = resource.workloadSelector && (resource.workloadSelector.value ?? {});
  let separate = true;
  for (const [index, existing] of list.entries()) {
    const equal = sameSet(exportTo, existing.exportTo);
    const superset = existing.exportTo.size > 0 && [...existing.exportTo].every((each) => exportTo.has(each));
    separate = !equal;
    if (!equal && !superset) continue;
    const bothSelect = existing.workloadSelector !== undefined && selector !== undefined;
    const neither = existing.workloadSelector === undefined && selector === undefined;
    const sameSelector = bothSelect && sameRecord(existing.workloadSelector ?? {}, selector ?? {});
    if (bothSelect && !sameSelector) {
      separate = true;
      continue;
    }
    if (neither || sameSelector) separate = false;
    const known = new Set(existing.subsets.map((each) => each.name?.value ?? ''));
    list[index] = {
      ...existing,
      from: [...existing.from, source],
      subsets: [
        ...existing.subsets,
        ...(resource.subsets?.items ?? []).filter((each) => !known.has(each.name?.value ?? '')),
      ],
      trafficPolicy: existing.trafficPolicy ?? resource.trafficPolicy,
    };
  }
  if (!separate) return;
  list.push({
    source,
    from: [source],
    exportTo,
    trafficPolicy: resource.trafficPolicy,
    subsets: resource.subsets?.items ?? [],
    workloadSelector: selector,
  });
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((each) => b.has(each));
}

function sameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, value]) => b[key] === value);
}
