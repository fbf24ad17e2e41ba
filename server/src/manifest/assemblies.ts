/** What says which files go together: kustomizations, Argo CD and Flux, charts. */
import type { Assembly, Kustomization } from './contents.ts';
import { kindsCalled } from './kinds.ts';
import type { Obj } from './object.ts';
import { compact } from './optional.ts';

/** The names that Kustomize looks for, in its order. */
export const KUSTOMIZATION_NAMES: ReadonlySet<string> = new Set([
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
]);
/** Fields that add, rename or change resources in ways that are not followed. */
const OPENING = [
  'namePrefix',
  'nameSuffix',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'vars',
  'generators',
  'transformers',
  'helmCharts',
  'helmChartInflationGenerator',
  'crds',
] as const;

/** Whether Kustomize looks for a file of this name. */
export function isKustomizationName(name: string): boolean {
  return KUSTOMIZATION_NAMES.has(name);
}

/** What a document says of files that go together; undefined for any other. */
export function readAssembly(fileName: string, apiVersion: string, kind: string, root: Obj): Assembly | undefined {
  if (isKustomizationName(fileName)) return readKustomization(kind, root);
  if (fileName === 'Chart.yaml') {
    const name = root.string('name')?.value;
    return { kind: 'chart', range: root.range, name: name ?? 'chart' };
  }
  if (apiVersion.startsWith('argoproj.io/')) {
    if (kind === 'Application') return readArgo(root, root.object('spec'));
    // Paths with a generator's parameters are unknown and left out.
    if (kind === 'ApplicationSet') return readArgo(root, root.object('spec')?.object('template')?.object('spec'));
  }
  if (apiVersion.startsWith('kustomize.toolkit.fluxcd.io/') && kind === 'Kustomization') return readFlux(root);
  return undefined;
}

function readKustomization(kind: string, root: Obj): Kustomization {
  const namespace = root.string('namespace')?.value;
  return compact({
    kind: 'kustomize' as const,
    range: root.range,
    component: kind === 'Component',
    resources: [...paths(root, 'resources'), ...paths(root, 'bases')],
    components: paths(root, 'components'),
    patches: patchFiles(root),
    namespace,
    openBy: OPENING.filter((field) => root.get(field) !== undefined && concernsUs(root, field)),
  });
}

/** Workloads count for their labels alone, and their patches are about anything else. */
const WORKLOADS: ReadonlySet<string> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Pod', 'Namespace']);

/** Whether patches may be about kinds that are read here: their target says so, or the patch itself; files alone do not tell. */
function concernsUs(root: Obj, field: string): boolean {
  if (field !== 'patches' && field !== 'patchesJson6902') return true;
  return (root.list(field, (each) => each)?.items ?? []).some((each) => {
    const target = each.object('target')?.string('kind')?.value;
    const patch = each.free('patch')?.value;
    if (target !== undefined) return isOurs(target);
    const [, kind] = /^\s*["']?kind["']?\s*:\s*["']?(\w+)/m.exec(patch ?? '') ?? [];
    return kind === undefined || isOurs(kind);
  });
}

function isOurs(kind: string): boolean {
  return kindsCalled(kind).length > 0 && !WORKLOADS.has(kind);
}

function paths(root: Obj, key: string): Kustomization['resources'] {
  return (root.strings(key)?.items ?? []).flatMap(({ value, range }) =>
    value === undefined ? [] : [{ path: value, range }],
  );
}

function patchFiles(root: Obj): readonly string[] {
  const listed = [root.list('patches', (each) => each), root.list('patchesJson6902', (each) => each)]
    .flatMap((list) => [...(list?.items ?? [])])
    .flatMap((each) => each.string('path')?.value ?? []);
  // A strategic merge patch may stand in the list itself: then it has several lines.
  const merged = (root.strings('patchesStrategicMerge')?.items ?? []).flatMap((each) => each.value ?? []);
  return [...listed, ...merged.filter((each) => !each.includes('\n'))];
}

function readArgo(root: Obj, spec: Obj | undefined): Assembly | undefined {
  if (!spec) return undefined;
  const single = spec.object('source');
  const sources = [...(single ? [single] : []), ...(spec.list('sources', (each) => each)?.items ?? [])];
  const found = sources.flatMap((source) => source.string('path')?.value ?? []);
  return compact({
    kind: 'argo' as const,
    range: root.range,
    name: root.object('metadata')?.string('name')?.value ?? 'application',
    paths: found,
    namespace: spec.object('destination')?.string('namespace')?.value,
    // Which repository an address means cannot be told; a path that exists here is taken to be meant.
    local: found.length > 0,
  });
}

function readFlux(root: Obj): Assembly | undefined {
  const spec = root.object('spec');
  const path = spec?.string('path')?.value;
  if (path === undefined) return undefined;
  return compact({
    kind: 'flux' as const,
    range: root.range,
    name: root.object('metadata')?.string('name')?.value ?? 'kustomization',
    path,
    namespace: spec?.string('targetNamespace')?.value,
  });
}
