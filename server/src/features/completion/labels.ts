import { type Candidate, type Offer, offer, some } from './candidate.ts';
import { titleOf } from './hosts.ts';
import type { Scene } from './scene.ts';
import { workloadsIn } from '../../mesh/workloads.ts';

/** Gateways repeat each other's selectors. */
const SELECTORS = 500;

interface Pods {
  readonly labels: Readonly<Record<string, string>>;
  readonly detail: string | (() => string);
  readonly rank: number;
}

/** Values of one label. */
export function selectorValues(scene: Scene): Offer {
  const label = scene.at.slice('spec.selector.'.length);
  return offer(
    pairs(scene).flatMap(([key, value, { detail, rank }]): readonly Candidate[] =>
      key === label ? [{ value, kind: 'label', detail, rank }] : [],
    ),
  );
}

/** Labels with their values, without those that the selector has. */
export function selectorPairs(scene: Scene): Offer {
  const written = scene.around.get('spec.selector')?.entries.map(({ key }) => key.text) ?? [];
  return offer(
    pairs(scene).flatMap(([key, value, { detail, rank }]): readonly Candidate[] =>
      written.includes(key) ? [] : [{ value: `${key}: ${value}`, kind: 'label', detail, rank }],
    ),
  );
}

function pairs(scene: Scene): readonly (readonly [string, string, Pods])[] {
  return knownPods(scene).flatMap((each) =>
    Object.entries(each.labels).map(([key, value]) => [key, value, each] as const),
  );
}

/** Pods that are gateways for sure: installs, those that other Gateways select, and workloads with the gateway's template. */
function knownPods({ reader, object }: Scene): readonly Pods[] {
  const { settings } = reader;
  const namespaces = new Set([object.namespace, ...settings.gateways.map(({ namespace }) => namespace)]);
  const workloads = [...namespaces]
    .flatMap((namespace) => workloadsIn(reader, namespace))
    .filter(({ resource }) => resource.podAnnotations['inject.istio.io/templates'] === 'gateway')
    .map((each) => ({
      labels: each.resource.podLabels?.value ?? {},
      detail: `${each.resource.kind} ${titleOf(each)}`,
      rank: 0,
    }));
  const installs = settings.gateways.map(({ labels, namespace, service, source }) => ({
    labels,
    detail: source === 'standard' ? `standard install, ${namespace}` : `${namespace}/${service}`,
    rank: source === 'standard' ? 2 : 0,
  }));
  const selected = some(reader.all('Gateway'), SELECTORS).members.flatMap((each) => {
    const labels = each.resource.selector?.value;
    return labels ? [{ labels, detail: () => `selected by Gateway ${titleOf(each)}`, rank: 1 }] : [];
  });
  return [...workloads, ...installs, ...selected];
}
