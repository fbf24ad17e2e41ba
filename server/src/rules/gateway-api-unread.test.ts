/** What Gateway API has and is not followed here: where it may decide, nothing is said. */
import { describe, expect, it } from 'vitest';
import { COMPLETE } from '../../../test/support/annotated.ts';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, type ApiEgress, apiFindings } from '../../../test/support/gateway-api.ts';

const without: ApiEgress = { ...API_HTTP, from: '', more: COMPLETE };
const grpc = (parent: string) => `${COMPLETE}# -- grpc.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: grpc, namespace: egress}
spec:
  parentRefs: [${parent}]
  rules:
    - backendRefs: [{group: networking.istio.io, kind: Hostname, name: api.example.com, port: 80}]
`;
const open = (from: string) =>
  changed(API_HTTP.gateway, '  listeners:\n', `  allowedListeners: {namespaces: {from: ${from}}}\n  listeners:\n`);

it('finds what is missing where nothing else can route it', () => {
  expect(apiFindings(without)).toEqual(['error gateway-leg-missing']);
});

describe('a GRPCRoute', () => {
  it('may be the route of the gateway', () => {
    expect(apiFindings({ ...without, more: grpc('{name: gw}') })).toEqual([]);
  });

  it('of another Gateway says nothing', () => {
    expect(apiFindings({ ...without, more: grpc('{name: other}') })).toContain('error gateway-leg-missing');
  });
});

describe('ListenerSets', () => {
  it.each(['All', 'Same', 'Selector'])('may add listeners to a Gateway that lets them: %s', (from) => {
    expect(apiFindings({ ...without, gateway: open(from) })).toEqual([]);
    const to = changed(API_HTTP.to, 'port: 80', 'port: 8080');
    expect(apiFindings({ ...API_HTTP, to, gateway: open(from), more: COMPLETE })).toEqual([]);
  });

  it('add none where they are not let', () => {
    expect(apiFindings({ ...without, gateway: open('None') })).toEqual(['error gateway-leg-missing']);
  });

  it('are parents of which nothing is said', () => {
    const parent = '- {group: gateway.networking.k8s.io, kind: ListenerSet, name: more}';
    const from = changed(API_HTTP.from, '- name: gw', parent);
    expect(apiFindings({ ...API_HTTP, from, gateway: open('All'), more: COMPLETE })).toEqual([]);
  });
});
