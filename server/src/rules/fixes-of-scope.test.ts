/** What has to be moved or imported so that clients see it: everything that goes together. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../test/support/annotated.ts';
import { changed, fixtureOf, HTTP, MUTUAL, PASSTHROUGH, SERVICE } from '../../../test/support/egress.ts';
import { provenFixes } from '../../../test/support/proved.ts';

const titles = (fixture: string) => findingsOf(fixture).flatMap(({ fixes }) => fixes.map(({ title }) => title));

describe('a Sidecar that lacks host and route', () => {
  const sidecar = `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: shop}
spec:
  egress:
    - hosts: ["./*", "istio-system/*"]
`;
  const elsewhere = (text: string, namespace: string) => text.replaceAll('namespace: app', `namespace: ${namespace}`);

  it('is given both', () => {
    const split = { ...PASSTHROUGH, entry: elsewhere(PASSTHROUGH.entry, 'external'), more: sidecar };
    expect(provenFixes(fixtureOf(split))).toEqual(['Import external/api.example.com and app/api.example.com']);
  });

  it('is given one entry for both where they are in one namespace', () => {
    expect(provenFixes(fixtureOf({ ...PASSTHROUGH, more: sidecar }))).toEqual(['Import app/api.example.com']);
  });

  it('is given them in its list for the port that is called, where it has one', () => {
    const own = '    - port: {number: 80, name: http, protocol: HTTP}\n      hosts: [istio-system/*]\n';
    const more = changed(sidecar, '    - hosts', `${own}    - hosts`);
    expect(provenFixes(fixtureOf({ ...HTTP, more }))).toEqual(['Import app/api.example.com']);
  });
});

describe('DestinationRules of a gateway that only their own namespace finds', () => {
  const rule = (name: string, subset: string, spec = '') => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}, namespace: app}
spec:
${spec}  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets: [{name: ${subset}}]
`;
  const route = changed(
    HTTP.route,
    'istio-egressgateway.istio-system.svc.cluster.local\n',
    'istio-egressgateway.istio-system.svc.cluster.local\n            subset: api\n',
  );
  const clients = `# -- .istio-egress.yaml\nclients: [app, shop]\ncomplete: ["*"]\n${SERVICE}`;

  it('are moved together: what stays would go first there', () => {
    const both = { ...HTTP, route, rule: `${rule('api', 'api')}---\n${rule('other', 'other')}`, more: clients };
    expect(titles(fixtureOf(both))).toEqual(['Move DestinationRule app/api and 1 more to istio-system']);
  });

  it('are not, where the mesh shows DestinationRules to their own namespace alone', () => {
    const mesh = `# -- mesh.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: istio, namespace: istio-system}
data:
  mesh: |
    defaultDestinationRuleExportTo: ["."]
`;
    const own = fixtureOf({ ...HTTP, route, rule: rule('api', 'api'), more: `${clients}${mesh}` });
    expect(titles(own)).toEqual([]);
    expect(findingsOf(own).map(({ message }) => message)).toContain(
      '503 NC in sidecars of `shop`: no DestinationRule that they can use defines subset `api` of istio-egressgateway.istio-system. Move the one in `app` to `istio-system` with `exportTo: ["*"]`.',
    );
  });

  it('are not, where one is for its namespace alone', () => {
    const own = { ...HTTP, route, rule: rule('api', 'api', '  exportTo: ["."]\n'), more: clients };
    expect(titles(fixtureOf(own))).toEqual([]);
  });
});

it('clients whose namespace is not written may be where the DestinationRule is', () => {
  const shared = (text: string) => text.replaceAll('namespace: app', 'namespace: istio-system');
  const route = changed(
    shared(HTTP.route),
    'istio-egressgateway.istio-system.svc.cluster.local\n',
    'istio-egressgateway.istio-system.svc.cluster.local\n            subset: api\n',
  );
  const rule = `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: api, namespace: shop}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets: [{name: api}]
`;
  const entry = HTTP.entry.replace(', namespace: app', '');
  const found = (fixture: string) => findingsOf(fixture).map(({ severity, code }) => `${severity} ${code}`);
  expect(found(fixtureOf({ ...HTTP, entry, route, rule }))).toEqual(['information subset-not-found']);
  const written = entry.replace('name: api', 'name: api, namespace: bank');
  expect(found(fixtureOf({ ...HTTP, entry: written, route, rule }))).toEqual(['error subset-not-found']);
});

it('a subset that would lack what the others set is not added', () => {
  const rule = changed(MUTUAL.rule ?? '', 'name: api', 'name: news');
  const wrong = fixtureOf({ ...MUTUAL, rule, more: SERVICE });
  expect(titles(wrong).filter((each) => each.startsWith('Add'))).toEqual([]);
});
