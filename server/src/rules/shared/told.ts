/** Whether a finding on another resource tells a cause already. */
import type { Kind, ResourceOf } from '../../manifest/types.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import type { MeshRule } from '../rule.ts';

/** Whether a rule says something of this resource that is not a mere hint. */
export function tells<K extends Kind>(rule: MeshRule<K>, object: MeshObject<ResourceOf<K>>, mesh: MeshReader): boolean {
  if (object.context || object.resource.broken) return false;
  for (const { severity } of rule.check(object, mesh)) {
    if ((severity ?? rule.severity) !== 'hint') return true;
  }
  return false;
}
