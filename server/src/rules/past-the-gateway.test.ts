/** Calls that go past the egress gateway that the YAML means them to go through, and calls of which that only seems so. */
import { describe, expect, it } from 'vitest';
import { type Egress, HTTP, messagesOf, PASSTHROUGH } from '../../../test/support/egress.ts';

const SECOND = PASSTHROUGH.route.lastIndexOf('    - match:');

/** The same in the namespace of the gateway. */
function inGatewayNamespace({ gateway, entry, route, ...rest }: Egress): Egress {
  const moved = (text: string) => text.replaceAll('namespace: app', 'namespace: istio-system');
  return { ...rest, gateway, entry: moved(entry), route: moved(route) };
}

describe('a route that lists `mesh`', () => {
  const onlyGateway = (route: string) => {
    const [head = '', _first, ...legs] = route.split('    - match:\n');
    return [head, ...legs].join('    - match:\n');
  };

  it('and has no rule for it, sends no sidecar to the gateway', () => {
    expect(messagesOf({ ...PASSTHROUGH, route: onlyGateway(PASSTHROUGH.route) })).toEqual([
      'warning mesh-leg-missing: Not through the egress gateway: calls from `app` to api.example.com:443 go straight out, because no VirtualService for `mesh` sends them to the gateway. Add a rule for `mesh`.',
    ]);
  });

  it('and has no rule for it, is told of the wildcard that it lists, not of a host below it that nobody wrote', () => {
    const wide = (text: string) => text.replaceAll('api.example.com', '"*.example.com"');
    const { gateway, entry } = PASSTHROUGH;
    const route = wide(onlyGateway(PASSTHROUGH.route)).replace(/host: "\*\.example\.com"/, 'host: api.example.com');
    const one = entry.replace('name: api', 'name: one');
    const egress = { gateway: wide(gateway), entry: `${wide(entry).replace('DNS', 'NONE')}---\n${one}`, route };
    expect(messagesOf(egress)).toEqual([
      'warning mesh-leg-missing: Not through the egress gateway: calls from `app` to *.example.com:443 go straight out, because no VirtualService for `mesh` sends them to the gateway. Add a rule for `mesh`.',
    ]);
  });

  it('and does not, may have its other half in another repository', () => {
    const route = onlyGateway(PASSTHROUGH.route).replace('[mesh, istio-system/egress]', '[istio-system/egress]');
    expect(messagesOf({ ...PASSTHROUGH, route })).toEqual([]);
  });

  it('and has a rule for it in another VirtualService, is whole', () => {
    const route = `${onlyGateway(PASSTHROUGH.route).replace('[mesh, istio-system/egress]', '[istio-system/egress]')}---
${PASSTHROUGH.route.slice(0, SECOND).replace('name: api', 'name: api-mesh').replace('[mesh, istio-system/egress]', '[mesh]')}`;
    expect(messagesOf({ ...PASSTHROUGH, route })).toEqual([]);
  });
});

describe('where everything is in the namespace of the gateway', () => {
  it('what is right is silent', () => {
    expect(messagesOf(inGatewayNamespace(HTTP))).toEqual([]);
    expect(messagesOf(inGatewayNamespace(PASSTHROUGH))).toEqual([]);
  });

  it('legs that are mixed up are told without naming a caller', () => {
    const route = HTTP.route
      .replace('- gateways: [mesh]', '- gateways: [?]')
      .replace('- gateways: [istio-system/egress]', '- gateways: [mesh]')
      .replace('- gateways: [?]', '- gateways: [istio-system/egress]');
    expect(messagesOf(inGatewayNamespace({ ...HTTP, route }))).toEqual([
      'warning mesh-leg-missing: Not through the egress gateway: calls to api.example.com:80 go straight out, because the rule that sends to the gateway does not act for `mesh`. Write `gateways: [mesh]` in its match.',
    ]);
  });

  it('a host that is shown to one namespace is for that one', () => {
    const { entry, ...rest } = inGatewayNamespace(PASSTHROUGH);
    const shown = entry.replace('spec:\n', 'spec:\n  exportTo: [istio-system, shop]\n');
    expect(messagesOf({ ...rest, entry: shown })).toEqual([]);
  });
});

it('a rule for everything before the leg of sidecars hides it', () => {
  const [head = '', ...legs] = HTTP.route.split('    - match:\n');
  const everything = `    - route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
  expect(messagesOf({ ...HTTP, route: [head + everything, ...legs].join('    - match:\n') })).toEqual([
    'warning route-rule-unreachable: This rule is never reached: http rule 1 before it takes everything. Move it before http rule 1, or delete it.',
  ]);
});

describe('a wildcard', () => {
  it('over declared hosts is for those, and for no other', () => {
    const route = PASSTHROUGH.route
      .replace('hosts: [api.example.com]', 'hosts: ["*.example.com"]')
      .replaceAll('sniHosts: [api.example.com]', 'sniHosts: ["*.example.com"]');
    expect(messagesOf({ ...PASSTHROUGH, route })).toEqual([]);
  });
});

describe('a port', () => {
  it('443 that is declared as TCP is called with TLS', () => {
    const entry = `${PASSTHROUGH.entry}---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: www, namespace: app}
spec:
  hosts: [www.example.com]
  addresses: [203.0.113.7]
  ports:
    - {number: 443, name: tcp, protocol: TCP}
  resolution: STATIC
  endpoints: [{address: 203.0.113.7}]
`;
    expect(messagesOf({ ...PASSTHROUGH, entry })).toEqual([]);
  });

  it('80 that one namespace declares as TLS for itself keeps rules from its own calls alone', () => {
    const entry = `${HTTP.entry}---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api-too, namespace: shop}
spec:
  exportTo: ["."]
  hosts: [api.example.com]
  ports:
    - {number: 80, name: tls, protocol: TLS}
  resolution: DNS
`;
    expect(messagesOf({ ...HTTP, entry })).toEqual([
      'warning route-block-mismatch: Not through the egress gateway: calls from `shop` to api.example.com:80 go straight out: port 80 is declared as TLS, so `http` rules do not act on it. Make it a `tls` rule.',
    ]);
  });

  it('80 that is declared as HTTP is for an `http` rule', () => {
    const [head = '', leg = '', other = ''] = HTTP.route.replace('  http:\n', '').split('    - match:\n');
    const route = `${head}  tls:
    - match:
${leg.replace('port: 80\n', 'port: 80\n          sniHosts: [api.example.com]\n')}  http:
    - match:
${other}`;
    expect(messagesOf({ ...HTTP, route })).toEqual([
      'warning route-block-mismatch: Not through the egress gateway: calls from `app` to api.example.com:80 go straight out: port 80 is declared as HTTP, so `tls` rules do not act on it. Make it an `http` rule.',
    ]);
  });
});
