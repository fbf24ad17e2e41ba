import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings.ts';
import { changesOf, resource, setsOf, workspaceOf } from '../../../test/support/workspace.ts';

describe('a folder without alternatives', () => {
  const texts = {
    'gateway.yaml': resource('Gateway', 'istio-system/egress'),
    'routes/api.yaml': resource('VirtualService', 'egress/api'),
    'readme.yaml': 'title: nothing of ours\n',
  };

  it('is one set, which needs no name', () => {
    const workspace = workspaceOf(texts);
    expect(setsOf(workspace)).toEqual({
      folder: { certainty: 'inferred', members: ['gateway.yaml', 'routes/api.yaml'] },
    });
    expect(workspace.snapshot.sets.map((set) => set.name)).toEqual([undefined]);
  });

  it('stays one where a file says the same again, in other words', () => {
    const again =
      'kind: Gateway\nspec:\n  hosts:\n    - "example.com" # the same\nmetadata:\n  namespace: istio-system\n  name: egress\napiVersion: networking.istio.io/v1\n';
    expect(setsOf(workspaceOf({ ...texts, 'copy/gateway.yaml': again }))).toEqual({
      folder: { certainty: 'inferred', members: ['copy/gateway.yaml', 'gateway.yaml', 'routes/api.yaml'] },
    });
  });

  it('gives the default namespace of the settings', () => {
    expect(
      setsOf(workspaceOf({ 'api.yaml': resource('VirtualService', 'api') }, { defaultNamespace: 'team-a' })),
    ).toEqual({
      folder: { certainty: 'inferred', members: ['api.yaml ~ team-a'] },
    });
  });
});

describe('alternatives', () => {
  it('are folders that define one name differently, with what is beside them', () => {
    const workspace = workspaceOf({
      'cluster1/gateway.yaml': resource('Gateway', 'istio-system/egress', 'one.example.com'),
      'cluster1/route.yaml': resource('VirtualService', 'egress/one'),
      'cluster2/gateway.yaml': resource('Gateway', 'istio-system/egress', 'two.example.com'),
      'cluster2/route.yaml': resource('VirtualService', 'egress/two'),
      'common/entry.yaml': resource('ServiceEntry', 'egress/api'),
    });
    expect(setsOf(workspace)).toEqual({
      'inferred cluster1': {
        certainty: 'inferred',
        members: ['cluster1/gateway.yaml', 'cluster1/route.yaml', 'common/entry.yaml'],
      },
      'inferred cluster2': {
        certainty: 'inferred',
        members: ['cluster2/gateway.yaml', 'cluster2/route.yaml', 'common/entry.yaml'],
      },
    });
  });

  it('are files of one folder', () => {
    const workspace = workspaceOf({
      'egress/http.yaml': resource('VirtualService', 'app/cnn', 'http.example.com'),
      'egress/https.yaml': resource('VirtualService', 'app/cnn', 'https.example.com'),
      'egress/gateway.yaml': resource('Gateway', 'app/egress'),
    });
    expect(setsOf(workspace)).toEqual({
      'inferred egress/http.yaml': { certainty: 'inferred', members: ['egress/gateway.yaml', 'egress/http.yaml'] },
      'inferred egress/https.yaml': { certainty: 'inferred', members: ['egress/gateway.yaml', 'egress/https.yaml'] },
    });
  });

  it('elsewhere are seen, with what they define unknown', () => {
    const workspace = workspaceOf({
      'a/v1.yaml': resource('Gateway', 'a/egress', 'v1.example.com'),
      'a/v2.yaml': resource('Gateway', 'a/egress', 'v2.example.com'),
      'b/v1.yaml': resource('Gateway', 'b/egress', 'v1.example.com'),
      'b/v2.yaml': resource('Gateway', 'b/egress', 'v2.example.com'),
    });
    const set = (members: readonly string[], ambiguous: string) => ({
      certainty: 'inferred',
      members,
      ambiguous: [ambiguous],
    });
    expect(setsOf(workspace)).toEqual({
      'inferred a/v1.yaml': set(['(b/v1.yaml)', '(b/v2.yaml)', 'a/v1.yaml'], 'Gateway b/egress'),
      'inferred a/v2.yaml': set(['(b/v1.yaml)', '(b/v2.yaml)', 'a/v2.yaml'], 'Gateway b/egress'),
      'inferred b/v1.yaml': set(['(a/v1.yaml)', '(a/v2.yaml)', 'b/v1.yaml'], 'Gateway a/egress'),
      'inferred b/v2.yaml': set(['(a/v1.yaml)', '(a/v2.yaml)', 'b/v2.yaml'], 'Gateway a/egress'),
    });
  });

  it('inside alternatives divide those only', () => {
    const workspace = workspaceOf({
      'src/v1/gateway.yaml': resource('Gateway', 'a/egress', 'v1.example.com'),
      'src/v2/gateway.yaml': resource('Gateway', 'a/egress', 'v2.example.com'),
      'src/route.yaml': resource('VirtualService', 'a/api', 'src.example.com'),
      'answer/route.yaml': resource('VirtualService', 'a/api', 'answer.example.com'),
    });
    expect(setsOf(workspace)).toEqual({
      'inferred answer': {
        certainty: 'inferred',
        members: ['answer/route.yaml'],
      },
      'inferred src/v1': { certainty: 'inferred', members: ['src/route.yaml', 'src/v1/gateway.yaml'] },
      'inferred src/v2': { certainty: 'inferred', members: ['src/route.yaml', 'src/v2/gateway.yaml'] },
    });
  });

  it('are not told by one file: the name is ambiguous', () => {
    const twice = [resource('Gateway', 'a/egress', 'one.com'), resource('Gateway', 'a/egress', 'two.com')].join(
      '---\n',
    );
    expect(setsOf(workspaceOf({ 'a.yaml': twice, 'b.yaml': resource('VirtualService', 'a/api') }))).toEqual({
      folder: { certainty: 'inferred', members: ['a.yaml', 'b.yaml'], ambiguous: ['Gateway a/egress'] },
    });
  });

  it('are not told by namespaces that are written again with other labels, nor by names that are not known', () => {
    const namespace = (label: string) =>
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {x: ${label}}}\n# istio.io\n`;
    const unnamed = (what: string) => resource('Gateway', '"${NAME}"', what);
    const workspace = workspaceOf({
      'one/all.yaml': `${namespace('one')}---\n${unnamed('one.com')}`,
      'two/all.yaml': `${namespace('two')}---\n${unnamed('two.com')}`,
    });
    expect(Object.keys(setsOf(workspace))).toEqual(['folder']);
  });

  it('are not told by a mesh configuration in two carriers', () => {
    const operator =
      'apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: {name: istio, namespace: istio-system}\nspec: {meshConfig: {rootNamespace: a}}\n';
    const map =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: |\n    rootNamespace: a\n    # istio.io\n';
    expect(setsOf(workspaceOf({ 'a/operator.yaml': operator, 'b/map.yaml': map }))).toEqual({
      folder: { certainty: 'inferred', members: ['a/operator.yaml', 'b/map.yaml'] },
    });
  });

  it('by the thousand stay few memberships: what is far makes them open', () => {
    const texts: Record<string, string> = {};
    for (let i = 0; i < 300; i++) {
      texts[`variants/${i}/route.yaml`] = resource('VirtualService', 'app/api', `v${i}.example.com`);
      texts[`common/entry-${i}.yaml`] = resource('ServiceEntry', `app/entry-${i}`);
    }
    const sets = setsOf(workspaceOf(texts));
    expect(sets['inferred variants/7']).toEqual({
      certainty: 'inferred',
      members: ['variants/7/route.yaml'],
      open: 'files outside variants',
    });
    expect(sets.folder).toMatchObject({ ambiguous: ['VirtualService app/api'] });
    expect(Object.keys(sets).length).toBe(301);
  });
});

describe('context', () => {
  it('is in every set', () => {
    const workspace = workspaceOf(
      {
        'a/egress.yaml': resource('Gateway', 'a/egress', 'one.com'),
        'b/egress.yaml': resource('Gateway', 'a/egress', 'two.com'),
        'platform/shared.yaml': resource('Gateway', 'istio-system/shared'),
      },
      { context: ['platform'] },
    );
    expect(setsOf(workspace)).toEqual({
      'inferred a': { certainty: 'inferred', members: ['a/egress.yaml', 'platform/shared.yaml'] },
      'inferred b': { certainty: 'inferred', members: ['b/egress.yaml', 'platform/shared.yaml'] },
    });
    expect([...workspace.snapshot.files.values()].filter((file) => file.context).map((file) => file.path)).toEqual([
      '/workspace/platform/shared.yaml',
    ]);
  });
});

describe('changes', () => {
  const texts = {
    'a/egress.yaml': resource('Gateway', 'a/egress', 'one.com'),
    'b/egress.yaml': resource('Gateway', 'a/egress', 'two.com'),
    'route.yaml': resource('VirtualService', 'a/api'),
  };
  const brief = (change: {
    changedSets: readonly { id: string }[];
    removedSets: readonly string[];
    moved: readonly object[];
  }) => ({
    changed: change.changedSets.map((set) => set.id),
    removed: change.removedSets,
    moved: change.moved,
  });

  it('of what a file says leave the sets as they are, the same objects', () => {
    const workspace = workspaceOf(texts);
    const before = workspace.snapshot.sets;
    const change = workspace.apply(changesOf({ 'b/egress.yaml': resource('Gateway', 'a/egress', 'three.com') }));
    expect(brief(change)).toEqual({ changed: [], removed: [], moved: [] });
    expect(workspace.snapshot.sets).toBe(before);
    expect(change.files.map((file) => file.path)).toEqual(['/workspace/b/egress.yaml']);
  });

  it('that end a difference make one set of the alternatives', () => {
    const workspace = workspaceOf(texts);
    const change = workspace.apply(changesOf({ 'b/egress.yaml': texts['a/egress.yaml'] }));
    expect(brief(change)).toEqual({ changed: ['folder'], removed: ['inferred a', 'inferred b'], moved: [] });
  });

  it('by one file move that file', () => {
    const workspace = workspaceOf({ 'route.yaml': texts['route.yaml'] });
    const [set] = workspace.snapshot.sets;
    const path = '/workspace/new.yaml';
    const added = workspace.apply(changesOf({ 'new.yaml': resource('Gateway', 'a/new') }));
    expect(brief(added)).toEqual({ changed: [], removed: [], moved: [{ set: 'folder', path }] });
    expect(workspace.snapshot.setsOf(path)).toEqual([set]);
    const removed = workspace.apply(changesOf({ 'new.yaml': undefined }));
    expect(brief(removed)).toEqual({ changed: [], removed: [], moved: [{ set: 'folder', path }] });
    expect(workspace.snapshot.setsOf(path)).toEqual([]);
  });

  it('that do not parse keep what was last good', () => {
    const workspace = workspaceOf(texts);
    const before = workspace.snapshot.sets;
    workspace.apply(changesOf({ 'b/egress.yaml': `${texts['b/egress.yaml']}  : [` }));
    expect(workspace.snapshot.sets).toBe(before);
    const file = workspace.snapshot.files.get('/workspace/b/egress.yaml');
    expect(file?.contents.resources.map((each) => [each.kind, each.name.value, each.broken])).toEqual([
      ['Gateway', 'egress', true],
    ]);
  });

  it('of settings may change every set', () => {
    const workspace = workspaceOf({ 'route.yaml': texts['route.yaml'] });
    const { settings } = workspaceOf({}, { complete: ['a'] }).snapshot.sets[0] ?? {};
    const change = workspace.configure(CONFIGURED);
    expect(change.changedSets.map((set) => set.settings)).toEqual([settings]);
  });
});

const CONFIGURED = { ...DEFAULT_SETTINGS, complete: ['a'], exclude: [] };

describe('explain', () => {
  it('says why a file belongs where it does', () => {
    const workspace = workspaceOf({
      'a/egress.yaml': resource('Gateway', 'a/egress', 'one.com'),
      'b/egress.yaml': resource('Gateway', 'a/egress', 'two.com'),
      'route.yaml': resource('VirtualService', 'a/api'),
      'other.yaml': 'a: 1\n',
    });
    expect(workspace.explain('/workspace/route.yaml')).toBe(
      `**route.yaml** is in 2 of 2 apply sets:

- **a** (inferred): it can be applied together with a.
- **b** (inferred): it can be applied together with b.`,
    );
    expect(workspace.explain('/workspace/a/egress.yaml')).toBe(
      `**a/egress.yaml** is in 1 of 2 apply sets:

- **a** (inferred): it belongs to a, which defines something differently from what is beside it.`,
    );
    expect(workspace.explain('/workspace/other.yaml')).toBe(
      '**other.yaml** is in no apply set: it names no kind of ours.',
    );
    expect(workspace.explain('/workspace/missing.yaml')).toBe(
      'This file is not read: it is excluded, ignored, or none of Istio, Kubernetes and Kustomize.',
    );
  });
});
