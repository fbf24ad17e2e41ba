/** What istiod's webhook says of a DestinationRule (`ValidateDestinationRule`), but for what needs to know its namespace. */
import { quoted, wildcardDomainProblem } from './names.ts';
import { checkLabelName, checkLabels, checkSelector, hostText } from './parts.ts';
import { checkTrafficPolicy } from './traffic-policy.ts';
import type { View } from './view.ts';

export function checkDestinationRule(rule: View): void {
  const { found } = rule;
  const host = rule.text('host');
  const problem = host === undefined || !rule.has('host') ? undefined : wildcardDomainProblem(host);
  if (problem !== undefined)
    found.error('host-invalid', 'webhook', rule.at('host'), hostText('The host', host ?? '', problem));
  if (!rule.has('host')) found.error('field-required', 'webhook', rule.mark, 'The DestinationRule has no `host`.');
  const policy = rule.object('trafficPolicy');
  if (policy) checkTrafficPolicy(policy, 'heard');
  const names = new Map<string, View>();
  for (const subset of rule.objects('subsets')) {
    const name = subset.text('name');
    const first = name === undefined ? undefined : names.get(name);
    if (first && subset.has('name')) {
      found.error('value-duplicated', 'webhook', subset.at('name'), `Two subsets are called ${quoted(name ?? '')}.`, {
        related: [{ range: first.at('name'), text: 'The first one.' }],
      });
    } else if (name !== undefined) names.set(name, subset);
    if (subset.has('name')) checkLabelName(subset, 'name', 'A subset');
    checkLabels(subset, 'labels');
    const own = subset.object('trafficPolicy');
    if (own) checkTrafficPolicy(own, 'lost');
  }
  checkSelector(rule, { key: 'matchLabels', reach: 'it is for every pod of the namespace' });
}
