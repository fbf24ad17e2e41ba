/** What findings become where a workspace holds several apply sets. */
import { describe, expect, it } from 'vitest';
import { expectFindings, findingsOf } from './support/annotated.ts';

const HEAD = 'apiVersion: networking.istio.io/v1\n';

function gateway(path: string, namespace: string, host = '"*"'): string {
  return `# -- ${path}
${HEAD}kind: Gateway
metadata: {name: egress, namespace: ${namespace}}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [${host}]
`;
}

function route(path: string, gateways = '[egress]'): string {
  return `# -- ${path}
${HEAD}kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  gateways: ${gateways}
  http:
    - route: [{destination: {host: api.example.com}}]
`;
}

const kustomization = (path: string, ...resources: string[]) =>
  `# -- ${path}/kustomization.yaml\nresources: [${resources.join(', ')}]\n`;
const told = (fixture: string) => findingsOf(fixture).map((each) => `${each.severity} ${each.code}: ${each.message}`);

describe('known sets', () => {
  const overlays =
    route('base/route.yaml') +
    kustomization('base', 'route.yaml') +
    kustomization('overlays/prod-us', '../../base', 'gateway.yaml') +
    gateway('overlays/prod-us/gateway.yaml', 'team-a') +
    kustomization('overlays/prod-eu', '../../base', 'gateway.yaml');

  it('show what holds in one of them, and name it', () => {
    expectFindings(
      `${overlays}${gateway('overlays/prod-eu/gateway.yaml', 'istio-system')}`.replace(
        '  gateways: [egress]\n',
        `  gateways: [egress]
#            ^^^^^^ error gateway-not-found: 404 at the egress gateway: Gateway \`team-a/egress\` does not exist. A name without a namespace means the VirtualService's own. Use \`istio-system/egress\`. (in overlays/prod-eu, 1 of 2)
`,
      ),
    );
  });

  it('are silent where it holds in none', () => {
    expect(told(overlays + gateway('overlays/prod-eu/gateway.yaml', 'team-a', 'api.example.com'))).toEqual([]);
  });

  it('are silent about what a neighbour has', () => {
    const apps = kustomization('apps', 'route.yaml', 'other.yaml') + route('apps/route.yaml', '[egress]');
    const nearMiss = gateway('apps/other.yaml', 'istio-system');
    const platform = kustomization('platform', 'gateway.yaml');
    expect(told(apps + nearMiss + platform).length).toBe(1);
    expect(told(apps + nearMiss + platform + gateway('platform/gateway.yaml', 'team-a', 'x.example.com'))).toEqual([]);
  });
});

describe('patches', () => {
  const patched = (target: string) =>
    `# -- app/kustomization.yaml
resources: [all.yaml]
patches:
  - path: patch.yaml
    target: {kind: ${target}, name: api}
# -- app/patch.yaml
- {op: replace, path: /spec/ports/0/port, value: 443}
# -- app/all.yaml
apiVersion: v1
kind: Service
metadata: {name: api, namespace: team-a}
spec: {ports: [{name: http, port: 80}]}
---
${HEAD}kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api]
  http: [{route: [{destination: {host: api, port: {number: 443}}}]}]
`;

  it('make what resources say uncertain', () => {
    expect(told(patched('Service')).map((each) => each.slice(0, 31))).toEqual(['hint destination-port-not-found']);
  });

  it('of other kinds do not', () => {
    expect(told(patched('Deployment')).map((each) => each.slice(0, 32))).toEqual(['error destination-port-not-found']);
  });
});

describe('inferred sets', () => {
  /** Two clusters that define the same ServiceEntry differently, each with a VirtualService and a Gateway of its own. */
  const cluster = (
    name: string,
    namespace: string,
    gateways: string,
  ) => `${gateway(`${name}/gateway.yaml`, namespace)}${route(`${name}/route.yaml`, gateways)}# -- ${name}/entry.yaml
${HEAD}kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports: [{number: 80, name: ${name}, protocol: HTTP}]
  resolution: DNS
`;

  it('keep alternatives apart', () => {
    const one = cluster('one', 'istio-system', '[istio-system/egress]');
    expect(told(one + cluster('two', 'istio-egress', '[istio-egress/egress]'))).toEqual([]);
  });

  it('show what holds in the only set of a file', () => {
    const [finding, ...others] = findingsOf(
      cluster('one', 'istio-system', '[istio-system/egress]') + cluster('two', 'istio-egress', '[egress]'),
    );
    expect(others).toEqual([]);
    expect(finding?.path).toMatch(/two\/route\.yaml$/);
    expect(finding?.fixes[0]?.title).toBe('Use istio-egress/egress');
  });

  it('show of a file beside them only what holds in all', () => {
    const entry = (name: string) => cluster(name, 'x', '[]').replace(/^[\s\S]*?(?=# -- \w+\/entry)/, '');
    const shared = route('route.yaml') + entry('one') + entry('two');
    expect(told(shared + gateway('one/gateway.yaml', 'istio-system') + gateway('two/gateway.yaml', 'team-a'))).toEqual(
      [],
    );
    const both = gateway('one/gateway.yaml', 'istio-system') + gateway('two/gateway.yaml', 'istio-system');
    expect(told(shared + both).map((each) => each.slice(0, 23))).toEqual(['error gateway-not-found']);
  });
});

describe('context', () => {
  it('is looked up, never reported on, and makes no alternative of what is written here', () => {
    const settings = '# -- .istio-egress.yaml\ncontext: [dump]\n';
    const dump =
      gateway('dump/gateway.yaml', 'team-a', 'old.example.com') +
      route('dump/route.yaml', '[Mesh]').replaceAll('api', 'old');
    expect(told(route('route.yaml') + gateway('gateway.yaml', 'team-a') + dump + settings)).toEqual([]);
    expect(told(route('route.yaml') + gateway('gateway.yaml', 'istio-system') + dump + settings)).toEqual([
      expect.stringContaining('host-not-served'),
    ]);
  });
});
