import { describe, expect, it } from 'vitest';
import { readContents } from './read-contents.ts';

/** Assemblies without their ranges, which are those of their documents. */
function assemblies(path: string, text: string): unknown {
  const contents = readContents(`/w/${path}`, text);
  expect(contents.problems).toEqual([]);
  return contents.assemblies.map(({ range, ...own }) => own);
}

describe('assemblies', () => {
  it('read a kustomization, with and without its kind', () => {
    const text = `resources:
- ../base
- https://github.com/org/repo//folder
bases: [other]
components: [../part]
namespace: team
namePrefix: x-
patches:
- path: patch.yaml
- patch: |-
    - op: remove
      path: /spec
patchesStrategicMerge:
- merge.yaml
- |-
  kind: Gateway
  metadata: {name: x}
patchesJson6902: [{path: six.json, target: {kind: Gateway}}]
`;
    const said = {
      kind: 'kustomize',
      component: false,
      resources: ['../base', 'https://github.com/org/repo//folder', 'other'],
      components: ['../part'],
      patches: ['patch.yaml', 'six.json', 'merge.yaml'],
      namespace: 'team',
      openBy: ['namePrefix', 'patches', 'patchesStrategicMerge', 'patchesJson6902'],
    };
    for (const name of ['kustomization.yaml', 'kustomization.yml', 'Kustomization']) {
      const [assembly] = readContents(`/w/${name}`, text).assemblies;
      expect(assembly).toMatchObject({ ...said, resources: [{}, {}, {}], components: [{}] });
      if (assembly?.kind !== 'kustomize') throw new Error('not a kustomization');
      expect(assembly.resources.map(({ path }) => path)).toEqual(said.resources);
      expect(assembly.components.map(({ path, range }) => [path, text.slice(range.start, range.end)])).toEqual([
        ['../part', '../part'],
      ]);
    }
    const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: []\n';
    expect(assemblies('kustomization.yaml', component)).toMatchObject([{ kind: 'kustomize', component: true }]);
  });

  it('read Argo CD Applications and sets of them', () => {
    const application = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: egress}
spec:
  source: {repoURL: https://example.com/repo, path: clusters/prod}
  destination: {namespace: istio-system}
`;
    const said = { kind: 'argo', name: 'egress', paths: ['clusters/prod'], namespace: 'istio-system', local: true };
    expect(assemblies('a.yaml', application)).toEqual([said]);
    const sources = application.replace(/ {2}source: .*/, '  sources: [{path: one}, {chart: c}, {path: two}]');
    expect(assemblies('a.yaml', sources)).toEqual([{ ...said, paths: ['one', 'two'] }]);
    const chart = application.replace('path: clusters/prod', 'chart: istiod');
    expect(assemblies('a.yaml', chart)).toEqual([{ ...said, paths: [], local: false }]);
    const set = `apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: egress}
spec:
  template:
    spec:
      sources: [{path: one}, {path: "{{path}}"}]
      destination: {namespace: "{{namespace}}"}
`;
    expect(assemblies('a.yaml', set)).toEqual([{ kind: 'argo', name: 'egress', paths: ['one'], local: true }]);
  });

  it('read Flux Kustomizations and charts', () => {
    const flux = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps}
spec: {path: ./apps, targetNamespace: team}
`;
    expect(assemblies('a.yaml', flux)).toEqual([{ kind: 'flux', name: 'apps', path: './apps', namespace: 'team' }]);
    expect(assemblies('chart/Chart.yaml', 'apiVersion: v2\nname: egress\nversion: 1.0.0\n')).toEqual([
      { kind: 'chart', name: 'egress' },
    ]);
  });
});
