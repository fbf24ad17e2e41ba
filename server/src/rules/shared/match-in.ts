/** The written match of a rule that a trace knows by its range. */
import type { HttpMatch, HttpRule, L4Match, TlsRule, VirtualService } from '../../manifest/types.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import type { Range } from '../../yaml/nodes.ts';

export interface WrittenRule {
  readonly object: MeshObject<VirtualService>;
  readonly block: 'http' | 'tls' | 'tcp';
  readonly rule: HttpRule | TlsRule;
}

export interface WrittenMatch extends WrittenRule {
  readonly match: HttpMatch | L4Match;
}

/** The match at this range, in the VirtualService or in one that it delegates to. */
export function matchIn(object: MeshObject<VirtualService>, range: Range, mesh: MeshReader): WrittenMatch | undefined {
  for (const each of [object, ...delegatesOf(object, mesh)]) {
    for (const written of writtenRules(each)) {
      const match = written.rule.match?.items.find((other) => same(other.range, range));
      if (match) return { ...written, match };
    }
  }
  return undefined;
}

/** The rule at this range. */
export function ruleIn(object: MeshObject<VirtualService>, range: Range): WrittenRule | undefined {
  return writtenRules(object).find((each) => same(each.rule.range, range));
}

function writtenRules(object: MeshObject<VirtualService>): readonly WrittenRule[] {
  const { resource } = object;
  return [
    ...(resource.http?.items ?? []).map((rule): WrittenRule => ({ object, block: 'http', rule })),
    ...(resource.tls?.items ?? []).map((rule): WrittenRule => ({ object, block: 'tls', rule })),
    ...(resource.tcp?.items ?? []).map((rule): WrittenRule => ({ object, block: 'tcp', rule })),
  ];
}

function delegatesOf(
  { resource, namespace }: MeshObject<VirtualService>,
  mesh: MeshReader,
): readonly MeshObject<VirtualService>[] {
  return (resource.http?.items ?? []).flatMap(({ delegate }) =>
    delegate?.name?.value === undefined
      ? []
      : mesh.named('VirtualService', delegate.namespace?.value ?? namespace, delegate.name.value),
  );
}

function same(a: Range, b: Range): boolean {
  return a.start === b.start && a.end === b.end;
}
