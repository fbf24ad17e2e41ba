/** Who may see a resource: `exportTo` (`pilot/pkg/model/push_context.go`, `pkg/config/visibility`). */
import type { ExportTo } from '../manifest/types.ts';

/** What a Service has in place of the field. */
export const EXPORT_TO_ANNOTATION = 'networking.istio.io/exportTo';

/** `unknown` where a namespace or a value is not known. */
export type Visibility = 'visible' | 'hidden' | 'unknown';

/**
 * Whether a VirtualService, ServiceEntry or Service is visible to proxies of a namespace.
 *
 * @param exportTo as written; absent or empty means the mesh's default
 * @param owner the resource's namespace, undefined where it is not known
 * @param viewer the proxy's namespace, undefined where it is not known
 * @param defaults the mesh's default (`["*"]` unless the mesh configuration says otherwise)
 */
export function visibleTo(
  exportTo: ExportTo | undefined,
  owner: string | undefined,
  viewer: string | undefined,
  defaults: readonly string[] = ['*'],
): Visibility {
  const written = exportTo?.items.map((each) => each.value) ?? [];
  const entries: readonly (string | undefined)[] = written.length > 0 ? written : defaults;
  if (entries.includes('*')) return 'visible';
  if (entries.includes('~')) return 'hidden';
  let result: Visibility = 'hidden';
  for (const entry of entries) {
    const namespace = entry === '.' ? owner : entry;
    if (entry !== undefined && namespace !== undefined && viewer !== undefined) {
      if (namespace === viewer) return 'visible';
      continue;
    }
    // An unknown namespace is equal to itself within its mesh.
    if (entry === '.' && owner === undefined && viewer === undefined) return 'visible';
    result = 'unknown';
  }
  return result;
}
