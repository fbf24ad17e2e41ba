/** What may be concluded from something not being here (a workspace rarely holds the whole mesh). */
import type { Kind } from '../manifest/types.ts';
import type { MeshSettings } from '../workspace/mesh-settings.ts';
import { commonFolder } from '../workspace/paths.ts';
import type { MeshObject, MeshReader } from './mesh.ts';

/** Whether the settings say that everything of a namespace is here. */
export function isComplete(settings: MeshSettings, namespace: string | undefined): boolean {
  return settings.complete.includes('*') || (namespace !== undefined && settings.complete.includes(namespace));
}

/** Whether the settings say that a resource lives elsewhere: `Gateway istio-system/shared` or `Gateway istio-system/*`. */
export function declaredElsewhere(
  settings: MeshSettings,
  kind: Kind,
  namespace: string | undefined,
  name: string,
): boolean {
  return settings.external.some((entry) => {
    const space = entry.indexOf(' ');
    if (entry.slice(0, space) !== kind) return false;
    const [first = '', second] = entry
      .slice(space + 1)
      .trim()
      .split('/');
    if (second === undefined) return first === name;
    return (first === '*' || first === namespace) && (second === '*' || second === name);
  });
}

/** Whether a template or a broken document may bring a resource of this kind that could not be read. */
export function mayBeTemplated(reader: MeshReader, kind: Kind): boolean {
  return reader.mayHold(kind) || reader.namedUnknown(kind).length > 0;
}

/** Whether alternatives beside this mesh define the same name differently: which one applies is not known. */
export function isAmbiguous({ resource, namespace }: MeshObject, { mesh }: MeshReader): boolean {
  return mesh.ambiguous.has(`${resource.kind} ${namespace ?? ''}/${resource.name.value ?? ''}`);
}

/**
 * Whether two resources may never be applied together: they are in two parts of a folder of alternatives, or in two files whose namespaces
 * are not both written.
 */
export function mayBeApart(a: MeshObject, b: MeshObject, { mesh }: MeshReader): boolean {
  if (a.path === b.path || mesh.divided === undefined) return false;
  if (a.namespace === undefined || b.namespace === undefined) return true;
  return mesh.divided.size > 0 && mesh.divided.has(commonFolder([a.path, b.path]));
}
