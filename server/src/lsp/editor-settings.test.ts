import { expect, it } from 'vitest';
import { readEditorSettings } from './editor-settings.ts';

it('takes what is set, and hidden files as excluded', () => {
  const section = {
    diagnostics: { scope: 'openFiles' },
    codeLens: { enabled: true },
    exclude: ['old/**'],
    istio: { version: '1.29', rootNamespace: null, clusterDomain: '', outboundTrafficPolicy: 'REGISTRY_ONLY' },
    egressGateways: [{ service: 'egress/gw', selector: { istio: 'gw' }, ports: [443, { port: 80, targetPort: 8080 }] }],
    external: [],
    defaultNamespace: null,
    trace: { server: 'off' },
  };
  expect(
    readEditorSettings(section, { '**/.git': true, '**/kept': false, '**/*.js': { when: '$(basename).ts' } }),
  ).toEqual({
    scope: 'openFiles',
    showsLenses: true,
    analysis: {
      istio: { version: '1.29', outboundTrafficPolicy: 'REGISTRY_ONLY' },
      egressGateways: [
        { service: 'egress/gw', selector: { istio: 'gw' }, ports: [443, { port: 80, targetPort: 8080 }] },
      ],
      exclude: ['old/**', '**/.git'],
    },
  });
});

it.each([[undefined], [null], ['text'], [[1]], [{ exclude: 3, istio: [], diagnostics: 'all' }]])(
  'is empty for %j',
  (section) => {
    expect(readEditorSettings(section, null)).toMatchObject({ scope: 'workspace', analysis: { exclude: [] } });
  },
);

it.each([
  ['auto', 'here', undefined],
  ['auto', 'elsewhere', 'off'],
  [undefined, 'elsewhere', 'off'],
  ['on', 'elsewhere', undefined],
  ['off', 'here', 'off'],
] as const)('compares with schemas where the setting is %s and others do it %s: %s', (schema, checks, wanted) => {
  expect(readEditorSettings({ schema }, undefined, checks).analysis.schema).toBe(wanted);
});
