import { describe, expect, it } from 'vitest';
import { resource, setsOf, workspaceOf } from '../../../../test/support/workspace.ts';

const route = resource('VirtualService', 'api');
const gateway = resource('Gateway', 'egress');
const OTHERS = 'other apply sets in this workspace';
const kustomization = (text: string) => `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n${text}`;
const argo = (name: string, path: string, namespace: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}}\nspec:\n  source: {repoURL: https://example.com/repo.git, path: ${path}}\n  destination: {namespace: ${namespace}}\n`;
const flux = (name: string, path: string, namespace: string) =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}}\nspec: {path: ${path}, targetNamespace: ${namespace}}\n`;

describe('Kustomize', () => {
  it('makes a set of each root, with its base and in its namespace', () => {
    const workspace = workspaceOf({
      'base/kustomization.yaml': kustomization('namespace: ignored\nresources: [route.yaml, gateway.yaml]\n'),
      'base/route.yaml': route,
      'base/gateway.yaml': gateway,
      'base/forgotten.yaml': resource('ServiceEntry', 'forgotten'),
      'overlays/dev/kustomization.yaml': kustomization('namespace: dev\nresources: [../../base]\n'),
      'overlays/prod/kustomization.yml': kustomization('namespace: prod\nresources: [../../base, entry.yaml]\n'),
      'overlays/prod/entry.yaml': resource('ServiceEntry', 'entry'),
    });
    expect(setsOf(workspace)).toEqual({
      folder: { certainty: 'inferred', members: ['base/forgotten.yaml'], open: OTHERS },
      'kustomize overlays/dev': { certainty: 'known', members: ['base/gateway.yaml = dev', 'base/route.yaml = dev'] },
      'kustomize overlays/prod': {
        certainty: 'known',
        members: ['base/gateway.yaml = prod', 'base/route.yaml = prod', 'overlays/prod/entry.yaml = prod'],
      },
    });
    expect(workspace.explain('/workspace/base/route.yaml')).toBe(
      `**base/route.yaml** is in 2 of 3 apply sets:

- **overlays/dev** (known): base/kustomization.yaml lists it, which overlays/dev/kustomization.yaml includes. Namespace: \`dev\`.
- **overlays/prod** (known): base/kustomization.yaml lists it, which overlays/prod/kustomization.yml includes. Namespace: \`prod\`.`,
    );
  });

  it('is open by what is not followed, and patches are members of nothing', () => {
    const workspace = workspaceOf({
      'app/kustomization.yaml': kustomization(
        'namePrefix: my-\nresources: [route.yaml, "https://example.com/base?ref=v1", ../../elsewhere]\npatches: [{path: patch.yaml}]\n',
      ),
      'app/route.yaml': route,
      'app/patch.yaml': resource('VirtualService', 'api', 'other.example.com'),
    });
    expect(setsOf(workspace)).toEqual({
      'kustomize app': {
        certainty: 'known',
        members: ['app/route.yaml'],
        open: 'namePrefix in app/kustomization.yaml, patches in app/kustomization.yaml, https://example.com/base?ref=v1 in app/kustomization.yaml is elsewhere',
      },
    });
    expect(workspace.explain('/workspace/app/patch.yaml')).toBe(
      '**app/patch.yaml** is in no apply set: it is a patch.',
    );
  });

  it('takes components with the root that names them, and survives a circle', () => {
    const workspace = workspaceOf({
      'a/kustomization.yaml': kustomization('resources: [../b]\ncomponents: [../mtls]\n'),
      'b/kustomization.yaml': kustomization('resources: [../b, route.yaml]\n'),
      'b/route.yaml': route,
      'mtls/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [gateway.yaml]\n',
      'mtls/gateway.yaml': gateway,
    });
    expect(setsOf(workspace)).toEqual({
      'kustomize a': { certainty: 'known', members: ['b/route.yaml', 'mtls/gateway.yaml'] },
    });
  });

  it('that lists two definitions of one name leaves it ambiguous', () => {
    const workspace = workspaceOf({
      'app/kustomization.yaml': kustomization('namespace: app\nresources: [one.yaml, two.yaml]\n'),
      'app/one.yaml': resource('Gateway', 'egress', 'one.com'),
      'app/two.yaml': resource('Gateway', 'egress', 'two.com'),
    });
    expect(setsOf(workspace)).toEqual({
      'kustomize app': {
        certainty: 'known',
        members: ['app/one.yaml = app', 'app/two.yaml = app'],
        ambiguous: ['Gateway app/egress'],
      },
    });
  });
});

describe('Argo CD and Flux', () => {
  it('apply a folder: Argo CD gives its namespace to what has none, Flux to all', () => {
    const workspace = workspaceOf({
      'apps/all.yaml': `${argo('team-a', 'manifests/a', 'team-a')}---\n${flux('team-b', './manifests/b', 'team-b')}`,
      'apps/elsewhere.yaml': argo('remote', 'not/here', 'x'),
      // Of which repository the root is meant is not known.
      'apps/root.yaml': `${argo('other', '.', 'y')}---\n${flux('others', './', 'z')}`,
      'manifests/a/route.yaml': route,
      'manifests/a/more/gateway.yaml': gateway,
      'manifests/b/route.yaml': route,
    });
    expect(setsOf(workspace)).toEqual({
      'argo manifests/a team-a': {
        certainty: 'known',
        members: ['manifests/a/more/gateway.yaml ~ team-a', 'manifests/a/route.yaml ~ team-a'],
      },
      'flux manifests/b team-b': { certainty: 'known', members: ['manifests/b/route.yaml = team-b'] },
    });
    expect(workspace.snapshot.sets.map((set) => set.name)).toEqual(['team-a', 'team-b']);
  });

  it('apply a kustomization as their own, and it is no root beside them', () => {
    const workspace = workspaceOf({
      'apps/app.yaml': argo('app', 'overlays/prod', 'app'),
      'overlays/prod/kustomization.yaml': kustomization('resources: [route.yaml]\n'),
      'overlays/prod/route.yaml': route,
    });
    expect(setsOf(workspace)).toEqual({
      'argo overlays/prod app': { certainty: 'known', members: ['overlays/prod/route.yaml ~ app'] },
    });
  });
});

describe('a chart', () => {
  it('is an open set, whose templates the folder beside it sees', () => {
    const workspace = workspaceOf({
      'chart/Chart.yaml': 'apiVersion: v2\nname: egress\nversion: 1.0.0\n',
      'chart/templates/route.yaml': resource('VirtualService', 'api', '{{ .Values.host }}'),
      'chart/charts/sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n',
      'chart/charts/sub/templates/gateway.yaml': gateway,
      'plain/gateway.yaml': resource('Gateway', 'istio-system/egress'),
    });
    const members = ['chart/charts/sub/templates/gateway.yaml', 'chart/templates/route.yaml'];
    expect(setsOf(workspace)).toEqual({
      'chart chart': { certainty: 'known', members, open: 'chart egress' },
      folder: { certainty: 'inferred', members: [...members.map((path) => `(${path})`), 'plain/gateway.yaml'] },
    });
  });
});

describe('sets of the settings', () => {
  it('hold what they name, and nothing else judges that', () => {
    const workspace = workspaceOf(
      {
        'clusters/eu/gateway.yaml': gateway,
        'clusters/us/gateway.yaml': gateway,
        'common.yaml': route,
        'app/kustomization.yaml': kustomization('resources: [route.yaml, ../common.yaml]\n'),
        'app/route.yaml': resource('VirtualService', 'app'),
      },
      { sets: { eu: ['clusters/eu', 'common.yaml'], us: ['clusters/us', './common.yaml'] } },
    );
    expect(setsOf(workspace)).toEqual({
      'settings eu': { certainty: 'known', members: ['clusters/eu/gateway.yaml', 'common.yaml'] },
      'settings us': { certainty: 'known', members: ['clusters/us/gateway.yaml', 'common.yaml'] },
      'kustomize app': { certainty: 'known', members: ['(common.yaml)', 'app/route.yaml'] },
    });
  });
});
