import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changesOf, resource, setsOf, workspaceOf } from '../../../test/support/workspace.ts';

const path = fc.constantFrom(
  ...['', 'a/', 'b/', 'a/x/', 'a/y/', 'over/'].flatMap((folder) => [`${folder}one.yaml`, `${folder}two.yaml`]),
  'a/kustomization.yaml',
  'over/kustomization.yaml',
);
const manifest = fc
  .array(
    fc.tuple(
      fc.constantFrom('Gateway', 'VirtualService'),
      fc.constantFrom('ns/same', 'ns/other', 'bare'),
      fc.constantFrom('one.com', 'two.com', 'three.com'),
    ),
    { maxLength: 3 },
  )
  .map((list) => list.map(([kind, name, what]) => resource(kind, name, what)).join('---\n'));
const kustomization = fc.constantFrom(
  'kind: Kustomization\nresources: [one.yaml]\n',
  'kind: Kustomization\nresources: [one.yaml, x/two.yaml, ../b/two.yaml]\nnamespace: given\n',
  'kind: Kustomization\nresources: [../a, two.yaml]\npatches: [{path: one.yaml}]\n',
);
const edit = fc.tuple(path, manifest, kustomization, fc.boolean()).map(
  ([at, text, kustomize, gone]): Readonly<Record<string, string | undefined>> => ({
    [at]: gone ? undefined : at.endsWith('kustomization.yaml') ? kustomize : text,
  }),
);
const step = fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => Object.assign({}, ...edits));

it('any sequence of edits leads to the sets of a fresh workspace, and every change is told', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const workspace = workspaceOf({});
      const texts = new Map<string, string>();
      const told = new Map(workspace.snapshot.sets.map((set) => [set.id, new Map(set.members)]));
      for (const changes of steps as Readonly<Record<string, string | undefined>>[]) {
        for (const [at, text] of Object.entries(changes)) {
          if (text === undefined) texts.delete(at);
          else texts.set(at, text);
        }
        const change = workspace.apply(changesOf(changes));
        for (const id of change.removedSets) told.delete(id);
        for (const set of change.changedSets) told.set(set.id, new Map(set.members));
        for (const { set: id, path: moved } of change.moved) {
          const membership = workspace.snapshot.sets.find((set) => set.id === id)?.members.get(moved);
          if (membership) told.get(id)?.set(moved, membership);
          else told.get(id)?.delete(moved);
        }
        expect(setsOf(workspace)).toEqual(setsOf(workspaceOf(Object.fromEntries(texts))));
        const members = workspace.snapshot.sets.map((set) => [set.id, new Map(set.members)] as const);
        expect(told).toEqual(new Map(members));
      }
    }),
    { numRuns: 150 },
  );
});
