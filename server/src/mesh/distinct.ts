/** The different values that resources have, counted, so that who needs them is told only when one appears or goes. */
import type { Kind } from '../manifest/types.ts';
import type { MeshObject } from './mesh-object.ts';

export const distinct = {
  /** Namespaces in which there is a resource of this kind; the empty one where it is not known. */
  namespacesOf: (kind: Kind) => `${kind} namespaces`,
  /** Selectors of Gateways, as JSON of their pairs in the order of labels. */
  gatewaySelectors: 'Gateway selectors',
} as const;

export class DistinctValues {
  readonly #counts = new Map<string, Map<string, number>>();

  /** Returns the keys of the sets that have a value more now. */
  add(object: MeshObject): readonly string[] {
    const appeared: string[] = [];
    for (const [set, value] of valuesOf(object)) {
      const counts = this.#counts.get(set) ?? new Map<string, number>();
      if (counts.size === 0) this.#counts.set(set, counts);
      const before = counts.get(value) ?? 0;
      counts.set(value, before + 1);
      if (before === 0) appeared.push(distinctKey(set));
    }
    return appeared;
  }

  /** Takes back what `add` counted; returns the keys of the sets that have a value less now. */
  remove(object: MeshObject): readonly string[] {
    const gone: string[] = [];
    for (const [set, value] of valuesOf(object)) {
      const counts = this.#counts.get(set);
      const before = counts?.get(value) ?? 0;
      if (before > 1) counts?.set(value, before - 1);
      else counts?.delete(value);
      if (before === 1) gone.push(distinctKey(set));
    }
    return gone;
  }

  of(set: string): Iterable<string> {
    return this.#counts.get(set)?.keys() ?? [];
  }
}

export function distinctKey(set: string): string {
  return `distinct|${set}`;
}

function valuesOf({ resource, namespace }: MeshObject): readonly (readonly [set: string, value: string])[] {
  const own = [distinct.namespacesOf(resource.kind), namespace ?? ''] as const;
  if (resource.kind !== 'Gateway' || !resource.selector?.value) return [own];
  const pairs = Object.entries(resource.selector.value);
  if (pairs.length > 1) pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return [own, [distinct.gatewaySelectors, JSON.stringify(Object.fromEntries(pairs))]];
}
