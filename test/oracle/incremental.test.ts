/** What a cache remembers is never out of date: after every change the answers are those of a mesh that was read anew. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type OracleCase, tracerOf } from '../../server/src/cli/oracle-answers.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import type { Kind, Resource } from '../../server/src/manifest/types.ts';
import { Mesh, type MeshObject } from '../../server/src/mesh/mesh.ts';
import { Tracer } from '../../server/src/trace/tracer.ts';
import type { Call, Hop } from '../../server/src/trace/types.ts';
import type { MeshSettings } from '../../server/src/workspace/mesh-settings.ts';

const KINDS = [
  'VirtualService',
  'ServiceEntry',
  'Gateway',
  'DestinationRule',
  'Sidecar',
  'Service',
  'WorkloadEntry',
  'Deployment',
  'MeshConfig',
  'K8sGateway',
  'HTTPRoute',
  'TLSRoute',
  'ReferenceGrant',
] as const satisfies readonly Kind[];

const FAMILIES = [
  'seed',
  'http',
  'mtlsHop',
  'shared',
  'wildcard',
  'tcp',
  'passthrough',
  'direct',
  'split',
  'gatewayApi',
];

for (const family of ['seed', 'http', 'mtlsHop', 'shared', 'wildcard', 'tcp', 'gatewayApi']) {
  it(`answers as if read anew after each resource of the ${family} cases goes and comes back`, () => {
    for (const each of casesOf(family).slice(0, 12)) {
      const tracer = tracerOf(each);
      const { mesh } = tracer;
      const before = answers(tracer, each.calls);
      for (const object of written(mesh)) {
        tracer.changed(mesh.remove(object));
        expect({ id: each.id, without: object.resource.name.value, hops: answers(tracer, each.calls) }).toEqual({
          id: each.id,
          without: object.resource.name.value,
          hops: answers(without(each, object), each.calls),
        });
        tracer.changed(mesh.add(object));
      }
      expect({ id: each.id, hops: answers(tracer, each.calls) }).toEqual({ id: each.id, hops: before });
    }
  });
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  it(`answers as if read anew, and says which answers changed, after random steps in several cases at once (${seed})`, () => {
    const random = numbers(seed);
    const cases = Array.from({ length: 5 }, () => pick(random, casesOf(pick(random, FAMILIES))));
    const calls = distinctCalls(cases);
    const { mesh } = tracerOf(pick(random, cases));
    const { pods: _, ...worked } = mesh.settings;
    const settings = seed % 2 === 0 ? { ...mesh.settings, pods: podsOf(cases) } : worked;
    const start = new Mesh(undefined, settings);
    const tracer = new Tracer(start);
    let objects = cases.flatMap((each, i) => objectsOf(each, `${i}/`));
    for (const each of objects) start.add(each);
    let remembered = calls.map((call) => remember(tracer, call));
    for (let step = 0; step < 25; step++) {
      const changes = Array.from({ length: 1 + Math.floor(random() * 3) }, () => change(random, objects));
      const touched: string[] = [];
      for (const { removed, added } of changes) {
        if (removed && !objects.includes(removed)) continue;
        if (removed) touched.push(...told(tracer, start.remove(removed)));
        if (added) touched.push(...told(tracer, start.add(added)));
        objects = [...objects.filter((each) => each !== removed), ...(added ? [added] : [])];
      }
      const asked = new Set(remembered.flatMap(({ reads }) => [...reads]));
      const keys = new Set([...touched, ...tracer.settle((key) => asked.has(key))]);
      const anew = new Tracer(new Mesh(undefined, settings));
      for (const each of objects) anew.mesh.add(each);
      const what = changes.map(({ removed, added }) => [titleOf(removed), titleOf(added)]);
      const right = answers(anew, calls);
      // Nobody whose reads were not touched is asked again: what is remembered must still be right.
      remembered = remembered.map((each, i) =>
        [...each.reads].some((key) => keys.has(key)) ? remember(tracer, calls[i] as Call) : each,
      );
      expect({ step, what, hops: remembered.map(({ hop }) => hop) }).toEqual({ step, what, hops: right });
      expect({ step, what, hops: answers(tracer, calls) }).toEqual({ step, what, hops: right });
    }
  });
}

interface Remembered {
  readonly hop: Hop;
  readonly reads: ReadonlySet<string>;
}

function remember(tracer: Tracer, call: Call): Remembered {
  const reads = new Set<string>();
  return { hop: tracer.trace(call, tracer.mesh.reader(reads)), reads };
}

function told(tracer: Tracer, keys: readonly string[]): readonly string[] {
  return [...keys, ...tracer.changed(keys)];
}

interface Change {
  readonly removed?: MeshObject;
  readonly added?: MeshObject;
}

/** Takes a resource away, copies one, renames or moves one, or gives it what another of its kind says. */
function change(random: () => number, objects: readonly MeshObject[]): Change {
  const object = pick(random, objects);
  const { resource, path } = object;
  const name = `${resource.name.value}-${Math.floor(random() * 1000)}`;
  const renamed: MeshObject = { ...object, resource: { ...resource, name: { ...resource.name, value: name } } };
  const alike = objects.filter((each) => each.resource.kind === resource.kind);
  const other = pick(random, alike);
  switch (Math.floor(random() * 6)) {
    case 0:
      return { removed: object };
    case 1:
      return { added: renamed };
    case 2:
      return { removed: object, added: renamed };
    case 3:
      return { removed: object, added: { ...object, namespace: other.namespace } };
    case 4:
      return { removed: object, added: { ...object, path: `${path}.moved` } };
    default:
      return {
        removed: object,
        added: { ...object, resource: { ...other.resource, name: resource.name } as Resource },
      };
  }
}

function titleOf(object: MeshObject | undefined): string {
  return object ? `${object.resource.kind} ${object.namespace}/${object.resource.name.value}` : '';
}

function objectsOf(each: OracleCase, prefix: string): readonly MeshObject[] {
  return each.files.flatMap(({ path, text }) =>
    readContents(path, text).resources.map((resource) => ({
      resource,
      path: `${prefix}${path}`,
      namespace: resource.namespace?.value ?? 'default',
      context: false,
    })),
  );
}

function podsOf(cases: readonly OracleCase[]): NonNullable<MeshSettings['pods']> {
  const pods = new Map(cases.flatMap((each) => each.gateways).map((pod) => [`${pod.namespace}/${pod.name}`, pod]));
  return [...pods.values()].map((pod) => ({ ...pod, ports: pod.ports ?? {} }));
}

function distinctCalls(cases: readonly OracleCase[]): readonly Call[] {
  return [...new Map(cases.flatMap(({ calls }) => calls).map((call) => [JSON.stringify(call), call])).values()];
}

function pick<T>(random: () => number, items: readonly T[]): T {
  const found = items[Math.floor(random() * items.length)];
  if (found === undefined) throw new Error('There is nothing to pick from.');
  return found;
}

/** Always the same numbers for a seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

function casesOf(family: string): readonly OracleCase[] {
  return readFileSync(new URL(`./cases/${family}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OracleCase);
}

function answers(tracer: Tracer, calls: readonly Call[]): readonly Hop[] {
  return calls.map((call) => tracer.trace(call));
}

/** Without what istiod makes of others: it goes and comes with them. */
function written(mesh: Mesh): readonly MeshObject[] {
  return KINDS.flatMap((kind): readonly MeshObject[] => mesh.reader().all(kind)).filter((each) => !each.implied);
}

/** A mesh of the same case, read anew, that never had the object. */
function without(each: OracleCase, object: MeshObject): Tracer {
  const tracer = tracerOf(each);
  const { kind, name, range } = object.resource;
  const same = tracer.mesh
    .reader()
    .all(kind)
    .find(
      (other) =>
        other.resource.name.value === name.value &&
        other.path === object.path &&
        other.resource.range.start === range.start,
    );
  if (same) tracer.mesh.remove(same);
  return tracer;
}
