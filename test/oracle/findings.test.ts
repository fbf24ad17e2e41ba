/** Findings of a case: the whole cluster is in it, its gateway pods too. */
import { expect, it } from 'vitest';
import { findingsOf, type OracleCase } from '../../server/src/cli/oracle-answers.ts';

const GATEWAY = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: gateways}
spec:
  selector: {istio: egress}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
`;

const ENTRY = `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  exportTo: [".", edge]
  ports: [{number: 80, name: http, protocol: HTTP}]
  resolution: DNS
`;

const ROUTE = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: app}
spec:
  hosts: [api.example.com]
  gateways: [mesh, gateways/egress]
  http:
  - match: [{gateways: [mesh], port: 80}]
    route: [{destination: {host: egress.edge.svc.cluster.local, port: {number: 80}}}]
  - match: [{gateways: [gateways/egress], port: 80}]
    route: [{destination: {host: api.example.com}}]
`;

const SERVICE = `
apiVersion: v1
kind: Service
metadata: {name: egress, namespace: edge}
spec:
  selector: {istio: egress}
  ports: [{name: http, port: 80}]
`;

it('has the given pods behind the Gateway, and no other', () => {
  expect(findingsOf(clusterWith('edge'))).toEqual([]);
  const found = findingsOf(clusterWith('other'));
  expect(found.map(({ code, severity, path }) => ({ code, severity, path }))).toEqual([
    { code: 'service-entry-hidden-from-gateway', severity: 'error', path: 'app/entry.yaml' },
  ]);
  expect(found[0]?.message).toContain('its pods run in `other`');
});

it('takes what is not in the files for absent', () => {
  const { files, ...rest } = clusterWith('edge');
  const without = { ...rest, files: files.filter(({ path }) => path !== 'gateway.yaml') };
  expect(findingsOf(without).map(({ code, path }) => ({ code, path }))).toEqual([
    { code: 'gateway-not-found', path: 'app/route.yaml' },
  ]);
});

function clusterWith(namespace: string): OracleCase {
  return {
    id: 'given-pods',
    family: 'http',
    mutations: [],
    files: [
      { path: 'gateway.yaml', text: GATEWAY },
      { path: 'service.yaml', text: SERVICE.replace('edge', namespace) },
      { path: 'app/entry.yaml', text: ENTRY },
      { path: 'app/route.yaml', text: ROUTE.replace('.edge.', `.${namespace}.`) },
    ],
    gateways: [{ name: 'egress', namespace, labels: { istio: 'egress' } }],
    calls: [],
  };
}
