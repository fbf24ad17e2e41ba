import { expect, it } from 'vitest';
import { absolute, analyze, filesOf } from '../../../test/support/annotated.ts';

/** The list of routes, and of the unchecked ones, with paths and tokens as written. */
function summaryOf(fixture: string) {
  const files = filesOf(fixture);
  const { list, unchecked, ...counts } = analyze(files).summary();
  const token = (path: string, { start, end }: { start: number; end: number }) =>
    [...files].find(([each]) => absolute(each) === path)?.[1].slice(start, end);
  return {
    ...counts,
    list: list.map(({ path, range, ...rest }) => ({ ...rest, token: token(path, range) })),
    unchecked: unchecked.map(({ path, range, needs }) => ({ token: token(path, range), needs })),
  };
}

const route = (name: string, gateway: string, host = 'api.example.com') => `# -- ${name}.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}, namespace: app}
spec:
  hosts: [${host}]
  gateways: [mesh, ${gateway}]
  http:
    - match: [{gateways: [mesh]}]
      route: [{destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}}]
    - match: [{gateways: [${gateway}]}]
      route: [{destination: {host: ${host}, port: {number: 80}}}]
`;

const FOUND = `# -- found.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: found, namespace: infra}
spec:
  selector: {istio: egressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ingress, namespace: app}
spec:
  hosts: [shop.example.com]
  gateways: [infra/found]
  http: [{route: [{destination: {host: shop}}]}]
`;

it('counts egress routes, tells which fail, and what the unchecked ones need', () => {
  const routes = [
    route('passes', 'infra/found'),
    route('fails', 'found', 'b.example.com'),
    route('waits', 'platform/shared', 'c.example.com'),
  ];
  expect(summaryOf(FOUND + routes.join(''))).toEqual({
    files: 4,
    resources: 6,
    routes: 3,
    failing: 1,
    warned: 0,
    list: [
      { name: 'app/fails', state: 'fail', token: 'fails' },
      { name: 'app/waits', state: 'unchecked', needs: 'Gateway platform/shared', token: 'waits' },
      { name: 'app/passes', state: 'pass', token: 'passes' },
    ],
    unchecked: [{ token: 'platform/shared', needs: 'Gateway platform/shared' }],
  });
});

it('counts warnings without failing for them', () => {
  const passes = route('passes', 'infra/found');
  const unlisted = passes.replace('[infra/found]}]\n', '[infra/found, infra/other]}]\n');
  const { failing, warned, list } = summaryOf(FOUND + unlisted);
  expect({ failing, warned, list }).toEqual({
    failing: 0,
    warned: 1,
    list: [{ name: 'app/passes', state: 'pass', warnings: 1, token: 'passes' }],
  });
});

it('takes a route for failing only while the user takes its finding for an error', () => {
  const settings = '# -- .istio-egress.yaml\nrules: {gateway-not-found: warning}\n';
  const { failing, warned, list } = summaryOf(FOUND + route('fails', 'found') + settings);
  expect({ failing, warned, states: list.map(({ state }) => state) }).toEqual({
    failing: 0,
    warned: 1,
    states: ['pass'],
  });
});

it('names the ServiceEntry that is not here', () => {
  const { unchecked } = summaryOf(FOUND + route('other', 'infra/found', 'other.example.com'));
  expect(unchecked).toEqual([{ token: 'other.example.com', needs: 'ServiceEntry other.example.com' }]);
});
