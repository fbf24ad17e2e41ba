import { describe, expect, it } from 'vitest';
import { readContents } from '../manifest/read-contents.ts';
import { DEFAULT_MESH_SETTINGS } from '../workspace/mesh-settings.ts';
import { suffixesOver, wildcardSuffix } from './host-suffixes.ts';
import { Mesh, type MeshObject } from './mesh.ts';

describe('Gateways of a port', () => {
  it('stay in the order of configuration: by name, then namespace', () => {
    const mesh = new Mesh(undefined, DEFAULT_MESH_SETTINGS);
    const order = () =>
      mesh
        .reader()
        .opening(80, 'plain')
        .map((each) => `${each.resource.name.value} ${each.namespace}`);
    const [m, a, z] = [gateway('m', 'one'), gateway('a', 'two'), gateway('z', 'one')] as const;
    mesh.add(m);
    expect(order()).toEqual(['m one']);
    for (const each of [z, a, gateway('m', 'another')]) mesh.add(each);
    expect(order()).toEqual(['a two', 'm another', 'm one', 'z one']);
    mesh.remove(m);
    mesh.remove(a);
    expect(order()).toEqual(['m another', 'z one']);
  });
});

describe('wildcards over a host', () => {
  it.each([
    ['api.example.com', ['*.example.com', '*.com']],
    ['*.example.com', ['*.example.com', '*.com']],
    ['example.com', ['*.com']],
    ['api.example.org', []],
  ])('over %s', (host, expected) => {
    const mesh = new Mesh(undefined, DEFAULT_MESH_SETTINGS);
    for (const each of ['*.example.com', '*.com', 'api.example.com']) mesh.add(entry(each));
    const found = mesh.reader().wildcardsOver('ServiceEntry', host);
    expect(found.flatMap((each) => each.resource.hosts?.items.map(({ value }) => value))).toEqual(expected);
  });

  it('are kept under an end of every host that they cover', () => {
    expect(['*.b.c', '*.c', '*'].map(wildcardSuffix)).toEqual(['b.c', 'c', '']);
    expect(suffixesOver('A.b.c')).toEqual(['b.c', 'c', '']);
  });
});

function gateway(name: string, namespace: string): MeshObject {
  return read(
    `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: { servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }\n`,
  );
}

function entry(host: string): MeshObject {
  return read(
    `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: { name: entry, namespace: app }\nspec: { hosts: ['${host}'] }\n`,
  );
}

function read(text: string): MeshObject {
  const [resource] = readContents('file.yaml', text).resources;
  if (!resource) throw new Error('The resource was not read.');
  return { resource, path: 'file.yaml', namespace: resource.namespace?.value, context: false };
}
