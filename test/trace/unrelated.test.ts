/** A call costs and depends on what is about it, however much else there is. Look-ups are counted, nothing is timed. */
import { describe, expect, it } from 'vitest';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { Mesh, type MeshObject, type MeshReader } from '../../server/src/mesh/mesh.ts';
import { Tracer } from '../../server/src/trace/tracer.ts';
import type { Call } from '../../server/src/trace/types.ts';
import { DEFAULT_MESH_SETTINGS } from '../../server/src/workspace/mesh-settings.ts';
import { generate } from '../bench/generate.ts';

const KINDS = ['VirtualService', 'ServiceEntry', 'DestinationRule', 'Gateway'] as const;

/** The route that is followed, and others: the first of all by name and by host, one in its namespace, one elsewhere. */
const FOLLOWED = 110;
const OTHERS = [0, 111, 202];

/** The route's TLS passes through the gateway; otherwise as the generated workspaces, which have HTTP. */
const passthrough = (text: string): string =>
  text
    .replaceAll('number: 80\n', 'number: 443\n')
    .replace('    - number: 443\n      name: http\n      protocol: HTTP\n', '')
    .replace(
      '        name: http\n        protocol: HTTP\n',
      '        name: tls\n        protocol: TLS\n      tls:\n        mode: PASSTHROUGH\n',
    )
    .replace(/trafficPolicy:[\s\S]*?---/, 'trafficPolicy: {}\n---')
    .replace('  http:\n', '  tls:\n')
    .replace(/gateways: (\[.*\])\n {10}port: 80/g, (_, gateways: string) => {
      const host = /- (api\.\S+)/.exec(text)?.[1] ?? '';
      return `gateways: ${gateways}\n          port: 443\n          sniHosts: [${host}]`;
    });

const WORKSPACES = [
  { title: 'HTTP through a gateway', write: (text: string) => text, port: 80, protocol: 'http' },
  { title: 'TLS through a gateway', write: passthrough, port: 443, protocol: 'https' },
] as const;

for (const { title, write, port, protocol } of WORKSPACES) {
  describe(title, () => {
    const call: Call = {
      from: { namespace: `team-${Math.floor(FOLLOWED / 25)}` },
      host: `api.partner-${FOLLOWED}.example.com`,
      port,
      protocol,
    };

    it('ends outside', () => {
      const { tracer } = workspace(1_000, write);
      const end = tracer.trace(call).clusters?.[0]?.next?.clusters?.[0]?.end;
      expect(end?.kind).toBe('external');
    });

    for (const kind of KINDS) {
      it(`does not depend on the ${kind} of another call`, () => {
        const { tracer, files } = workspace(1_000, write);
        const reads = new Set<string>();
        tracer.trace(call, tracer.mesh.reader(reads));
        const touched = OTHERS.flatMap((route) => {
          const object = objectIn(files, route, kind);
          const keys = [...edit(tracer, object, edited(object)), ...edit(tracer, edited(object), object)];
          keys.push(...edit(tracer, object, undefined), ...edit(tracer, undefined, object));
          return keys.filter((key) => reads.has(key));
        });
        expect([...new Set(touched)]).toEqual([]);
      });

      it(`looks up no more after the ${kind} of another call changed, where there is four times as much`, () => {
        const [small, large] = [1_000, 4_000].map((resources) => {
          const { tracer, files, count } = workspace(resources, write);
          tracer.trace(call);
          const object = objectIn(files, OTHERS[2] ?? 0, kind);
          const before = count();
          edit(tracer, object, edited(object));
          tracer.trace(call);
          return count() - before;
        });
        expect(large).toBe(small);
      });
    }

    it('depends on what is about it', () => {
      const { tracer, files } = workspace(1_000, write);
      for (const kind of KINDS) {
        const reads = new Set<string>();
        tracer.trace(call, tracer.mesh.reader(reads));
        const object = objectIn(files, FOLLOWED, kind);
        const touched = edit(tracer, object, edited(object)).some((key) => reads.has(key));
        edit(tracer, edited(object), object);
        expect({ kind, touched }).toEqual({ kind, touched: true });
      }
    });

    it('looks up no more for the first call of a route, where there is four times as much', () => {
      const [small, large] = [1_000, 4_000].map((resources) => {
        const { tracer, count } = workspace(resources, write);
        tracer.trace({ ...call, host: 'api.partner-3.example.com' });
        const before = count();
        tracer.trace(call);
        return count() - before;
      });
      expect(large).toBe(small);
    });

    it('looks up no more for the first call of a client that has nothing of its own', () => {
      const { tracer, count } = workspace(1_000, write);
      tracer.trace(call);
      const again = counted(count, () => tracer.trace(call));
      const another = counted(count, () => tracer.trace({ ...call, from: { namespace: 'visitor' } }));
      expect(another).toBeLessThan(2 * again);
    });
  });
}

type Files = ReadonlyMap<number, readonly MeshObject[]>;

function workspace(resources: number, write: (text: string) => string) {
  const counter = { looks: 0 };
  const mesh = new CountingMesh(counter);
  const files: Files = new Map(
    generate(resources).map(({ path, text }, route) => [
      route,
      readContents(path, write(text)).resources.map((resource) => ({
        resource,
        path,
        namespace: resource.namespace?.value,
        context: false,
      })),
    ]),
  );
  for (const objects of files.values()) for (const each of objects) mesh.add(each);
  return { tracer: new Tracer(mesh), files, count: () => counter.looks };
}

function counted(count: () => number, work: () => void): number {
  const before = count();
  work();
  return count() - before;
}

function objectIn(files: Files, route: number, kind: string): MeshObject {
  const found = files.get(route)?.find((each) => each.resource.kind === kind);
  if (!found) throw new Error(`Route ${route} has no ${kind}.`);
  return found;
}

const editions = new WeakMap<MeshObject, MeshObject>();

/** The resource as it is read again a line further down: the same words, another object. */
function edited(object: MeshObject): MeshObject {
  const known = editions.get(object);
  if (known) return known;
  const { resource } = object;
  const moved = {
    ...object,
    resource: { ...resource, range: { start: resource.range.start + 1, end: resource.range.end } },
  };
  editions.set(object, moved);
  return moved;
}

/** Replaces a resource; returns all keys that this touched. */
function edit(tracer: Tracer, removed: MeshObject | undefined, added: MeshObject | undefined): readonly string[] {
  const told = (keys: readonly string[]) => [...keys, ...tracer.changed(keys)];
  const touched = [
    ...(removed ? told(tracer.mesh.remove(removed)) : []),
    ...(added ? told(tracer.mesh.add(added)) : []),
  ];
  return [...touched, ...tracer.settle(() => true)];
}

/** Counts look-ups, and the members of their answers that are looked at. */
class CountingMesh extends Mesh {
  readonly #counter: { looks: number };

  constructor(counter: { looks: number }) {
    super(undefined, DEFAULT_MESH_SETTINGS);
    this.#counter = counter;
  }

  override reader(reads?: Set<string>): MeshReader {
    const counter = this.#counter;
    return new Proxy(super.reader(reads), {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name, target);
        if (typeof found !== 'function') return found;
        return (...args: readonly unknown[]) => {
          counter.looks++;
          const answer: unknown = Reflect.apply(found, target, args);
          return Array.isArray(answer) ? counting(answer, counter) : answer;
        };
      },
    });
  }
}

function counting(answer: readonly unknown[], counter: { looks: number }): readonly unknown[] {
  return new Proxy(answer, {
    get: (target, name) => {
      if (typeof name === 'string' && /^\d+$/.test(name)) counter.looks++;
      return Reflect.get(target, name) as unknown;
    },
  });
}
