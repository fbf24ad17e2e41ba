/** `destination-host-not-found` and `destination-port-not-found`. */
import { describe, expect, it } from 'vitest';
import { COMPLETE, expectFindings, expectFixed, findingsOf } from '../../../test/support/annotated.ts';

function route(host: string, port?: number, gateways = '[mesh]', hosts = '[api.example.com]'): string {
  const number = port === undefined ? '' : `, port: {number: ${port}}`;
  return `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: ${hosts}
  gateways: ${gateways}
  http:
    - route:
        - destination: {host: ${host}${number}}
`;
}

function service(name: string, namespace: string, ports = '[{name: http, port: 80}]'): string {
  return `# -- service-${namespace}-${name}.yaml
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  ports: ${ports}
`;
}

function entry(host: string, ports = '[{number: 80, name: http, protocol: HTTP}]', name = 'api'): string {
  return `# -- entry-${name}.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}, namespace: app}
spec:
  hosts: ["${host}"]
  ports: ${ports}
  resolution: DNS
`;
}

const codes = (fixture: string) => findingsOf(fixture).map((each) => `${each.severity} ${each.code}`);
const NO_HOST = 'error destination-host-not-found';
const NO_PORT = 'error destination-port-not-found';

describe('a host that nothing has', () => {
  it('is an error where `name.namespace` names a Service', () => {
    expectFindings(`# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination:
            host: egress.infra
#                 ^^^^^^^^^^^^ error destination-host-not-found: 503 NC in sidecars: no Service or ServiceEntry has the host \`egress.infra\`. Istio completes only names without dots. Use \`egress.infra.svc.cluster.local\`.
${service('egress', 'infra')}`);
    expectFixed(
      route('egress.infra.svc') + service('egress', 'infra'),
      route('egress.infra.svc.cluster.local') + service('egress', 'infra'),
    );
  });

  it('is an error where the name means the standard install', () => {
    expect(codes(route('istio-egressgateway.istio-system'))).toEqual([NO_HOST]);
  });

  it('is an error where a short name means a Service next door', () => {
    expectFixed(
      route('egress') + service('egress', 'infra'),
      route('egress.infra.svc.cluster.local') + service('egress', 'infra'),
    );
  });

  it('is an error where it is off by one letter', () => {
    expectFixed(
      route('egres.infra.svc.cluster.local') + service('egress', 'infra'),
      route('egress.infra.svc.cluster.local') + service('egress', 'infra'),
    );
    expect(codes(route('ap.example.com') + entry('api.example.com'))).toEqual([NO_HOST]);
  });

  it('is an error under a wildcard ServiceEntry, which makes no cluster for it', () => {
    const [finding] = findingsOf(route('api.example.com') + entry('*.example.com'));
    expect(finding?.message).toBe(
      '503 NC in sidecars: no Service or ServiceEntry has the host `api.example.com`; one for `*.example.com` makes no cluster for it. Add the host to it.',
    );
    expect(finding?.related.map((each) => each.message)).toEqual(['This wildcard is over it.']);
  });

  it('is an error where everything is told to be here', () => {
    expect(codes(route('api.example.com') + COMPLETE)).toEqual([NO_HOST]);
    expect(codes(route('egress.infra.svc.cluster.local') + COMPLETE)).toEqual([NO_HOST]);
  });

  it('asks for what is missing: a Service, or a ServiceEntry', () => {
    const remedy = (host: string) =>
      findingsOf(route(host) + COMPLETE)[0]
        ?.message.split('. ')
        .at(-1);
    expect(remedy('egress.infra.svc.cluster.local')).toBe('Add the Service, or correct the name.');
    expect(remedy('api.example.com')).toBe('Add a ServiceEntry, or correct the name.');
  });

  it('names the only Service of the name that pods are behind, though it is in another namespace, and leaves the choice', () => {
    const host = 'egress.app.svc.cluster.local';
    const selecting = (namespace: string) =>
      service('egress', namespace).replace('spec:\n', 'spec:\n  selector: {istio: egress}\n');
    const pods = `# -- pods.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: egress, namespace: infra}
spec:
  selector: {matchLabels: {istio: egress}}
  template: {metadata: {labels: {istio: egress}}}
`;
    const remedy = (...texts: readonly string[]) =>
      findingsOf(route(host) + COMPLETE + texts.join('')).map(({ code, message }) => [
        code,
        message.split('. ').at(-1),
      ]);
    const open = [['destination-host-not-found', 'Add the Service, or correct the name.']];
    expect(remedy(selecting('infra'), pods)).toEqual([
      ['destination-host-not-found', 'Use `egress.infra.svc.cluster.local`, or add the Service.'],
    ]);
    expect(findingsOf(route(host) + COMPLETE + selecting('infra') + pods)[0]?.fixes[0]).toMatchObject({
      title: 'Use egress.infra.svc.cluster.local',
      safety: 'review',
      preferred: false,
    });
    // The Service itself may be what is in the wrong namespace.
    expect(remedy(selecting('infra'))).toEqual(open);
    expect(remedy(selecting('other'), pods)).toEqual(open);
    expect(remedy(selecting('infra'), selecting('edge'), pods)).toEqual(open);
    expect(codes(route(host) + selecting('infra') + pods)).toEqual([]);
  });
});

describe('a host that may live elsewhere', () => {
  it.each([
    'api.example.com',
    'egress.infra.svc.cluster.local',
    'egress',
    'egress.infra',
    'istio-egressgateway.istio-system.svc.cluster.local',
    '"${HOST}"',
  ])('is silent: %s', (host) => {
    expect(codes(route(host))).toEqual([]);
  });

  it('is silent where the Service has no namespace', () => {
    const unplaced = service('egress', 'infra').replace(', namespace: infra', '');
    expect(codes(route('egress.other.svc.cluster.local') + unplaced)).toEqual([]);
  });

  it('knows the Service of a Kubernetes Gateway, which istiod makes', () => {
    const gateway = `# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: egress, namespace: infra}
spec:
  gatewayClassName: istio
  listeners: [{name: http, port: 80, protocol: HTTP}]
`;
    // The Service is there; what is missing is the route at the gateway.
    expect(codes(route('egress-istio.infra.svc.cluster.local', 80) + gateway + COMPLETE)).toEqual([
      'error gateway-leg-missing',
    ]);
  });

  it('is silent where the settings say so', () => {
    const settings = '# -- .istio-egress.yaml\ncomplete: ["*"]\nexternal: [ServiceEntry api.example.com]\n';
    expect(codes(route('api.example.com') + settings)).toEqual([]);
  });

  it('is silent in a rule that is never used', () => {
    const dead = route('egress.infra').replace(
      '    - route:',
      '    - match: [{gateways: [nobody/here]}]\n      route:',
    );
    expect(codes(dead + service('egress', 'infra'))).toEqual(['warning match-gateway-not-listed']);
  });
});

describe('a port', () => {
  it('is an error where a Service lacks it', () => {
    const [finding] = findingsOf(route('egress.infra.svc.cluster.local', 443) + service('egress', 'infra'));
    expect(finding?.message).toBe(
      '503 NC in sidecars: `egress.infra.svc.cluster.local` has no port 443, but 80. Use 80.',
    );
  });

  it('is fixed where there is one alone', () => {
    expectFixed(
      route('api.example.com', 443) + entry('api.example.com'),
      route('api.example.com', 80) + entry('api.example.com'),
    );
  });

  it('is looked for in all ServiceEntries of the host', () => {
    const other = entry('api.example.com', '[{number: 8080, name: http-2, protocol: HTTP}]', 'other');
    expect(codes(route('api.example.com', 8080) + entry('api.example.com') + other)).toEqual([]);
    expect(codes(route('api.example.com', 8443) + entry('api.example.com') + other)).toEqual([NO_PORT]);
  });

  it('is silent where the ports are not known', () => {
    expect(codes(route('api.example.com', 443) + entry('api.example.com', '[{number: "${PORT}", name: tls}]'))).toEqual(
      [],
    );
    expect(codes(route('istio-egressgateway.istio-system.svc.cluster.local', 15443))).toEqual([]);
  });

  it('is an error where a gateway is declared without it', () => {
    const settings =
      '# -- .istio-egress.yaml\negressGateways: [{service: infra/egress, selector: {istio: x}, ports: [80]}]\n';
    expect(codes(route('egress.infra.svc.cluster.local', 443) + settings)).toEqual([NO_PORT]);
    expect(codes(route('egress.infra.svc.cluster.local', 80) + settings)).toEqual([]);
  });
});

describe('a host without any port', () => {
  it('is an error where a ServiceEntry is all that declares it', () => {
    const [finding] = findingsOf(
      `${route('api.example.com', 80)}${entry('api.example.com').replace(/ {2}ports:.*\n/, '')}`,
    );
    expect(finding?.message).toBe('503 NC in sidecars: `api.example.com` has no port. Add port 80.');
  });

  const OTHER_NAME = `# -- name.yaml
apiVersion: v1
kind: Service
metadata: {name: api, namespace: app}
spec: {type: ExternalName, externalName: api.example.com}
`;

  it('is an error for sidecars that send to a Service which is only another name', () => {
    const [finding] = findingsOf(route('api', 80) + OTHER_NAME);
    expect(finding?.message).toBe('503 NC in sidecars: `api` has no port. Add port 80.');
  });

  it('is right at a gateway, where such a Service stands for the other name', () => {
    expect(codes(route('api', 80, '[edge/front]', '[shop.example.net]') + OTHER_NAME)).toEqual([]);
  });
});

describe('a port of a host that has another one', () => {
  const gateway = `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: app}
spec:
  selector: {istio: egress}
  servers:
    - {port: {number: 443, name: tls, protocol: TLS}, hosts: [api.example.com], tls: {mode: PASSTHROUGH}}
`;
  const fixes = (fixture: string) => findingsOf(fixture).flatMap((each) => each.fixes.map(({ title }) => title));

  it('is replaced by it', () => {
    expect(fixes(route('web', 8080) + service('web', 'app'))).toEqual(['Use port 80']);
    expect(fixes(route('api.example.com', 8080) + entry('api.example.com'))).toEqual(['Use port 80']);
  });

  it('is not, where the Gateway of the route opens it', () => {
    const through = route('way-out', 443, '[mesh, egress]');
    expect(fixes(through + gateway + service('way-out', 'app'))).toEqual([]);
  });

  it('is what the Service lacks, where the Gateway of the route opens it', () => {
    const ports = '[{name: status, port: 15021}, {name: http, port: 80}]';
    const [finding] = findingsOf(route('way-out', 443, '[mesh, egress]') + gateway + service('way-out', 'app', ports));
    expect(finding?.message).toContain('has no port 443, but 80. Add port 443 to the Service.');
  });

  it('is not replaced by the only one beside that for the status', () => {
    const ports = '[{name: status, port: 15021}, {name: http, port: 80}]';
    const [finding] = findingsOf(route('way-out', 8080) + service('way-out', 'app', ports));
    expect(finding?.message).toContain('has no port 8080, but 80. Add the port, or use that one.');
    expect(finding?.fixes).toEqual([]);
  });

  it('is not, where that one is for other bytes', () => {
    const tls = entry('api.example.com', '[{number: 443, name: tls, protocol: TLS}]');
    expect(fixes(route('api.example.com', 80) + tls)).toEqual([]);
  });
});

describe('a destination without a port', () => {
  const imported = (rules: string) => `# -- federation/inventory.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: inventory}
spec:
  hosts: [inventory.west.global]
  location: MESH_INTERNAL
  ports: [{number: 8800, name: http-west, protocol: http}]
  resolution: STATIC
  addresses: [240.0.0.2]
  endpoints:
    - {address: 172.18.102.150, ports: {http-west: 15443}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: inventory}
spec:
  hosts: [inventory.west.global, inventory.west.svc.cluster.local]
${rules}`;

  it('is right where rules without a port are for the only port that is declared', () => {
    const rules = `  http:
    - match: [{uri: {prefix: /slow}}]
      fault: {delay: {percentage: {value: 50}, fixedDelay: 2s}}
      route: [{destination: {host: inventory.west.global}}]
    - route: [{destination: {host: inventory.west.global}}]
`;
    expectFindings(imported(rules));
  });

  it('is an error where a rule is for another port', () => {
    const rules = `  http:
    - match: [{port: 80}, {port: 8800}]
      route:
        - destination:
            host: inventory.west.global
#                 ^^^^^^^^^^^^^^^^^^^^^ error destination-port-missing
`;
    expectFindings(imported(rules));
  });
});

describe('a ServiceEntry that tells no address', () => {
  const database = (addresses: string, host = 'db.example.net') => `# -- db.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: db, namespace: app}
spec:
  hosts: ["${host}"]
  addresses: [${addresses}]
  ports: [{number: 5432, name: tcp, protocol: TCP}]
  resolution: STATIC
`;
  const fixes = (fixture: string) =>
    findingsOf(fixture)
      .filter(({ code }) => code === 'service-entry-without-endpoints')
      .map((each) => each.fixes.map(({ title }) => title));

  it('may be looked up', () => {
    expect(fixes(database('192.0.2.7'))).toEqual([['Use resolution DNS']]);
  });

  it('is not, where that is rejected: for a block of addresses', () => {
    expect(fixes(database('192.0.2.0/24'))).toEqual([[]]);
  });
});
