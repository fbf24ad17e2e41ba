/** The YAML that caused a step. */
import type { MeshObject } from '../mesh/mesh.ts';
import type { Range } from '../yaml/nodes.ts';
import { nameOf, namespaceOf, writtenKind } from './plane.ts';
import type { Cause } from './types.ts';

/** @param range the part of the resource that decided; its name where it was the whole */
export function cause(decider: MeshObject | undefined, range: Range | undefined, text: string): readonly Cause[] {
  if (!decider) return [];
  const object = decider.implied?.by ?? decider;
  return [
    {
      kind: writtenKind(object),
      namespace: namespaceOf(object),
      name: nameOf(object),
      path: object.path,
      range: range ?? object.resource.name.range,
      text,
    },
  ];
}
