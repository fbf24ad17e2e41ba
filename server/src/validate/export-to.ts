/** `validateExportTo` in `pkg/config/validation/validation.go`. */
import type { ExportTo } from '../manifest/types.ts';
import { isDnsLabel } from './names.ts';
import { type Rejection, values, when } from './rejection.ts';

export type ExportToKind = 'service-entry' | 'rule-with-selector' | 'other';

/** @param namespace the resource's own, which `.` stands for; empty where it is not known */
export function exportToRejections(
  exportTo: ExportTo | undefined,
  namespace: string,
  kind: ExportToKind,
): readonly Rejection[] {
  if (!exportTo || exportTo.items.length === 0) return [];
  const { range, items } = exportTo;
  if (items.some((each) => each.value === undefined)) return [];
  const entries = values(items);
  const resolved = entries.map((each) => (each === '.' ? namespace : each));
  const set = new Set(resolved);
  const bad = entries.find((each) => !isEntry(each, namespace, kind));
  const selecting = kind === 'rule-with-selector';
  return [
    ...when(set.size < resolved.length, range, 'duplicate entries in exportTo'),
    ...when(
      bad !== undefined,
      range,
      bad === '~'
        ? 'exportTo ~ (none) is not allowed for Istio configuration objects'
        : 'only .,*, or a valid DNS 1123 label is allowed as exportTo entry',
    ),
    ...when(
      selecting && set.has(namespace) && set.size > 1,
      range,
      'destination rule with workload selector cannot have multiple entries in exportTo',
    ),
    ...when(
      selecting && !set.has(namespace),
      range,
      'destination rule with workload selector cannot have exportTo beyond current namespace',
    ),
    ...when(
      set.has('*') && set.size > 1,
      range,
      'cannot have both public (*) and non-public exportTo values for a resource',
    ),
    ...when(
      kind === 'service-entry' && set.has('~') && set.size > 1,
      range,
      'cannot export service entry to no one (~) and someone',
    ),
  ];
}

function isEntry(entry: string, namespace: string, kind: ExportToKind): boolean {
  if (entry === '*') return true;
  if (entry === '~') return kind === 'service-entry';
  // A namespace that is not known is some namespace.
  return entry === '.' ? namespace === '' || isDnsLabel(namespace) : isDnsLabel(entry);
}
