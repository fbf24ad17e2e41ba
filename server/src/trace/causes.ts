/** The YAML that caused a step. */
import type { MeshObject } from '../mesh/mesh.ts';
import type { Range } from '../yaml/nodes.ts';
import { nameOf, namespaceOf } from './plane.ts';
import type { Cause } from './types.ts';

/** @param range the part of the resource that decided; its name where it was the whole */
export function cause(object: MeshObject | undefined, range: Range | undefined, text: string): readonly Cause[] {
  if (!object) return [];
  const { kind, name } = object.resource;
  return [
    { kind, namespace: namespaceOf(object), name: nameOf(object), path: object.path, range: range ?? name.range, text },
  ];
}
