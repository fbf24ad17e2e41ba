/** How sure a finding can be. */
import type { MeshReader } from '../../mesh/mesh.ts';
import type { Severity } from '../finding.ts';

/**
 * The severity of a finding that rests on what resources say: never above hint where a patch may change that before it is applied.
 *
 * @param severity where nothing does
 */
export function sure({ mesh }: MeshReader, severity: Severity): Severity {
  return mesh.changedBy === undefined ? severity : 'hint';
}
