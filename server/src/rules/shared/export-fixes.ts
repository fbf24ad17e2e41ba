/** Showing a resource to one more namespace. */
import type { ServiceEntry, VirtualService } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import type { Fix } from '../finding.ts';

/**
 * A fix that adds a namespace to `exportTo`, where there is such a list and one namespace to add. It is safe: one named namespace more
 * opens no host to anyone else.
 */
export function exportFixes(
  { resource, path, context }: MeshObject<ServiceEntry> | MeshObject<VirtualService>,
  namespaces: readonly string[],
): readonly Fix[] {
  const { exportTo } = resource;
  const [namespace, ...others] = namespaces;
  if (context || !exportTo || namespace === undefined || others.length > 0) return [];
  if (exportTo.items.some((each) => each.value === undefined || each.value === '~')) return [];
  return [
    {
      title: `Add ${namespace} to exportTo`,
      preferred: true,
      safety: 'safe',
      edits: [{ path, edit: { kind: 'append-item', range: exportTo.range, value: namespace } }],
    },
  ];
}
