/** Resources of which only the selection counts. */
import type { Obj } from '../object.ts';
import { compact } from '../optional.ts';
import type { Policy, ResourceBase } from '../types.ts';

export function readAuthorizationPolicy(base: ResourceBase, spec: Obj): Policy {
  const selector = spec.object('selector')?.labels('matchLabels');
  return compact({ ...base, kind: 'AuthorizationPolicy' as const, selector });
}

export function readNetworkPolicy(base: ResourceBase, spec: Obj): Policy {
  const selector = spec.object('podSelector')?.labels('matchLabels');
  return compact({ ...base, kind: 'NetworkPolicy' as const, selector });
}

export function readEnvoyFilter(base: ResourceBase, spec: Obj): Policy {
  const selector = spec.object('workloadSelector')?.labels('labels');
  return compact({ ...base, kind: 'EnvoyFilter' as const, selector });
}
