/** Whether some proxy sees two resources at once. */
import type { DestinationRule, ServiceEntry, VirtualService } from '../../manifest/types.ts';
import { defaultExportTo } from '../../mesh/export-defaults.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';

type Exported = MeshObject<ServiceEntry> | MeshObject<VirtualService> | MeshObject<DestinationRule>;

/** The namespaces whose proxies see a resource: `all`, or these; undefined where it is not known. */
export type Audience = 'all' | ReadonlySet<string>;

/** Who sees a resource, as its `exportTo` or the mesh's default says (`pkg/config/visibility`). */
export function audienceOf({ resource, namespace }: Exported, mesh: MeshReader): Audience | undefined {
  const written = resource.exportTo?.items.map((each) => each.value) ?? [];
  const entries = written.length > 0 ? written : defaultExportTo(mesh, resource.kind);
  if (!entries) return undefined;
  if (entries.includes('*')) return 'all';
  const result = new Set<string>();
  for (const entry of entries) {
    if (entry === '~') continue;
    const each = entry === '.' ? namespace : entry;
    if (each === undefined) return undefined;
    result.add(each);
  }
  return result;
}

/** Whether two audiences have a namespace in common; undefined where it is not known. */
export function haveCommonAudience(a: Exported, b: Exported, mesh: MeshReader): boolean | undefined {
  const [first, second] = [audienceOf(a, mesh), audienceOf(b, mesh)];
  if (!first || !second) return undefined;
  if (first === 'all') return second === 'all' || second.size > 0;
  if (second === 'all') return first.size > 0;
  return [...first].some((each) => second.has(each));
}
