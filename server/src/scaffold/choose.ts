/** What is chosen where the request does not say. */
import type { Kind } from '../manifest/types.ts';
import { isEgressRoute } from '../mesh/egress-routes.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { ApplySet } from '../workspace/types.ts';
import type { GatewayInstall } from './gateways.ts';
import type { Audience, RouteRequest } from './request.ts';
import type { Site } from './types.ts';
import type { World } from './world.ts';

const NETWORKING: readonly Kind[] = ['VirtualService', 'ServiceEntry', 'Gateway', 'DestinationRule', 'Sidecar'];
const CURRENT_VERSION = 'networking.istio.io/v1';

/** The apply set of a request: the one that it names, else the one that routes or declares the host, else the one with the most routes. */
export function chooseApplySet(world: World, { set, host }: RouteRequest): ApplySet | undefined {
  const { sets } = world.snapshot;
  if (set !== undefined) return sets.find((each) => each.id === set);
  const scored = sets.map((each, index) => {
    const reader = world.tracerOf(each).mesh.reader();
    const routes =
      reader.hosting('VirtualService', host).length * 1000 + reader.hosting('ServiceEntry', host).length * 500;
    const domain = reader.settings.clusterDomain;
    const egress = reader.all('VirtualService').filter((route) => isEgressRoute(route, domain)).length;
    return { each, index, score: routes + egress };
  });
  return scored.sort((a, b) => b.score - a.score || a.index - b.index)[0]?.each;
}

/** The version that all resources of the group have, else the current one. */
export function chooseApiVersion(tracer: Tracer): string {
  const reader = tracer.mesh.reader();
  const written = NETWORKING.flatMap((kind) => reader.all(kind)).filter(({ implied }) => !implied);
  const versions = new Set(written.map(({ resource }) => resource.apiVersion));
  const [only = CURRENT_VERSION, other] = versions;
  return other === undefined ? only : CURRENT_VERSION;
}

/** Namespaces that the workspace writes to; empty where it writes nothing yet. */
export function writtenNamespaces({ files }: Site, tracer: Tracer, set: ApplySet | undefined): ReadonlySet<string> {
  const result = new Set<string>();
  for (const { path, contents, context } of files.values()) {
    if (context || (set && !set.members.has(path))) continue;
    const membership = set?.members.get(path);
    for (const { kind, namespace, name } of contents.resources) {
      if (kind === 'Namespace' && name.value !== undefined) result.add(name.value);
      const written = membership?.namespace ?? (namespace ? namespace.value : membership?.defaultNamespace);
      if (written !== undefined && kind !== 'Namespace') result.add(written);
    }
  }
  const { clients } = tracer.mesh.settings;
  return new Set([...result, ...(result.size > 0 ? clients.filter((each) => result.has(each)) : [])]);
}

/** Where ServiceEntry and VirtualService go: with the audience's own, with those that are there, with the gateway. */
export function chooseHome(
  { namespace, audience, host }: RouteRequest,
  tracer: Tracer,
  install: GatewayInstall | undefined,
  written: ReadonlySet<string>,
): string {
  if (namespace !== undefined) return namespace;
  const reader = tracer.mesh.reader();
  const may = (each: string | undefined): each is string =>
    each !== undefined && (written.size === 0 || written.has(each));
  const own = [...reader.hosting('VirtualService', host), ...reader.hosting('ServiceEntry', host)].map(
    (each) => each.namespace,
  );
  const existing = own.find(may);
  if (existing !== undefined) return existing;
  if (audience !== undefined && audience !== 'all') {
    const [first = 'default'] = [...audience].sort((a, b) => Number(may(b)) - Number(may(a)));
    return first;
  }
  const domain = reader.settings.clusterDomain;
  const routes = reader.all('VirtualService').filter((route) => isEgressRoute(route, domain));
  const used = mostUsed([...routes, ...reader.all('ServiceEntry')].map((each) => each.namespace).filter(may));
  if (used !== undefined) return used;
  if (install && may(install.namespace)) return install.namespace;
  return [...written].sort()[0] ?? 'default';
}

/** Who may use the route where the request does not say: the namespace that it names, else all. */
export function chooseAudience({ audience, namespace }: RouteRequest): Audience {
  if (audience !== undefined) return audience === 'all' ? 'all' : [...new Set(audience)];
  return namespace === undefined ? 'all' : [namespace];
}

function mostUsed(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0];
}
