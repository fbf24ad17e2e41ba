import { describe, expect, it } from 'vitest';
import { expectFindings } from '../../../test/support/annotated.ts';
import { changed, codesOf, fixtureOf, HTTP, messagesOf, PASSTHROUGH, SERVICE } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

describe('gateway-port-not-open', () => {
  it('finds a server on another port than both rules', () => {
    const gateway = changed(HTTP.gateway, 'number: 80', 'number: 9080');
    expectFindings(
      fixtureOf({
        ...HTTP,
        gateway: changed(
          gateway,
          'protocol: HTTP}\n',
          'protocol: HTTP}\n#                    ^^^^ error gateway-port-not-open: Connection refused at the egress gateway: no server of Gateway `istio-system/egress` (9080) opens port 80 of istio-egressgateway.istio-system. Let the server have port 80.\n',
        ),
      }),
    );
    expect(provenFixes(fixtureOf({ ...HTTP, gateway }))).toEqual(['Open port 80']);
  });

  it('finds the port of the pod in place of that of the Service', () => {
    const gateway = changed(PASSTHROUGH.gateway, 'number: 443', 'number: 8443');
    expect(messagesOf({ ...PASSTHROUGH, gateway, more: SERVICE })).toEqual([
      'error gateway-port-not-open: Connection refused at the egress gateway: server 8443 (TLS, PASSTHROUGH) has the port of the pod, and the rule for it that of the Service, 443. The Service leads from 443 to 8443. Use 443.',
    ]);
    expect(provenFixes(fixtureOf({ ...PASSTHROUGH, gateway, more: SERVICE }))).toEqual(['Open port 443']);
  });

  it('finds a mesh leg to another port that the Service has', () => {
    const route = changed(HTTP.route, 'port: {number: 80}', 'port: {number: 443}');
    expect(codesOf({ ...HTTP, route, more: SERVICE })).toEqual(['error gateway-port-not-open']);
    expect(provenFixes(fixtureOf({ ...HTTP, route, more: SERVICE }))).toEqual(['Send to port 80']);
  });

  it('finds a server on another port than both VirtualServices, of which one is for the Gateway alone', () => {
    const gateway = changed(PASSTHROUGH.gateway, 'number: 443', 'number: 80');
    const [head = '', ...legs] = PASSTHROUGH.route.split(/(?: {4}# What.*\n)?(?= {4}- match:)/);
    const only = (name: string, gateways: string, rule: string | undefined) =>
      `${changed(head, '{name: api', `{name: ${name}`).replace(/gateways: .*/, `gateways: ${gateways}`)}${rule?.replace(/- gateways: .*\n +/, '- ')}`;
    const route = `${only('mesh', '[mesh]', legs[0])}---\n${only('gateway', '[istio-system/egress]', legs[1])}`;
    expect(codesOf({ ...PASSTHROUGH, gateway, route, more: SERVICE })).toEqual(['error gateway-port-not-open']);
    expect(provenFixes(fixtureOf({ ...PASSTHROUGH, gateway, route, more: SERVICE }))).toEqual(['Open port 443']);
  });

  it('is silent where the server has the port of the pod, and the rules do too', () => {
    const gateway = changed(PASSTHROUGH.gateway, 'number: 443', 'number: 8443');
    const [mesh = '', own = ''] = PASSTHROUGH.route.split('    # What');
    const route = `${mesh}    # What${changed(own, 'port: 443', 'port: 8443')}`;
    expect(codesOf({ ...PASSTHROUGH, gateway, route, more: SERVICE })).toEqual([]);
  });

  it('is silent where the number of the server is a placeholder', () => {
    expect(codesOf({ ...HTTP, gateway: changed(HTTP.gateway, 'number: 80', 'number: "${PORT}"') })).toEqual([]);
  });
});
