/** What runs the pods of a mesh. */
import type { Kind, Workload } from '../manifest/types.ts';
import type { MeshObject, MeshReader } from './mesh.ts';

export const WORKLOAD_KINDS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Pod'] as const satisfies readonly Kind[];

/** The workloads of a namespace; `undefined` for those whose namespace is not known. */
export function workloadsIn(reader: MeshReader, namespace: string | undefined): readonly MeshObject<Workload>[] {
  return WORKLOAD_KINDS.flatMap((kind) => reader.inNamespace(kind, namespace));
}

/** Workloads of all namespaces whose pods have all of these labels; none where there are no labels. */
export function workloadsWith(
  reader: MeshReader,
  labels: Readonly<Record<string, string>>,
): readonly MeshObject<Workload>[] {
  const pairs = Object.entries(labels);
  const [first] = pairs;
  if (!first) return [];
  return WORKLOAD_KINDS.flatMap((kind) => reader.labelled(kind, ...first)).filter(({ resource }) =>
    pairs.every(([label, value]) => resource.podLabels?.value?.[label] === value),
  );
}
