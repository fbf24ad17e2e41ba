/** How sure a finding can be. */
import { mayBeApart } from '../../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import type { Severity } from '../finding.ts';

/**
 * The severity of a finding that rests on what resources say: never above hint where a patch may change that before it is applied.
 *
 * @param severity where nothing does
 */
export function sure({ mesh }: MeshReader, severity: Severity): Severity {
  return mesh.changedBy === undefined ? severity : 'hint';
}

/**
 * The severity of a finding on two resources that are in each other's way: a hint where they may be two ways to do one thing, of which one is
 * applied.
 */
export function sureOfBoth(reader: MeshReader, a: MeshObject, b: MeshObject, severity: Severity): Severity {
  return mayBeApart(a, b, reader) ? 'hint' : sure(reader, severity);
}
