/** Moving resources to another namespace. */
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

/** For a reader to decide: who else used the resources where they are? */
export function moveTo(objects: readonly MeshObject[], namespace: string): Fix {
  const [first, ...others] = objects;
  const name = first ? `${writtenKind(first)} ${qualified(first.namespace, first.resource.name.value ?? '')}` : '';
  return {
    title: `Move ${name}${others.length > 0 ? ` and ${others.length} more` : ''} to ${namespace}`,
    preferred: true,
    safety: 'review',
    edits: objects.flatMap(({ resource, path }) =>
      resource.namespace
        ? [{ path, edit: { kind: 'replace-scalar', range: resource.namespace.range, value: namespace } as const }]
        : [],
    ),
  };
}
