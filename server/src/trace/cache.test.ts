import { describe, expect, it } from 'vitest';
import { readContents } from '../manifest/read-contents.ts';
import { Mesh, type MeshObject, type MeshReader } from '../mesh/mesh.ts';
import { DEFAULT_MESH_SETTINGS } from '../workspace/mesh-settings.ts';
import { TraceCache } from './cache.ts';

/** The names of all ServiceEntries whose name begins so. */
const names = (start: string) => (reader: MeshReader) =>
  reader
    .all('ServiceEntry')
    .map(({ resource }) => resource.name.value ?? '')
    .filter((each) => each.startsWith(start))
    .sort();

describe('a summary', () => {
  it('tells its readers only where it says something else', () => {
    const { mesh, cache } = empty();
    const reads = new Set<string>();
    const ask = () => cache.stable(mesh.reader(reads), 'names', () => names('a'));
    expect(ask()).toEqual([]);
    expect([...reads]).toEqual(['answer|names']);
    expect(change(mesh, cache, () => mesh.add(entry('b')))).toEqual([]);
    expect(change(mesh, cache, () => mesh.add(entry('a')))).toEqual(['answer|names']);
    expect(ask()).toEqual(['a']);
  });

  it('is compared once a change is complete, so an equal resource in place of another is none', () => {
    const { mesh, cache } = empty();
    const old = entry('a');
    mesh.add(old);
    cache.stable(mesh.reader(), 'names', () => names('a'));
    expect(change(mesh, cache, () => [...mesh.remove(old), ...mesh.add(entry('a'))])).toEqual([]);
  });

  it('takes with it what was worked out from it, and only then', () => {
    const { mesh, cache } = empty();
    let runs = 0;
    const ask = () =>
      cache.memo(mesh.reader(), 'count', (reader) => {
        runs++;
        return cache.stable(reader, 'names', () => names('a')).length;
      });
    expect([ask(), ask(), runs]).toEqual([0, 0, 1]);
    change(mesh, cache, () => mesh.add(entry('b')));
    expect([ask(), runs]).toEqual([0, 1]);
    expect(change(mesh, cache, () => mesh.add(entry('a')))).toEqual(['answer|names', 'answer|count']);
    expect([ask(), runs]).toEqual([1, 2]);
  });

  it('is right in the middle of a change, and what it found is told when the change is complete', () => {
    const { mesh, cache } = empty();
    const ask = () => cache.stable(mesh.reader(), 'names', () => names('a'));
    ask();
    cache.invalidate(mesh.add(entry('a')));
    expect(ask()).toEqual(['a']);
    expect(cache.settle(mesh.reader(), () => true)).toEqual(['answer|names']);
  });

  it('that nobody reads any more is not worked out again', () => {
    const { mesh, cache } = empty();
    let runs = 0;
    const ask = () =>
      cache.stable(mesh.reader(), 'names', () => (reader) => {
        runs++;
        return names('a')(reader);
      });
    ask();
    cache.invalidate(mesh.add(entry('a')));
    expect(cache.settle(mesh.reader(), () => false)).toEqual([]);
    expect(runs).toBe(1);
    expect([ask(), runs]).toEqual([['a'], 2]);
  });
});

function empty(): { readonly mesh: Mesh; readonly cache: TraceCache } {
  return { mesh: new Mesh(undefined, DEFAULT_MESH_SETTINGS), cache: new TraceCache() };
}

/** Makes a whole change; returns what it touched beside the keys of the mesh. */
function change(mesh: Mesh, cache: TraceCache, make: () => readonly string[]): readonly string[] {
  const told = cache.invalidate(make());
  return [...told, ...cache.settle(mesh.reader(), () => true)];
}

function entry(name: string): MeshObject {
  const text = `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: ${name}, namespace: app }\nspec: { hosts: [${name}.example.com] }\n`;
  const [resource] = readContents('entry.yaml', text).resources;
  if (!resource) throw new Error('The entry was not read.');
  return { resource, path: 'entry.yaml', namespace: 'app', context: false };
}
