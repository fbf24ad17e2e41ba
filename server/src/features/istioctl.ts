/** The `istioctl` calls that show the same in a live cluster. */
import { parseClusterName } from '../trace/cluster-names.ts';
import type { Hop, HopCluster } from '../trace/types.ts';
import { gatewayOf } from '../calls/proxies.ts';
import type { TraceResult } from './trace-call.ts';

/** What stands for a label that nobody told. */
const PLACEHOLDER = 'app=YOUR-APP';

/** Lines for a shell, each proxy's after a comment that names it. A proxy that is passed twice is shown once. */
export function istioctlCommands({ hop, call }: TraceResult): string {
  const labels = Object.entries(call.from.labels ?? {}).map(([label, value]) => `${label}=${value}`);
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const each of hopsOf(hop)) {
    if (seen.has(each.proxy)) continue;
    seen.add(each.proxy);
    lines.push(
      `# ${each.proxy}`,
      ...commands(each, podOf(each, call.from.namespace, labels.join(',') || PLACEHOLDER)),
      '',
    );
  }
  return lines.join('\n');
}

function hopsOf(hop: Hop): readonly Hop[] {
  return [hop, ...(hop.clusters ?? []).flatMap(({ next }) => (next ? hopsOf(next) : []))];
}

function podOf(hop: Hop, namespace: string, selector: string): string {
  const gateway = gatewayOf(hop);
  if (gateway) return `-n ${gateway.namespace} deploy/${gateway.name}`;
  const where = namespace === '' ? '' : `-n ${namespace} `;
  return `${where}"$(kubectl ${where}get pod -l ${quoted(selector)} -o name | head -n 1)"`;
}

function commands(hop: Hop, pod: string): readonly string[] {
  const config = (kind: string, filter: string) => `istioctl proxy-config ${kind} ${pod}${filter}`;
  const route = hop.routeConfig === undefined ? [] : [config('route', ` --name ${quoted(hop.routeConfig)}`)];
  return [
    config('listener', ` --port ${hop.port}`),
    ...route,
    ...(hop.clusters ?? []).flatMap((each) => [
      config('cluster', clusterFilter(each)),
      config('endpoint', ` --cluster ${quoted(each.name)}`),
    ]),
  ];
}

function clusterFilter({ name }: HopCluster): string {
  const parsed = parseClusterName(name);
  if (!parsed) return ` --fqdn ${quoted(name)}`;
  const subset = parsed.subset === '' ? '' : ` --subset ${quoted(parsed.subset)}`;
  return ` --direction outbound --fqdn ${quoted(parsed.host)} --port ${parsed.port}${subset}`;
}

/** Safe in a shell: what needs no quotes gets none. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
