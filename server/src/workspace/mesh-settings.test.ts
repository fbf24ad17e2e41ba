import { expect, it } from 'vitest';
import { meshSettings, STANDARD_INSTALL } from './mesh-settings.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';

const gatewaysOf = (settings: Partial<Settings>) =>
  meshSettings({ ...DEFAULT_SETTINGS, ...settings }).gateways.map((each) => `${each.namespace}/${each.service}`);

const MINE = { service: 'platform/egress', selector: { istio: 'egress' }, ports: [443] };

it('takes the standard install for given, beside what is declared', () => {
  expect(gatewaysOf({})).toEqual(['istio-system/istio-egressgateway']);
  expect(gatewaysOf({ egressGateways: [MINE] })).toEqual(['platform/egress', 'istio-system/istio-egressgateway']);
});

it('knows one place for the standard name', () => {
  const moved = { ...MINE, service: `platform/${STANDARD_INSTALL.service}` };
  expect(gatewaysOf({ egressGateways: [moved] })).toEqual(['platform/istio-egressgateway']);
});

it('takes nothing for given in a namespace that is wholly in the workspace', () => {
  expect(gatewaysOf({ complete: ['team-a'] })).toEqual(['istio-system/istio-egressgateway']);
  expect(gatewaysOf({ complete: ['istio-system'] })).toEqual([]);
  expect(gatewaysOf({ complete: ['*'], egressGateways: [MINE] })).toEqual(['platform/egress']);
});
