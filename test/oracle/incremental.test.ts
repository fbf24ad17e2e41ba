/** What a cache remembers is never out of date: after every change the answers are those of a mesh that was read anew. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type OracleCase, tracerOf } from '../../server/src/cli/oracle-answers.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import type { Resource } from '../../server/src/manifest/types.ts';
import type { MeshObject } from '../../server/src/mesh/mesh.ts';
import type { Tracer } from '../../server/src/trace/tracer.ts';
import type { Hop } from '../../server/src/trace/types.ts';

const KINDS = ['VirtualService', 'ServiceEntry', 'Gateway', 'DestinationRule', 'Sidecar', 'Service'] as const;

const UNRELATED = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: elsewhere
  namespace: elsewhere
spec:
  hosts: [elsewhere.example.net]
  ports: [{ number: 9999, name: tcp, protocol: TCP }]
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: elsewhere
  namespace: elsewhere
spec:
  host: elsewhere.example.net
  trafficPolicy:
    tls: { mode: SIMPLE }
`;

for (const family of ['seed', 'http', 'mtlsHop', 'shared', 'wildcard', 'tcp']) {
  it(`answers as if read anew after each resource of the ${family} cases goes and comes back`, () => {
    for (const each of casesOf(family)) {
      const tracer = tracerOf(each);
      const { mesh } = tracer;
      const before = answers(tracer, each);
      for (const object of KINDS.flatMap((kind): readonly MeshObject[] => mesh.reader().all(kind))) {
        tracer.changed(mesh.remove(object));
        expect({ id: each.id, without: object.resource.name.value, hops: answers(tracer, each) }).toEqual({
          id: each.id,
          without: object.resource.name.value,
          hops: answers(without(each, object), each),
        });
        tracer.changed(mesh.add(object));
      }
      expect({ id: each.id, hops: answers(tracer, each) }).toEqual({ id: each.id, hops: before });
    }
  });
}

it('tells what a trace was worked out from', () => {
  const [each] = casesOf('seed');
  const [call] = each?.calls ?? [];
  if (!each || !call) throw new Error('no case');
  const tracer = tracerOf(each);
  const { mesh } = tracer;
  const reads = new Set<string>();
  tracer.trace(call, mesh.reader(reads));
  const touches = (keys: readonly string[]): boolean =>
    [...keys, ...tracer.changed(keys)].some((key) => reads.has(key));
  expect(reads.size).toBeLessThan(50);
  expect(
    touches(readContents('unrelated.yaml', UNRELATED).resources.flatMap((resource) => mesh.add(objectOf(resource)))),
  ).toBe(false);
  expect(
    touches(
      mesh
        .reader()
        .hosting('ServiceEntry', call.host)
        .flatMap((object) => mesh.remove(object)),
    ),
  ).toBe(true);
});

function objectOf(resource: Resource): MeshObject {
  return { resource, path: 'unrelated.yaml', namespace: resource.namespace?.value, context: false };
}

function casesOf(family: string): readonly OracleCase[] {
  return readFileSync(new URL(`./cases/${family}.jsonl`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .slice(0, 12)
    .map((line) => JSON.parse(line) as OracleCase);
}

function answers(tracer: Tracer, { calls }: OracleCase): readonly Hop[] {
  return calls.map((call) => tracer.trace(call));
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
