/** Whether a finding tells already why a call fails. */
import { gatewayOf } from '../../calls/proxies.ts';
import { causesOf, objectOf } from '../../calls/relevant.ts';
import type { VirtualService } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { rulesOf } from '../../mesh/virtual-service-rules.ts';
import type { Finding } from '../finding.ts';
import type { CallEnd, Failure } from '../rule.ts';

/** A finding that is known already, with the ends that its rule accounts for. */
export interface Known {
  readonly finding: Finding;
  readonly ends: readonly CallEnd[];
}

/** It does where its rule accounts for such an end, at the sort of proxy that it names, and no other rule of the route is the one that decided. */
export function accountsFor({ finding, ends }: Known, failure: Failure): boolean {
  if (finding.severity === 'hint' || !ends.includes(failure.end)) return false;
  return isAtProxy(finding.message, failure) && !isOfAnotherRule(finding, failure);
}

/** The symptom, up to the colon, names the sort of proxy that shows it. */
function isAtProxy(text: string, { outcome: { ending } }: Failure): boolean {
  const [symptom = ''] = text.split(':', 1);
  return !symptom.includes(gatewayOf(ending.at) ? 'sidecar' : 'gateway') || symptom.includes('sidecars and');
}

function isOfAnotherRule({ path, range }: Known['finding'], { outcome, mesh }: Failure): boolean {
  const decider = causesOf(outcome.ending.at).find((each) => each.kind === 'VirtualService' && each.path === path);
  const route = decider && (objectOf(mesh, decider) as MeshObject<VirtualService> | undefined);
  if (!route) return false;
  const rules = rulesOf(route);
  const holding = (place: { readonly start: number; readonly end: number }) =>
    rules.find((each) => place.start >= each.range.start && place.end <= each.range.end);
  const own = holding(range);
  if (!own) return false;
  const decided = causesOf(outcome.ending.at).flatMap((each) =>
    each.path === path ? (holding(each.range) ?? []) : [],
  );
  return decided.length > 0 && !decided.includes(own);
}
