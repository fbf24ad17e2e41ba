import { describe, expect, it } from 'vitest';
import { readContents } from '../manifest/read-contents.ts';
import { problemsOf } from './judge.ts';
import { rejections } from './reject.ts';

/** A valid resource of each kind, which every test breaks in one place. */
const VIRTUAL_SERVICE = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: route, namespace: egress }
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  tls:
  - match: [{ gateways: [mesh], port: 443, sniHosts: [api.example.com] }]
    route: [{ destination: { host: egress.istio-system.svc.cluster.local, port: { number: 443 } } }]
`;
const SERVICE_ENTRY = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: api, namespace: egress }
spec:
  hosts: [api.example.com]
  addresses: [192.0.2.10]
  ports: [{ number: 443, name: tls, protocol: TLS }]
  resolution: DNS
`;
const GATEWAY = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: egress, namespace: istio-system }
spec:
  selector: { istio: egressgateway }
  servers:
  - port: { number: 443, name: tls, protocol: TLS }
    hosts: [api.example.com]
    tls: { mode: PASSTHROUGH }
`;
const DESTINATION_RULE = `
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: api, namespace: egress }
spec:
  host: api.example.com
  trafficPolicy:
    tls: { mode: SIMPLE }
  subsets: [{ name: v1 }]
`;
const SIDECAR = `
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: { name: default, namespace: app }
spec:
  egress:
  - port: { number: 80, name: http, protocol: HTTP }
    hosts: [./*]
  - hosts: ["istio-system/*"]
`;

describe('resources that get in', () => {
  for (const text of [VIRTUAL_SERVICE, SERVICE_ENTRY, GATEWAY, DESTINATION_RULE, SIDECAR]) {
    it(`such as this ${/kind: (\w+)/.exec(text)?.[1]}`, () => {
      expect(rejected(text)).toEqual([]);
    });
  }

  it('a gateway name that is only wrong after the first one without a slash', () => {
    expect(rejected(VIRTUAL_SERVICE.replace('istio-system/egress', '"istio-system/egress "'))).toEqual([]);
  });

  it('a value that is a placeholder, whatever it may become', () => {
    expect(rejected(SERVICE_ENTRY.replace('number: 443', 'number: "${PORT}"'))).toEqual([]);
    expect(rejected(VIRTUAL_SERVICE.replace('sniHosts: [api.example.com]', "sniHosts: ['${HOST}']"))).toEqual([]);
  });
});

describe('resources that are rejected', () => {
  const cases: readonly (readonly [string, string, string, string, string])[] = [
    [
      'a server name that no host covers',
      VIRTUAL_SERVICE,
      'sniHosts: [api.example.com]',
      'sniHosts: [www.example.com]',
      'sni-host-not-covered www.example.com',
    ],
    [
      'every host for the sidecars',
      VIRTUAL_SERVICE,
      'hosts: [api.example.com]',
      "hosts: ['*']",
      "mesh-with-wildcard-host '*'",
    ],
    [
      'hosts of which one covers the other',
      VIRTUAL_SERVICE,
      'hosts: [api.example.com]',
      "hosts: [api.example.com, '*.example.com']",
      "value-duplicated '*.example.com'",
    ],
    ['an address block with DNS', SERVICE_ENTRY, '192.0.2.10', '192.0.2.0/24', 'service-entry-conflict 192.0.2.0/24'],
    [
      'a wildcard with DNS and no endpoints',
      SERVICE_ENTRY,
      'api.example.com',
      "'*.example.com'",
      "service-entry-wildcard-dns '*.example.com'",
    ],
    ['a port out of range', SERVICE_ENTRY, 'number: 443', 'number: 70000', 'value-out-of-range 70000'],
    [
      'several hosts on a TCP port',
      SERVICE_ENTRY.replace('protocol: TLS', 'protocol: TCP'),
      '[api.example.com]',
      '[a.com, b.com]',
      'tcp-port-several-hosts TCP',
    ],
    ['TLS settings on a TCP port', GATEWAY, 'protocol: TLS', 'protocol: TCP', 'tls-settings-invalid tls'],
    ['a TLS port without settings', GATEWAY, '    tls: { mode: PASSTHROUGH }\n', '', 'tls-settings-invalid TLS'],
    ['a short host', GATEWAY, '[api.example.com]', '[api]', 'host-invalid api'],
    [
      'mutual TLS without certificates',
      DESTINATION_RULE.replace('{ mode: SIMPLE }', '{ mode: MUTUAL, privateKey: /key }'),
      'host:',
      'host:',
      'tls-settings-invalid MUTUAL',
    ],
    ['a subset twice', DESTINATION_RULE, '[{ name: v1 }]', '[{ name: v1 }, { name: v1 }]', 'value-duplicated v1'],
    ['an import without a namespace', SIDECAR, './*', '"*"', 'host-invalid "*"'],
    [
      'everything before something',
      SIDECAR.replace('    hosts: [./*]\n', '').replace('  - port: { number: 80, name: http, protocol: HTTP }\n', ''),
      '- hosts: ["istio-system/*"]',
      '- hosts: ["istio-system/*"]\n  - port: { number: 80, name: http, protocol: HTTP }\n    hosts: [./*]',
      'sidecar-listener-invalid hosts',
    ],
  ];
  for (const [title, text, before, after, reason] of cases) {
    it(`for ${title}`, () => {
      expect(text).toContain(before);
      expect(rejected(text.replace(before, after))).toEqual([reason]);
    });
  }

  it('for a value of another type, where it stands', () => {
    const text = SERVICE_ENTRY.replace('number: 443', 'number: "443"');
    const [object] = objects(text);
    if (!object) throw new Error('nothing read');
    expect(rejections(object).map(({ range }) => text.slice(range.start, range.end))).toEqual(['"443"']);
  });

  it('for exportTo that names everybody and somebody', () => {
    expect(rejected(SERVICE_ENTRY.replace('spec:', "spec:\n  exportTo: ['*', app]"))).toEqual([
      "export-to-invalid '*'",
    ]);
  });
});

/** The codes of what keeps the resources out, each with its token. */
function rejected(text: string): readonly string[] {
  return objects(text).flatMap(({ resource, namespace }) =>
    problemsOf(resource, namespace)
      .filter((each) => each.level === 'error')
      .map(({ code, range }) => `${code} ${text.slice(range.start, range.end)}`),
  );
}

function objects(text: string) {
  return readContents('a.yaml', text).resources.map((resource) => ({
    resource,
    path: 'a.yaml',
    namespace: resource.namespace?.value,
    context: false,
  }));
}
