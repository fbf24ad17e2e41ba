/** What settings change in a trace, and what they do not. */
import { expect, it } from 'vitest';
import { CALL, ROUTED, text } from './stories.ts';

const MISNAMED = ROUTED.replaceAll('istio-system/egress]', 'egress]');

function withSettings(fixture: string, settings: string): string {
  return `${fixture}# -- .istio-egress.yaml\n${settings}\n`;
}

it.each([
  ['a rule that is off', withSettings(MISNAMED, 'rules: { gateway-not-found: off }')],
  ['a rule that only warns', withSettings(MISNAMED, 'rules: { gateway-not-found: warning }')],
  [
    'a comment that ignores the finding',
    MISNAMED.replace('gateways: [mesh, egress]', 'gateways: [mesh, egress] # istio-egress: ignore gateway-not-found'),
  ],
])('%s changes nothing on the way, and is still the reason', (_title, fixture) => {
  expect(text(fixture, CALL)).toBe(text(MISNAMED, CALL));
  expect(text(fixture, CALL)).toContain('Why: 404 at the egress gateway: Gateway `app/egress` does not exist.');
});

it.each([
  ['1.29', '1.29'],
  ['1.29.3', '1.29.3'],
  ['1.27', '1.27, taken to route as 1.29 does'],
])('Istio %s in the settings is told', (version, told) => {
  expect(text(withSettings(ROUTED, `istio: { version: "${version}" }`), CALL)).toContain(
    `\nAs Istio ${told}. Apply set:`,
  );
});
