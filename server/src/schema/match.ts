/** What matches of all protocols have in common. */
import { fqdnProblem, isDnsLabel, isPort, quoted } from './names.ts';
import { checkLabels } from './parts.ts';
import type { Item, View } from './view.ts';

/** What its hosts and gateways mean for the rules. */
export interface RouteContext {
  readonly isDelegate: boolean;
  readonly hosts: readonly Item[];
  /** Whether sidecars take it: it names no gateways, or `mesh` too. Undefined where a name is not known. */
  readonly forSidecars: boolean | undefined;
  /** Whether it names `mesh`. Undefined where a name is not known. */
  readonly namesMesh: boolean | undefined;
}

/** Port, labels and gateways. */
export function checkMatchCommon(match: View): void {
  const port = match.number('port');
  if (port !== undefined && port !== 0 && !isPort(port)) {
    match.found.error('value-out-of-range', 'webhook', match.at('port'), `Port ${port} is not between 1 and 65535.`);
  }
  checkLabels(match, 'sourceLabels');
  checkGatewayNames(match, match.items('gateways'), 'match');
}

/** The webhook stops looking after the first name without a slash. Of names in matches it drops what it would warn of. */
export function checkGatewayNames({ found }: View, names: readonly Item[], place: 'bound' | 'match'): void {
  for (const { value, range } of names) {
    if (value === undefined) continue;
    const slash = value.indexOf('/');
    if (slash < 0) {
      const problem = fqdnProblem(value);
      if (problem !== undefined)
        found.error('gateway-name-invalid', 'webhook', range, `The gateway name ${quoted(value)} ${problem}.`);
      else if (value.includes('.') && place === 'bound') {
        const [name = '', namespace = ''] = value.split('.');
        const meant = `${namespace}/${name}`;
        found.warning(
          'setting-outdated',
          range,
          `${quoted(value)} is the outdated form of a gateway name. Write ${quoted(meant)}.`,
          {
            fixes: [{ title: `Use ${meant}`, preferred: true, repairs: [{ kind: 'replace', range, value: meant }] }],
          },
        );
      }
      return;
    }
    if (!isDnsLabel(value.slice(0, slash)) || !isDnsLabel(value.slice(slash + 1))) {
      found.error('gateway-name-invalid', 'webhook', range, `No Gateway can be called ${quoted(value)}.`);
    }
  }
}
