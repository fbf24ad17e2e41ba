/** Showing a resource to one more namespace. */
import type { ServiceEntry, VirtualService } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import type { Fix } from '../finding.ts';

/**
 * A fix that adds namespaces to `exportTo`, where there is such a list and one or two to add. It is safe: a named namespace more
 * opens no host to anyone else.
 */
export function exportFixes(
  { resource, path, context }: MeshObject<ServiceEntry> | MeshObject<VirtualService>,
  namespaces: readonly string[],
): readonly Fix[] {
  const { exportTo } = resource;
  if (context || !exportTo || namespaces.length === 0 || namespaces.length > 2) return [];
  if (exportTo.items.some((each) => each.value === undefined || each.value === '~')) return [];
  return [
    {
      title: `Add ${namespaces.join(' and ')} to exportTo`,
      preferred: true,
      safety: 'safe',
      edits: namespaces.map((value) => ({ path, edit: { kind: 'append-item', range: exportTo.range, value } })),
    },
  ];
}
