/** Following calls in a large workspace: with everything at hand, and after a change that calls were worked out from. */
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { Mesh, type MeshObject } from '../../server/src/mesh/mesh.ts';
import { Tracer } from '../../server/src/trace/tracer.ts';
import { DEFAULT_MESH_SETTINGS } from '../../server/src/workspace/mesh-settings.ts';
import { type GeneratedFile, RESOURCES_PER_ROUTE } from './generate.ts';
import { percentile } from './statistics.ts';

export interface TraceResult {
  readonly resources: number;
  /** Milliseconds for one call, as the others. */
  readonly warmP50: number;
  readonly warmP99: number;
  /** For the first call after a VirtualService changed. */
  readonly changedP50: number;
}

const CALLS = 500;
const CHANGES = 20;

/** Calls each host from the namespace of its route, through the gateway. */
export function traces(files: readonly GeneratedFile[]): TraceResult {
  const mesh = new Mesh(undefined, DEFAULT_MESH_SETTINGS);
  const tracer = new Tracer(mesh);
  const routes = files.flatMap(({ path, text }) => {
    const objects = readContents(path, text).resources.map(
      (resource): MeshObject => ({ resource, path, namespace: resource.namespace?.value, context: false }),
    );
    for (const each of objects) mesh.add(each);
    return objects.filter((each) => each.resource.kind === 'VirtualService');
  });
  for (const route of routes) call(tracer, route);
  const warm = Array.from({ length: CALLS }, (_, i) => time(() => call(tracer, routes[(i * 31) % routes.length])));
  const changed = routes.slice(0, CHANGES).map((route) => {
    tracer.changed(mesh.remove(route));
    tracer.changed(mesh.add(route));
    return time(() => call(tracer, route));
  });
  return {
    resources: files.length * RESOURCES_PER_ROUTE,
    warmP50: percentile(warm, 0.5),
    warmP99: percentile(warm, 0.99),
    changedP50: percentile(changed, 0.5),
  };
}

function call(tracer: Tracer, route: MeshObject | undefined): void {
  if (route?.resource.kind !== 'VirtualService') throw new Error('There are no routes.');
  const host = route.resource.hosts?.items[0]?.value ?? '';
  const hop = tracer.trace({ from: { namespace: route.namespace ?? '' }, host, port: 80, protocol: 'http' });
  if (!hop.clusters?.[0]?.next) throw new Error(`The call to ${host} does not come to the gateway.`);
}

function time(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}
