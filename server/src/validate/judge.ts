/** All that the API server and istiod's webhook say of a resource where it stands: what the object alone tells, and what its namespace adds. */
import type { ClientTls, DestinationRule, Field, Resource, TrafficPolicy } from '../manifest/types.ts';
import { quoted } from '../schema/names.ts';
import type { Problem } from '../schema/problem.ts';
import { exportToProblems } from './export-to.ts';

/**
 * What is wrong with a resource, values of a wrong type apart (`Resource.mismatches`).
 *
 * @param namespace undefined where it is not known, empty where there is none
 */
export function problemsOf(resource: Resource, namespace: string | undefined): readonly Problem[] {
  const own = resource.problems ?? NONE;
  const added = namespaceProblems(resource, namespace);
  return added.length === 0 ? own : [...own, ...added];
}

/** The version that a resource is judged as: the one that it is written in, or the one that the API server keeps. */
export type JudgedAs = 'written' | 'stored';

/** Whether the API server or the webhook rejects a resource. */
export function isRejected(resource: Resource, namespace: string | undefined, as: JudgedAs): boolean {
  return (
    resource.mismatches.some((each) => !each.dropped) ||
    problemsOf(resource, namespace).some((each) => isRejecting(each, as))
  );
}

/** Whether a problem keeps a resource out. */
export function isRejecting({ level, later }: Problem, as: JudgedAs): boolean {
  return level === 'error' && (as === 'stored' || !later);
}

/** Whether anything is said of it. */
export function hasProblems(resource: Resource, namespace: string | undefined): boolean {
  return resource.mismatches.length > 0 || problemsOf(resource, namespace).length > 0;
}

const NONE: readonly Problem[] = [];

function namespaceProblems(resource: Resource, namespace: string | undefined): readonly Problem[] {
  switch (resource.kind) {
    case 'VirtualService':
      return resource.exportTo ? exportToProblems(resource.exportTo, namespace, 'other') : NONE;
    case 'ServiceEntry':
      return resource.exportTo ? exportToProblems(resource.exportTo, namespace, 'service-entry') : NONE;
    case 'DestinationRule':
      return destinationRuleProblems(resource, namespace);
    case 'Sidecar':
      return (resource.egress?.items ?? []).flatMap((each) => importProblems(each.hosts?.items ?? [], namespace));
    default:
      return NONE;
  }
}

function destinationRuleProblems(rule: DestinationRule, namespace: string | undefined): readonly Problem[] {
  const { exportTo, workloadSelector, trafficPolicy, subsets } = rule;
  const problems: Problem[] = [];
  const kind = workloadSelector ? 'rule-with-selector' : 'other';
  if (exportTo) problems.push(...exportToProblems(exportTo, namespace, kind));
  const look = (policy: TrafficPolicy | undefined) => {
    if (policy?.tls) problems.push(...credentialProblems(policy.tls, namespace));
    for (const { tls } of policy?.portLevelSettings?.items ?? [])
      if (tls) problems.push(...credentialProblems(tls, namespace));
  };
  look(trafficPolicy);
  for (const each of subsets?.items ?? []) look(each.trafficPolicy);
  return problems;
}

const CONFIG_MAP = 'configmap://';

/** A ConfigMap with certificates must be in the rule's namespace (`agent.ValidateTLS`). */
function credentialProblems({ credentialName }: ClientTls, namespace: string | undefined): readonly Problem[] {
  if (!credentialName?.value?.startsWith(CONFIG_MAP)) return NONE;
  const [owner = '', name = ''] = credentialName.value.slice(CONFIG_MAP.length).split('/');
  const wrong = (text: string): readonly Problem[] => [
    { code: 'tls-settings-invalid', by: 'webhook', level: 'error', range: credentialName.range, text },
  ];
  if (owner === '' || name === '')
    return wrong(`${quoted(credentialName.value)} lacks a namespace or a name: write \`configmap://NAMESPACE/NAME\`.`);
  if (namespace === undefined || owner === namespace) return NONE;
  return wrong(`The ConfigMap is in ${quoted(owner)}, but must be in the rule's own namespace ${quoted(namespace)}.`);
}

/** Imports that another one of the same listener has already: the webhook warns of them. */
function importProblems(hosts: readonly Field<string>[], namespace: string | undefined): readonly Problem[] {
  if (hosts.length < 2) return NONE;
  const problems: Problem[] = [];
  const byOwner = new Map<string, Set<string>>();
  const warn = ({ range }: Field<string>, text: string) =>
    problems.push({ code: 'import-repeated', by: 'webhook', level: 'warning', range, text });
  for (const item of hosts) {
    const slash = item.value?.indexOf('/') ?? -1;
    if (item.value === undefined || slash < 0 || item.value.startsWith('~')) continue;
    const written = item.value.slice(0, slash);
    const owner = written === '.' ? (namespace ?? '.') : written;
    const host = item.value.slice(slash + 1);
    const known = byOwner.get(owner) ?? new Set();
    if (host === '*' ? known.size > 0 : known.has(host) || known.has('*')) {
      warn(item, `${quoted(item.value)} adds nothing: the listener imports the same hosts by another entry.`);
    }
    known.add(host);
    byOwner.set(owner, known);
  }
  const everything = hosts.find((each) => each.value === '*/*');
  if (everything && byOwner.size > 1)
    warn(everything, '`*/*` imports everything: the other entries of the listener add nothing.');
  return problems;
}
