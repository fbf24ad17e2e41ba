import { describe, expect, it } from 'vitest';
import { DEFAULT_MESH_SETTINGS, meshSettings, STANDARD_INSTALL } from './mesh-settings.ts';
import { readSettings } from './read-settings.ts';
import { DEFAULT_SETTINGS, mergeSettings, RULE_LEVELS } from './settings.ts';
import { settingsJsonSchema } from './settings-schema.ts';

/** The problems of a text, each with the token that it is on. */
function problems(text: string) {
  return readSettings(text).problems.map(
    ({ range, severity, message }) => `${severity} ${JSON.stringify(text.slice(range.start, range.end))}: ${message}`,
  );
}

describe('.istio-egress.yaml', () => {
  it('is read whole', () => {
    const text = `
istio: {version: "1.29", rootNamespace: istio-system, clusterDomain: cluster.local, outboundTrafficPolicy: REGISTRY_ONLY}
egressGateways: [{service: istio-egress/egress-gw, selector: {istio: egress-gw}, ports: [80, {port: 443, targetPort: 8443, name: https}]}]
external: [Gateway istio-system/shared]     # lives elsewhere
complete: [team-a, "*"]
clients: [team-a, team-b]
context: [../platform/istio, dump.yaml]
sets: {prod-eu: [clusters/prod-eu]}
defaultNamespace: team-a
exclude: [third_party]
rules: {gateway-not-found: off, host-not-served: "off"}
overrides: [{paths: [clusters/dev/**], rules: {gateway-not-found: hint}}]
advice: true
`;
    expect(readSettings(text)).toEqual({
      problems: [],
      settings: {
        istio: {
          version: '1.29',
          rootNamespace: 'istio-system',
          clusterDomain: 'cluster.local',
          outboundTrafficPolicy: 'REGISTRY_ONLY',
        },
        egressGateways: [
          {
            service: 'istio-egress/egress-gw',
            selector: { istio: 'egress-gw' },
            ports: [80, { port: 443, targetPort: 8443, name: 'https' }],
          },
        ],
        external: ['Gateway istio-system/shared'],
        complete: ['team-a', '*'],
        clients: ['team-a', 'team-b'],
        context: ['../platform/istio', 'dump.yaml'],
        sets: { 'prod-eu': ['clusters/prod-eu'] },
        defaultNamespace: 'team-a',
        exclude: ['third_party'],
        rules: { 'gateway-not-found': 'off', 'host-not-served': 'off' },
        overrides: [{ paths: ['clusters/dev/**'], rules: { 'gateway-not-found': 'hint' } }],
        advice: true,
      },
    });
  });

  it.each(['', '# nothing yet\n', 'complete:\n'])('may say nothing: %j', (text) => {
    expect(readSettings(text).problems).toEqual([]);
  });

  it.each([
    ['clinets: [a]', '"clinets": Unknown key clinets. Did you mean clients?'],
    ['istio: {root-namespace: a}', '"root-namespace": Unknown key root-namespace. Did you mean rootNamespace?'],
    [
      'istio: {flavour: a}',
      '"flavour": Unknown key flavour. Known here: version, rootNamespace, clusterDomain, outboundTrafficPolicy.',
    ],
    ['clients: team-a', '"team-a": clients takes a list, not text.'],
    ['istio: [1]', '"[1]": istio takes keys with values, not a list.'],
    ['sets: [a]', '"[a]": sets takes keys with values, not a list.'],
    ['sets: {eu: a}', '"a": eu takes a list, not text.'],
    ['clients: [Team_A]', '"Team_A": An item of clients takes the name of a namespace.'],
    ['defaultNamespace: {a: b}', '"{a: b}": defaultNamespace takes text, not keys with values.'],
    ['external: [shared]', '"shared": An item of external takes Kind namespace/name.'],
    [
      'istio: {outboundTrafficPolicy: REGISTRY-ONLY}',
      '"REGISTRY-ONLY": outboundTrafficPolicy is REGISTRY_ONLY or ALLOW_ANY. Did you mean REGISTRY_ONLY?',
    ],
    [
      'egressGateways: [{service: a/b, selector: {app: gw}, ports: [70000]}]',
      '"70000": An item of ports takes a number from 1 to 65535.',
    ],
    [
      'egressGateways: [{service: a/b, selector: {app: gw}, ports: [http]}]',
      '"http": An item of ports takes a number from 1 to 65535.',
    ],
    ['egressGateways: [{service: a/b}]', '"service": An item of egressGateways lacks selector and ports.'],
    ['advice: some', '"some": advice is true or false.'],
    [
      'rules: {gateway-not-found: warn}',
      '"warn": gateway-not-found is default, error, warning, information, hint or off.',
    ],
    ['overrides: [{paths: [a]}]', '"paths": An item of overrides lacks rules.'],
    ['- a', '"- a": The file takes keys with values, not a list.'],
  ])('%s is wrong on its token', (text, problem) => {
    expect(problems(text)).toEqual([`error ${problem}`]);
  });

  it('takes a version without quotes as it is written, and says so', () => {
    const text = 'istio: {version: 1.30}';
    expect(problems(text)).toEqual(['warning "1.30": version is text: write "1.30" in quotes.']);
    expect(readSettings(text).settings).toEqual({ istio: { version: '1.30' } });
  });

  it('names rules that there are', () => {
    const codes = ['gateway-not-found', 'host-not-served'];
    const text = 'rules: {gateway-not-fond: off, nothing-of-the-kind: off, host-not-served: hint}';
    const { settings, problems } = readSettings(text, codes);
    expect(settings).toEqual({ rules: { 'host-not-served': 'hint' } });
    expect(problems.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'warning There is no rule gateway-not-fond. Did you mean gateway-not-found?',
      'warning There is no rule nothing-of-the-kind.',
    ]);
  });

  it('is still used where it is right', () => {
    const text = 'clients: [team-a, 7_up, team-b]\ncomplete: all\nsets: {eu: [a], us: b}\n';
    expect(readSettings(text).settings).toEqual({ clients: ['team-a', 'team-b'], sets: { eu: ['a'] } });
    expect(problems(text).length).toBe(3);
  });

  it('that does not parse never throws', () => {
    expect(problems('clients: [a\n').length).toBe(1);
    expect(problems('clients: [a]\n---\nclients: [b]\n')).toEqual([
      'error "clients: [b]": Only the first document of this file is read.',
    ]);
  });
});

describe('settings', () => {
  it('later ones win key by key, and exclude lists add up', () => {
    const base = mergeSettings(DEFAULT_SETTINGS, { exclude: ['a'] });
    const merged = mergeSettings(
      base,
      {
        istio: { version: '1.28', rootNamespace: 'root' },
        clients: ['a'],
        exclude: ['b'],
        rules: { a: 'off', b: 'off' },
      },
      { istio: { version: '1.29' }, clients: ['b'], exclude: ['a', 'c'], rules: { b: 'hint' } },
    );
    expect(merged).toEqual({
      ...DEFAULT_SETTINGS,
      istio: { version: '1.29', rootNamespace: 'root' },
      clients: ['b'],
      exclude: [...DEFAULT_SETTINGS.exclude, 'a', 'b', 'c'],
      rules: { a: 'off', b: 'hint' },
    });
  });

  it('of nothing are the defaults of a mesh', () => {
    expect(meshSettings(DEFAULT_SETTINGS)).toEqual(DEFAULT_MESH_SETTINGS);
  });

  it('declare gateways beside the standard one, or in its place where the Service has its name', () => {
    const gatewaysOf = (service: string) =>
      meshSettings(
        mergeSettings(DEFAULT_SETTINGS, { egressGateways: [{ service, selector: { a: 'b' }, ports: [80] }] }),
      ).gateways;
    const declared = { labels: { a: 'b' }, ports: [{ name: 'port-80', port: 80, targetPort: 80 }], source: 'declared' };
    expect(gatewaysOf('egress/gw')).toEqual([{ ...declared, namespace: 'egress', service: 'gw' }, STANDARD_INSTALL]);
    expect(gatewaysOf('egress/istio-egressgateway')).toEqual([
      { ...declared, namespace: 'egress', service: 'istio-egressgateway' },
    ]);
  });

  it('have a JSON schema with the codes that there are', () => {
    expect(settingsJsonSchema(['a-rule'])).toMatchObject({
      properties: { rules: { additionalProperties: false, properties: { 'a-rule': { enum: RULE_LEVELS } } } },
    });
  });
});
