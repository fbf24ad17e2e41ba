import { describe, expect, it } from 'vitest';
import { changed } from '../../../test/support/egress.ts';
import { API_HTTP, API_TLS, type ApiEgress, apiFindings } from '../../../test/support/gateway-api.ts';

const namespace = (name: string, labels: string) => `# -- ns-${name}.yaml
apiVersion: v1
kind: Namespace
metadata: {name: ${name}, labels: {${labels}}}
`;
const AMBIENT = namespace('app', 'istio.io/dataplane-mode: ambient');
const FOUND = ['warning route-without-waypoint'];
const clients = (names: string) => `# -- .istio-egress.yaml\nclients: [${names}]\n`;
const labelled = (egress: ApiEgress, labels: string) =>
  changed(egress.entry, 'namespace: app}', `namespace: app, labels: {${labels}}}`);

describe('route-without-waypoint', () => {
  it.each([
    ['an HTTPRoute', API_HTTP],
    ['a TLSRoute', API_TLS],
    [
      'a ServiceEntry that takes the waypoint of its namespace back',
      { ...API_HTTP, entry: labelled(API_HTTP, 'istio.io/use-waypoint: none') },
    ],
  ])('finds %s in an ambient namespace', (_title, egress) => {
    expect(apiFindings({ ...egress, more: AMBIENT })).toEqual(FOUND);
  });

  it('finds a route of another namespace where all that call are ambient', () => {
    const shop = namespace('shop', 'istio.io/dataplane-mode: ambient');
    expect(apiFindings({ ...API_HTTP, more: `${clients('shop')}${shop}` })).toEqual(FOUND);
    expect(apiFindings({ ...API_HTTP, more: `${clients('shop, web')}${shop}` })).toEqual([]);
  });

  it.each<[string, Partial<ApiEgress>]>([
    ['the namespace has sidecars', { more: namespace('app', 'istio-injection: enabled') }],
    ['nothing tells of the namespace', {}],
    [
      'the ServiceEntry is bound to a waypoint',
      { entry: labelled(API_HTTP, 'istio.io/use-waypoint: way'), more: AMBIENT },
    ],
    ['its namespace is', { more: namespace('app', 'istio.io/dataplane-mode: ambient, istio.io/use-waypoint: way') }],
    [
      'others have sidecars, and the route is for all',
      { more: `${AMBIENT}${namespace('web', 'istio-injection: enabled')}` },
    ],
    ['the route is the leg of the gateway', { to: '', more: namespace('egress', 'istio.io/dataplane-mode: ambient') }],
  ])('is silent where %s', (_title, change) => {
    expect(apiFindings({ ...API_HTTP, ...change })).toEqual([]);
  });

  it('finds an HTTPRoute for its own namespace alone, whatever the others have', () => {
    const consumer = {
      ...API_HTTP,
      entry: changed(API_HTTP.entry, 'namespace: app', 'namespace: external'),
      to: changed(API_HTTP.to, '      name: api\n', '      name: api\n      namespace: external\n'),
      more: `${AMBIENT}${namespace('web', 'istio-injection: enabled')}`,
    };
    expect(apiFindings(consumer)).toEqual(FOUND);
  });
});
