import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from '../../../test/support/annotated.ts';

function gateway(hosts: string, name = 'egress', namespace = 'istio-egress'): string {
  return `# -- ${namespace}-${name}.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: ${hosts}
`;
}

function route(hosts: string, gateways: string, namespace = 'istio-egress', name = 'api'): string {
  return `# -- ${namespace}-${name}-route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  hosts: ${hosts}
  gateways: ${gateways}
  http:
    - route:
        - destination: {host: api.example.com}
`;
}

const codes = (fixture: string) => findingsOf(fixture).map((each) => `${each.severity} ${each.code}`);
const NOT_SERVED = 'error host-not-served';

describe('a host that no server takes', () => {
  it('is an error on the host', () => {
    expectFindings(`${gateway('["*.example.com"]')}# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: istio-egress}
spec:
  hosts:
    - example.com
#     ^^^^^^^^^^^ error host-not-served: 404 at the egress gateway: no server of Gateway \`istio-egress/egress\` takes \`example.com\` (it takes \`*.example.com\`). Add it to the server.
  gateways: [egress]
  http:
    - route:
        - destination: {host: api.example.com}
`);
  });

  it('is an error where the server takes it from other namespaces only', () => {
    const [finding] = findingsOf(gateway('[team-b/api.example.com]') + route('[api.example.com]', '[egress]'));
    expect(finding?.message).toContain('takes `api.example.com` only from VirtualServices in `team-b`');
  });

  it('is an error where a dot means the namespace of the Gateway', () => {
    expect(codes(gateway('[./api.example.com]') + route('[api.example.com]', '[istio-egress/egress]', 'app'))).toEqual([
      NOT_SERVED,
    ]);
  });

  it('offers to add it to the only server, for a reader to decide', () => {
    const [finding] = findingsOf(gateway('[other.example.com]') + route('[api.example.com]', '[egress]'));
    expect(finding?.fixes.map(({ title, safety }) => ({ title, safety }))).toEqual([
      { title: 'Add api.example.com to the hosts of Gateway egress', safety: 'review' },
    ]);
  });
});

describe('a host that a server takes', () => {
  it.each(['["*"]', '["*.example.com"]', '[api.example.com]', '["*/*"]', '[./api.example.com]', '[istio-egress/*]'])(
    'is silent: %s',
    (hosts) => {
      expect(codes(gateway(hosts) + route('[api.example.com]', '[egress]'))).toEqual([]);
    },
  );

  it('is silent for a wildcard of the VirtualService that covers the server', () => {
    expect(codes(gateway('[api.example.com]') + route('["*.example.com"]', '[egress]'))).toEqual([]);
  });
});

describe('a host that may be taken elsewhere', () => {
  it('is silent where one of several gateways takes it', () => {
    const two = gateway('[api.example.com]') + gateway('[www.example.com]', 'second');
    expect(codes(two + route('[api.example.com, www.example.com]', '[egress, second]'))).toEqual([]);
  });

  it('is silent where one of the gateways is not known', () => {
    expect(codes(gateway('[other.example.com]') + route('[api.example.com]', '[egress, platform/shared]'))).toEqual([]);
  });

  it('is silent for one of several hosts that sidecars route too', () => {
    const hosts = '[api.example.com, alias.example.com]';
    expect(codes(gateway('[api.example.com]') + route(hosts, '[mesh, egress]'))).toEqual([]);
  });

  it('is silent where another VirtualService brings the host to a gateway', () => {
    const other =
      gateway('[api.example.com]', 'second') + route('[api.example.com]', '[second]', 'istio-egress', 'leg');
    expect(codes(gateway('[other.example.com]') + other + route('[api.example.com]', '[egress]'))).toEqual([]);
  });

  it('is silent where a host of the server is a placeholder', () => {
    expect(codes(gateway('["${HOST}"]') + route('[api.example.com]', '[egress]'))).toEqual([]);
  });

  it('is silent where a rule never acts for the gateway', () => {
    const sidecarsOnly = route('[api.example.com]', '[mesh, egress]').replace(
      '    - route:',
      '    - match: [{gateways: [mesh]}]\n      route:',
    );
    expect(codes(gateway('[other.example.com]') + sidecarsOnly)).toEqual([]);
  });
});

describe('a host that nothing declares, nearly named like the one that the rules send to', () => {
  const entry = `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: istio-egress}
spec:
  hosts: [api.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
`;
  const told = (host: string, more = '') =>
    findingsOf(gateway('[api.example.com]') + entry + more + route(`[${host}]`, '[egress]')).flatMap((each) =>
      each.fixes.map(({ title }) => title),
    );

  it.each(['www.api.example.com', 'ap.example.com'])('is to be that one: %s', (host) => {
    expect(told(host)).toEqual(['Use api.example.com']);
  });

  it('is another name for it where something declares it, or it is another name altogether', () => {
    const other = entry.replaceAll('api.example.com', 'ap.example.com').replace('name: api,', 'name: ap,');
    expect(told('ap.example.com', other.replace('external', 'other'))).toEqual([
      'Add ap.example.com to the hosts of Gateway egress',
    ]);
    expect(told('partner.example.net')).toEqual(['Add partner.example.net to the hosts of Gateway egress']);
  });
});
