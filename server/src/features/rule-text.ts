/** Which rule of a route decided. */
import type { VirtualService } from '../manifest/types.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isApiRoute } from '../mesh/route-rules.ts';
import type { Cause } from '../trace/types.ts';
import { objectOf } from '../calls/relevant.ts';

/** `, rule 2` or `, tls rule 1`, counted as written; empty where the cause is no rule of a route. */
export function ruleText(reader: MeshReader, cause: Cause): string {
  if (cause.kind === 'HTTPRoute' || cause.kind === 'TLSRoute') {
    const route = objectOf(reader, cause);
    const rules = route && isApiRoute(route) ? (route.resource.rules?.items ?? []) : [];
    const index = rules.findIndex(({ range }) => cause.range.start >= range.start && cause.range.end <= range.end);
    return index >= 0 ? `, rule ${index + 1}` : '';
  }
  if (cause.kind !== 'VirtualService') return '';
  // Looked up by its kind, so it is one.
  const object = objectOf(reader, cause) as MeshObject<VirtualService> | undefined;
  if (!object) return '';
  const { http, tls, tcp } = object.resource;
  for (const [block, rules] of [
    ['', http],
    ['tls ', tls],
    ['tcp ', tcp],
  ] as const) {
    const index = (rules?.items ?? []).findIndex(
      ({ range }) => cause.range.start >= range.start && cause.range.end <= range.end,
    );
    if (index >= 0) return `, ${block}rule ${index + 1}`;
  }
  return '';
}
