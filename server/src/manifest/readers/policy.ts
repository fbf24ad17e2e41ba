/** Resources that may decide otherwise than routing does: whom they select, and a little of what they ask. */
import type { Obj } from '../object.ts';
import { compact, compactBoth } from '../optional.ts';
import type { AuthorizationPolicy, EnvoyFilter, Field, NetworkPolicy, ResourceBase } from '../types.ts';

/** Fields of a `source` that only a caller with mutual TLS has something for. */
const IDENTITIES = [
  'principals',
  'notPrincipals',
  'namespaces',
  'notNamespaces',
  'serviceAccounts',
  'notServiceAccounts',
] as const;

export function readAuthorizationPolicy(base: ResourceBase, spec: Obj): AuthorizationPolicy {
  const selector = spec.object('selector')?.labels('matchLabels');
  const rules = spec.list('rules', (rule) => ({
    identities: (rule.list('from', identitiesOf)?.items ?? []).flat(),
    ports: portsOf(rule),
  }));
  const items = rules?.items ?? [];
  const identities = items.flatMap((each) => each.identities);
  const ports = items.map((each) => each.ports);
  return compactBoth(base, {
    kind: 'AuthorizationPolicy' as const,
    selector,
    identities: identities.length > 0 ? identities : undefined,
    ports: ports.length > 0 && !ports.includes(undefined) ? ports.flatMap((each) => each ?? []) : undefined,
  });
}

export function readNetworkPolicy(base: ResourceBase, spec: Obj): NetworkPolicy {
  const selector = spec.object('podSelector')?.labels('matchLabels');
  const types = spec.strings('policyTypes')?.items.map((each) => each.value);
  const rules = spec.list('egress', (rule) =>
    compact({
      range: rule.range,
      ports: rule.list('ports', (each) => each.numberOrString('port')?.value)?.items,
    }),
  );
  const limits = types ? types.includes('Egress') : rules !== undefined;
  const egress = limits ? (rules ?? { range: base.name.range, items: [] }) : undefined;
  return compactBoth(base, { kind: 'NetworkPolicy' as const, selector, egress });
}

export function readEnvoyFilter(base: ResourceBase, spec: Obj): EnvoyFilter {
  const selector = spec.object('workloadSelector')?.labels('labels');
  return compactBoth(base, { kind: 'EnvoyFilter' as const, selector });
}

function identitiesOf(from: Obj): readonly Field<string>[] {
  const source = from.object('source');
  return IDENTITIES.flatMap((name) => {
    const list = source?.strings(name);
    return list && list.items.length > 0 ? [{ value: name, range: list.range }] : [];
  });
}

/** The ports of a rule; undefined where it is for all of them. */
function portsOf(rule: Obj): readonly string[] | undefined {
  const operations = rule.list('to', (each) =>
    each
      .object('operation')
      ?.strings('ports')
      ?.items.flatMap(({ value }) => value ?? []),
  );
  const lists = operations?.items ?? [];
  return lists.length > 0 && !lists.includes(undefined) ? lists.flatMap((each) => each ?? []) : undefined;
}
