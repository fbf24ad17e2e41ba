/** What a cache remembers is never out of date: after every change the answers are those of a mesh that was read anew. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type OracleCase, planeOf } from '../../server/src/cli/oracle-answers.ts';
import type { MeshObject } from '../../server/src/mesh/mesh.ts';
import type { Plane } from '../../server/src/trace/plane.ts';
import { trace } from '../../server/src/trace/trace.ts';
import type { Hop } from '../../server/src/trace/types.ts';

const KINDS = ['VirtualService', 'ServiceEntry', 'Gateway', 'DestinationRule', 'Sidecar', 'Service'] as const;

for (const family of ['seed', 'http', 'mtlsHop', 'shared', 'wildcard', 'tcp']) {
  it(`answers as if read anew after each resource of the ${family} cases goes and comes back`, () => {
    for (const each of casesOf(family)) {
      const plane = planeOf(each);
      const before = answers(plane, each);
      for (const object of KINDS.flatMap((kind): readonly MeshObject[] => plane.reader.all(kind))) {
        change(plane, plane.reader.mesh.remove(object));
        expect({ id: each.id, without: object.resource.name.value, hops: answers(plane, each) }).toEqual({
          id: each.id,
          without: object.resource.name.value,
          hops: answers(without(each, object), each),
        });
        change(plane, plane.reader.mesh.add(object));
      }
      expect({ id: each.id, hops: answers(plane, each) }).toEqual({ id: each.id, hops: before });
    }
  });
}

it('tells what a trace was worked out from', () => {
  const [each] = casesOf('seed');
  if (!each) throw new Error('no case');
  const plane = planeOf(each);
  const reads = new Set<string>();
  const [call] = each.calls;
  if (!call) throw new Error('no call');
  trace({ ...plane, reader: plane.reader.mesh.reader(reads) }, call);
  const [entry] = plane.reader.all('ServiceEntry');
  if (!entry) throw new Error('no ServiceEntry');
  const keys = plane.reader.mesh.remove(entry);
  const changed = [...keys, ...plane.cache.invalidate(keys)];
  expect(changed.some((key) => reads.has(key))).toBe(true);
});

function casesOf(family: string): readonly OracleCase[] {
  return readFileSync(new URL(`./cases/${family}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, 12)
    .map((line) => JSON.parse(line) as OracleCase);
}

function answers(plane: Plane, { calls }: OracleCase): readonly Hop[] {
  return calls.map((call) => trace(plane, call));
}

function change(plane: Plane, keys: readonly string[]): void {
  plane.cache.invalidate(keys);
}

/** A mesh of the same case, read anew, that never had the object. */
function without(each: OracleCase, object: MeshObject): Plane {
  const plane = planeOf(each);
  const { kind, name, range } = object.resource;
  const same = plane.reader
    .all(kind)
    .find(
      (other) =>
        other.resource.name.value === name.value &&
        other.path === object.path &&
        other.resource.range.start === range.start,
    );
  if (same) plane.reader.mesh.remove(same);
  return plane;
}
