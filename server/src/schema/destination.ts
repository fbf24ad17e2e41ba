/** Where routes send (`validateDestination`, `validateHTTPRouteDestinations`). */
import { isDnsLabel, quoted, wildcardDomainProblem } from './names.ts';
import { checkPort, hostText } from './parts.ts';
import type { View } from './view.ts';

export function checkDestination(destination: View): void {
  const { found } = destination;
  const host = destination.text('host');
  const range = destination.at('host');
  if (host === '*')
    found.error('host-invalid', 'webhook', range, 'Nothing can be sent to the host `*`. Name one host.');
  else if (host !== undefined && destination.has('host')) {
    const problem = wildcardDomainProblem(host);
    if (problem !== undefined)
      found.error('host-invalid', 'webhook', range, hostText('The destination', host, problem));
  }
  const subset = destination.text('subset');
  if (subset !== undefined && subset !== '' && !isDnsLabel(subset)) {
    found.error(
      'name-invalid',
      'webhook',
      destination.at('subset'),
      `${quoted(subset)} is no name of a subset: letters, digits and dashes inside, 63 at most.`,
    );
  }
  const port = destination.object('port');
  if (port) checkPort(port, 'number');
}

/** Weights of a rule's destinations: none below zero, and of several not all zero. */
export function checkWeights(rule: View): void {
  const destinations = rule.objects('route');
  let total: number | undefined = 0;
  for (const each of destinations) {
    const weight = each.number('weight');
    if (weight !== undefined && weight < 0) {
      rule.found.error('value-out-of-range', 'webhook', each.at('weight'), `The weight ${weight} is below zero.`);
    }
    total = total === undefined || weight === undefined ? undefined : total + weight;
  }
  const count = rule.count('route') ?? 0;
  if (count < 2 || destinations.length < count || total !== 0) return;
  const text = `The weights of the ${count} destinations add up to 0: with several, at least one needs a \`weight\`.`;
  rule.found.error('weights-zero', 'webhook', rule.keyAt('route'), text);
}
