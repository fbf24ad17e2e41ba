/** A workspace with some of its texts replaced, as meshes that calls can be followed in. Nothing is written anywhere. */
import { readContents } from '../manifest/read-contents.ts';
import { Mesh } from '../mesh/mesh.ts';
import { Tracer } from '../trace/tracer.ts';
import type { ApplySet, WorkspaceFile } from '../workspace/types.ts';
import { createWorkspace } from '../workspace/workspace.ts';
import type { Site, World } from './types.ts';

export type { World };

/** @param texts new texts by path; a path that is new is a new file */
export function worldOf(site: Site, texts: ReadonlyMap<string, string> = new Map()): World {
  const workspace = createWorkspace({ root: site.root, settings: site.settings });
  const kept = [...site.files.values()].filter(({ path }) => !texts.has(path));
  workspace.apply([
    ...kept.map(({ path, contents }) => ({ path, contents })),
    ...[...texts].map(([path, text]) => ({ path, contents: readContents(path, text) })),
  ]);
  const { snapshot } = workspace;
  const tracers = new Map<ApplySet, Tracer>();
  const memory = new Map<string, unknown>();
  return {
    snapshot,
    remembered<T>(key: string, make: () => T): T {
      if (!memory.has(key)) memory.set(key, make());
      // What is under a key was put there by the same asker.
      return memory.get(key) as T;
    },
    tracerOf(set) {
      const known = tracers.get(set);
      if (known) return known;
      const tracer = new Tracer(meshOf({ ...set, settings: { ...set.settings, ...site.cluster } }, snapshot.files));
      tracers.set(set, tracer);
      return tracer;
    },
  };
}

function meshOf(set: ApplySet, files: ReadonlyMap<string, WorkspaceFile>): Mesh {
  const mesh = new Mesh(set.name, set.settings, set.openBy, set.ambiguous, set.changedBy);
  for (const [path, membership] of set.members) {
    const file = files.get(path);
    if (!file) continue;
    mesh.addPossible(file.contents.mayHold);
    for (const resource of file.contents.resources) {
      const written = resource.namespace ? resource.namespace.value : membership.defaultNamespace;
      mesh.add({ resource, path, namespace: membership.namespace ?? written, context: file.context });
    }
  }
  return mesh;
}
