import { describe, expect, it } from 'vitest';
import { expectFixed } from '../../../test/support/annotated.ts';
import { changed, codesOf, fixtureOf, messagesOf, MUTUAL, PASSTHROUGH, SERVICE } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('hop-tls-mismatch', () => {
  const rule = MUTUAL.rule ?? '';

  it('finds a subset without TLS toward a server with mutual TLS', () => {
    const bare = rule.slice(0, rule.indexOf('      trafficPolicy'));
    expect(messagesOf({ ...MUTUAL, rule: bare })).toEqual([
      'error hop-tls-mismatch: Connection reset at the egress gateway: server 443 (HTTPS, ISTIO_MUTUAL) takes mutual TLS of the mesh, and gets plain HTTP. Set ISTIO_MUTUAL for port 443 here.',
    ]);
    expect(provenFixes(fixtureOf({ ...MUTUAL, rule: bare }))).toEqual([
      'Set ISTIO_MUTUAL for port 443 in DestinationRule istio-system/egress',
    ]);
  });

  it.each([
    ['another mode', changed(rule, 'mode: ISTIO_MUTUAL', 'mode: SIMPLE')],
    [
      'TLS that is switched off',
      changed(rule, 'tls: {mode: ISTIO_MUTUAL, sni: api.example.com}', 'tls: {mode: DISABLE}'),
    ],
  ])('finds %s', (_title, other) => {
    expect(codesOf({ ...MUTUAL, rule: other })).toEqual(['error hop-tls-mismatch']);
    expect(provenFixes(fixtureOf({ ...MUTUAL, rule: other }))).toEqual([
      'Set ISTIO_MUTUAL for port 443 in DestinationRule istio-system/egress',
    ]);
  });

  it('finds settings for another port', () => {
    const other = changed(rule, 'number: 443', 'number: 80');
    expect(messagesOf({ ...MUTUAL, rule: other })).toEqual([
      'error hop-tls-mismatch: Connection reset at the egress gateway: server 443 (HTTPS, ISTIO_MUTUAL) takes mutual TLS of the mesh, which is added for port 80 here, and calls come to 443. Use 443.',
    ]);
    expect(provenFixes(fixtureOf({ ...MUTUAL, rule: other }))).toEqual(['Use port 443']);
  });

  it('leaves settings for another port where a server there takes them', () => {
    const other = changed(rule, 'number: 443', 'number: 8443');
    const gateway = `${MUTUAL.gateway}    - port: {number: 8443, name: https-other, protocol: HTTPS}
      hosts: [other.example.com]
      tls: {mode: ISTIO_MUTUAL}
`;
    const [fix] = provenFixes(fixtureOf({ ...MUTUAL, gateway, rule: other }));
    expect(fix).toBe('Set ISTIO_MUTUAL for port 443 in DestinationRule istio-system/egress');
  });

  it('adds what is missing to settings that are there, which keep their comments', () => {
    const written = changed(
      rule,
      `        portLevelSettings:
          - port: {number: 443}
            tls: {mode: ISTIO_MUTUAL, sni: api.example.com}
`,
      `        tls:
          # As the server has it.
          sni: api.example.com
`,
    );
    const fixture = fixtureOf({ ...MUTUAL, rule: written });
    expectFixed(
      fixture,
      changed(fixture, 'sni: api.example.com\n', 'sni: api.example.com\n          mode: ISTIO_MUTUAL\n'),
    );
  });

  it('finds a destination without the subset that has the TLS', () => {
    const route = changed(MUTUAL.route, '            subset: api\n', '');
    expect(codesOf({ ...MUTUAL, route })).toEqual(['error hop-tls-mismatch']);
    expect(provenFixes(fixtureOf({ ...MUTUAL, route }))).toEqual(['Add subset api']);
  });

  it('finds mutual TLS to a plain server', () => {
    const gateway = changed(
      changed(MUTUAL.gateway, 'protocol: HTTPS', 'protocol: HTTP'),
      '      tls: {mode: ISTIO_MUTUAL}\n',
      '',
    );
    expect(codesOf({ ...MUTUAL, gateway })).toEqual(['error hop-tls-mismatch']);
    expect(provenFixes(fixtureOf({ ...MUTUAL, gateway }))).toEqual([
      'Disable TLS in DestinationRule istio-system/egress',
      'Let the server be HTTPS with ISTIO_MUTUAL',
    ]);
  });

  it('finds TLS of applications at an HTTP server', () => {
    const gateway = changed(
      changed(PASSTHROUGH.gateway, 'protocol: TLS', 'protocol: HTTP'),
      '      tls: {mode: PASSTHROUGH}\n',
      '',
    );
    expect(codesOf({ ...PASSTHROUGH, gateway })).toEqual(['error hop-tls-mismatch']);
    expect(provenFixes(fixtureOf({ ...PASSTHROUGH, gateway }))).toEqual(['Let the server be TLS with PASSTHROUGH']);
  });

  it('finds the wrong port where another server of the Gateway takes what comes', () => {
    const gateway = `${PASSTHROUGH.gateway}    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
`;
    const route = changed(
      PASSTHROUGH.route,
      'istio-egressgateway.istio-system.svc.cluster.local\n            port: {number: 443}',
      'istio-egressgateway.istio-system.svc.cluster.local\n            port: {number: 80}',
    );
    expect(messagesOf({ ...PASSTHROUGH, gateway, route, more: SERVICE })).toEqual([
      'error hop-tls-mismatch: Connection reset at the egress gateway: server 80 (HTTP) takes plain HTTP, and gets the TLS of applications. Send to port 443, whose server takes it.',
    ]);
    expect(provenFixes(fixtureOf({ ...PASSTHROUGH, gateway, route, more: SERVICE }))).toEqual(['Send to port 443']);
  });

  it('is silent where the settings are for the whole host, or for the subset', () => {
    const whole = `${rule.slice(0, rule.indexOf('  subsets'))}  trafficPolicy:
    tls: {mode: ISTIO_MUTUAL, sni: api.example.com}
  subsets:
    - name: api
`;
    expect(codesOf({ ...MUTUAL, rule: whole })).toEqual([]);
  });

  it('is silent where the DestinationRule of the gateway may live elsewhere', () => {
    const { rule: _rule, ...without } = MUTUAL;
    const route = changed(MUTUAL.route, '            subset: api\n', '');
    expect(codesOf({ ...without, route })).toEqual([]);
    const complete =
      '# -- .istio-egress.yaml\ncomplete: [istio-system]\negressGateways: [{service: istio-system/istio-egressgateway, selector: {istio: egressgateway}, ports: [443]}]\n';
    expect(codesOf({ ...without, route, more: complete })).toEqual(['error hop-tls-mismatch']);
  });

  it('is silent where the DestinationRule is a template', () => {
    const template = changed(rule, 'mode: ISTIO_MUTUAL', 'mode: "${TLS_MODE}"');
    expect(codesOf({ ...MUTUAL, rule: template })).toEqual([]);
  });
});
