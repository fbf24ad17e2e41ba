/** Following calls in a large workspace: with everything at hand, after changes, and calls that nobody has followed yet. */
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
  /** For the first call after its own VirtualService changed, the change included. */
  readonly changedP50: number;
  /** For the first call after a resource of another call changed, the change included. */
  readonly unrelated: readonly Unrelated[];
  /** For a call of each route, none of them followed before: on the average. */
  readonly first: number;
}

interface Unrelated {
  readonly kind: (typeof EDITED)[number];
  readonly p50: number;
  readonly p99: number;
}

const CALLS = 500;
const CHANGES = 100;
const EDITED = ['VirtualService', 'ServiceEntry', 'DestinationRule', 'Gateway'] as const;

/** Calls each host from the namespace of its route, through the gateway. */
export function traces(files: readonly GeneratedFile[]): TraceResult {
  const mesh = new Mesh(undefined, DEFAULT_MESH_SETTINGS);
  const tracer = new Tracer(mesh);
  const objects = files.flatMap(({ path, text }) =>
    readContents(path, text).resources.map(
      (resource): MeshObject => ({ resource, path, namespace: resource.namespace?.value, context: false }),
    ),
  );
  for (const each of objects) mesh.add(each);
  const routes = objects.filter((each) => each.resource.kind === 'VirtualService');
  call(tracer, routes[0]);
  const all = time(() => {
    for (const route of routes.slice(1)) call(tracer, route);
  });
  const warm = Array.from({ length: CALLS }, (_, i) => time(() => call(tracer, routes[(i * 31) % routes.length])));
  const changed = routes.slice(0, CHANGES).map((route) =>
    time(() => {
      edit(tracer, route);
      call(tracer, route);
    }),
  );
  const unrelated = EDITED.map((kind): Unrelated => {
    const ofKind = objects.filter((each) => each.resource.kind === kind);
    const times = ofKind.slice(0, CHANGES).map((object, i) =>
      time(() => {
        edit(tracer, object);
        call(tracer, routes[((i + ofKind.length / 2) % routes.length) | 0]);
      }),
    );
    return { kind, p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
  });
  return {
    resources: files.length * RESOURCES_PER_ROUTE,
    warmP50: percentile(warm, 0.5),
    warmP99: percentile(warm, 0.99),
    changedP50: percentile(changed, 0.5),
    unrelated,
    first: all / (routes.length - 1),
  };
}

/** Takes a resource out and puts an equal one in, as an edit does. */
function edit(tracer: Tracer, object: MeshObject): void {
  const { mesh } = tracer;
  tracer.changed(mesh.remove(object));
  tracer.changed(mesh.add(object));
  tracer.settle(() => true);
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
