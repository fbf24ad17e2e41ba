/** Moving a resource to another namespace. */
import type { Kind, ResourceOf } from '../../manifest/types.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import { writtenKind } from '../../trace/plane.ts';
import type { Fix } from '../finding.ts';
import { qualified } from './message.ts';

/** Whether its namespace is written in its own text, and no other resource has its name where it would go. */
export function canMove<K extends Kind>(
  { resource, context }: MeshObject<ResourceOf<K>>,
  namespace: string,
  mesh: MeshReader,
): boolean {
  const { name, kind } = resource;
  return (
    !context &&
    resource.namespace?.value !== undefined &&
    name.value !== undefined &&
    mesh.named(kind, namespace, name.value).length === 0
  );
}

/** For a reader to decide: who else used the resource where it is? */
export function moveTo(object: MeshObject, namespace: string): Fix {
  const { resource, path, namespace: from } = object;
  const field = resource.namespace;
  return {
    title: `Move ${writtenKind(object)} ${qualified(from, resource.name.value ?? '')} to ${namespace}`,
    preferred: true,
    safety: 'review',
    edits: field ? [{ path, edit: { kind: 'replace-scalar', range: field.range, value: namespace } }] : [],
  };
}
