import type { Obj } from '../object.ts';
import { compact, compactBoth } from '../optional.ts';
import type { DestinationRule, ResourceBase } from '../types.ts';
import { readTrafficPolicy, workloadLabels } from './shared.ts';

/** `networking.istio.io` DestinationRule. */
export function readDestinationRule(base: ResourceBase, spec: Obj): DestinationRule {
  const policy = spec.object('trafficPolicy');
  return compactBoth(base, {
    kind: 'DestinationRule' as const,
    host: spec.string('host'),
    trafficPolicy: policy && readTrafficPolicy(policy),
    subsets: spec.list('subsets', (each) => {
      const own = each.object('trafficPolicy');
      return compact({
        range: each.range,
        name: each.string('name'),
        labels: each.labels('labels'),
        trafficPolicy: own && readTrafficPolicy(own),
      });
    }),
    exportTo: spec.strings('exportTo'),
    workloadSelector: workloadLabels(spec, 'workloadSelector', 'matchLabels'),
  });
}
