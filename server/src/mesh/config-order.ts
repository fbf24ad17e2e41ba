/** Istio's order of configuration, in which who comes first keeps a port, a host or a name. */
import type { MeshObject } from './mesh-object.ts';

/** Compares as Go does, by code unit. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * By age, then name, then namespace (`configCompareByCreationTime` in `pilot/pkg/model/config.go`). Age is not in YAML: equal ages are assumed.
 * What Istio would not see twice goes by its place in the files.
 */
export function compareConfig(a: MeshObject, b: MeshObject): number {
  return (
    compareText(a.resource.name.value ?? '', b.resource.name.value ?? '') ||
    compareText(a.namespace ?? '', b.namespace ?? '') ||
    compareText(a.path, b.path) ||
    a.resource.range.start - b.resource.range.start
  );
}

/**
 * As the service registry sorts (`SortServicesByCreationTime`): ServiceEntries by host before anything else.
 */
export function compareRegistry(a: MeshObject, b: MeshObject): number {
  return (
    compareText(firstHost(a), firstHost(b)) || compareText(a.namespace ?? '', b.namespace ?? '') || compareConfig(a, b)
  );
}

function firstHost({ resource }: MeshObject): string {
  if (resource.kind !== 'ServiceEntry') return resource.name.value ?? '';
  let first: string | undefined;
  for (const { value } of resource.hosts?.items ?? []) {
    if (value !== undefined && (first === undefined || value < first)) first = value;
  }
  return first ?? '';
}
