/** New resources go where the workspace has such resources, in files named as it names them, and into the kustomization over them. */
import { expect, it } from 'vitest';
import { planRoute } from '../../server/src/scaffold/plan.ts';
import type { RouteRequest } from '../../server/src/scaffold/request.ts';
import { slugOf } from '../../server/src/scaffold/slug.ts';
import { applied, fixture, ROOT, siteOf } from './site.ts';

const REQUEST: RouteRequest = {
  host: 'new.example.com',
  pattern: 'http',
  namespace: 'team-a',
  writeTo: ['team-a', 'istio-system'],
};

const document = (kind: string, namespace: string, name: string, version = 'v1') => {
  const specs: Readonly<Record<string, string>> = {
    ServiceEntry: '{hosts: [old.example.com], ports: [{number: 80, name: http, protocol: HTTP}], resolution: DNS}',
    VirtualService:
      '{hosts: [old.example.com], http: [{timeout: 3s, route: [{destination: {host: old.example.com}}]}]}',
    DestinationRule: '{host: old.example.com, trafficPolicy: {connectionPool: {tcp: {maxConnections: 9}}}}',
    Gateway:
      '{selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}',
  };
  return `apiVersion: networking.istio.io/${version}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${specs[kind]}\n`;
};

/** Where each new resource goes, and which files that are there change. */
function placesOf(texts: string, request: Partial<RouteRequest> = {}) {
  const plan = planRoute(siteOf(fixture(texts)), { ...REQUEST, ...request });
  expect(plan.conflicts).toEqual([]);
  return {
    created: plan.created.map(({ kind, path }) => `${kind} ${path.slice(ROOT.length + 1)}`),
    changed: plan.files.filter(({ before }) => before !== undefined).map(({ path }) => path.slice(ROOT.length + 1)),
    texts: applied(fixture(texts), plan),
  };
}

it('one file for the route in an empty folder', () => {
  expect(placesOf('')).toMatchObject({
    created: [
      'ServiceEntry new-example-com.yaml',
      'Gateway new-example-com.yaml',
      'DestinationRule new-example-com.yaml',
      'VirtualService new-example-com.yaml',
    ],
    changed: [],
  });
});

it('at the end of the file of its kind', () => {
  const { created, changed, texts } = placesOf(
    `# -- team-a/service-entries.yaml\n${document('ServiceEntry', 'team-a', 'old')}# -- team-a/virtualservice.yaml\n${document('VirtualService', 'team-a', 'old')}`,
  );
  expect([created[0], created[3]]).toEqual([
    'ServiceEntry team-a/service-entries.yaml',
    'VirtualService team-a/virtualservice.yaml',
  ]);
  expect(changed).toEqual(['team-a/service-entries.yaml', 'team-a/virtualservice.yaml']);
  expect(texts.get('team-a/service-entries.yaml')).toMatch(/resolution: DNS\}\n---\napiVersion: /);
});

it('at the end of the file of its namespace', () => {
  const texts = `# -- mesh/team-a.yaml\n${document('ServiceEntry', 'team-a', 'old')}---\n${document('VirtualService', 'team-a', 'old')}# -- mesh/istio-system.yaml\n${document('Gateway', 'istio-system', 'ingress')}---\n${document('DestinationRule', 'istio-system', 'old')}`;
  expect([...placesOf(texts).created].sort()).toEqual([
    'DestinationRule mesh/istio-system.yaml',
    'Gateway mesh/istio-system.yaml',
    'ServiceEntry mesh/team-a.yaml',
    'VirtualService mesh/team-a.yaml',
  ]);
});

it('in a file of its own, named as the others are, in the folder of its namespace', () => {
  const texts = `# -- k8s/team-a/serviceentry-old.yml\n${document('ServiceEntry', 'team-a', 'old')}# -- k8s/team-a/virtualservice-old.yml\n${document('VirtualService', 'team-a', 'old')}`;
  expect(placesOf(texts).created).toEqual([
    'ServiceEntry k8s/team-a/serviceentry-new-example-com.yml',
    'Gateway k8s/istio-system/gateway-new-example-com.yml',
    'DestinationRule k8s/istio-system/destinationrule-egressgateway-for-new-example-com.yml',
    'VirtualService k8s/team-a/virtualservice-new-example-com.yml',
  ]);
});

it('one file for the route beside files for other routes', () => {
  const texts = `# -- routes/old.yaml\n${document('ServiceEntry', 'team-a', 'old')}---\n${document('VirtualService', 'team-a', 'old')}`;
  expect([...new Set(placesOf(texts).created.map((each) => each.split(' ')[1]))]).toEqual([
    'routes/new-example-com.yaml',
  ]);
});

it('into the nearest kustomization, which keeps its comments', () => {
  const texts = `# -- base/kustomization.yaml\n# ours\nresources:\n- old.yaml # the first\n# -- base/old.yaml\n${document('ServiceEntry', 'team-a', 'old')}---\n${document('VirtualService', 'team-a', 'old')}# -- prod/kustomization.yaml\nresources: [../base]\n`;
  const { changed, texts: after } = placesOf(texts);
  expect(changed).toEqual(['base/kustomization.yaml']);
  expect(after.get('base/kustomization.yaml')).toBe(
    '# ours\nresources:\n- old.yaml # the first\n- new-example-com.yaml\n',
  );
});

it('not into a folder whose kustomization gives another namespace', () => {
  const texts = `# -- team-b/kustomization.yaml\nnamespace: team-b\nresources: [old.yaml]\n# -- team-b/old.yaml\n${document('ServiceEntry', 'ignored', 'old')}`;
  const { created, changed } = placesOf(texts, { pattern: 'sidecar-only', audience: ['team-a'] });
  expect(created).toEqual(['ServiceEntry team-a/new-example-com.yaml']);
  expect(changed).toEqual([]);
});

it('in the version of the API that the workspace has throughout', () => {
  const old = document('ServiceEntry', 'team-a', 'old', 'v1beta1');
  const version = (texts: string) =>
    /^apiVersion: (.*)$/m.exec(placesOf(texts).texts.get('new-example-com.yaml') ?? '')?.[1];
  expect(version(`# -- old.yaml\n${old}---\n${document('VirtualService', 'team-a', 'old', 'v1beta1')}`)).toBe(
    'networking.istio.io/v1beta1',
  );
  expect(version(`# -- old.yaml\n${old}---\n${document('VirtualService', 'team-a', 'old')}`)).toBe(
    'networking.istio.io/v1',
  );
});

it('under names that no other has, of at most 63 characters', () => {
  const long = `${'very-'.repeat(12)}long.example.com`;
  expect(slugOf(long).length).toBe(63);
  expect(slugOf(long)).not.toBe(slugOf(`a.${long}`));
  expect(slugOf(long, 'egressgateway-for-').length).toBe(63);
  const taken = `# -- routes.yaml\n${document('ServiceEntry', 'team-a', 'new-example-com')}---\n${document('VirtualService', 'team-a', 'old')}`;
  const plan = planRoute(siteOf(fixture(taken)), REQUEST);
  expect(plan.created.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'ServiceEntry new-example-com-2',
    'Gateway new-example-com',
    'DestinationRule egressgateway-for-new-example-com',
    'VirtualService new-example-com',
  ]);
});

it('beside resources whose namespace is not written, which are left alone', () => {
  const texts = `# -- tutorial.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: istio-egressgateway}
spec:
  selector: {istio: egressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [old.example.com]}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egressgateway-for-old}
spec: {host: istio-egressgateway.istio-system.svc.cluster.local, subsets: [{name: old}]}
`;
  const { created, changed } = placesOf(texts, { audience: 'all' });
  expect(created.map((each) => each.split(' ')[0])).toEqual(['ServiceEntry', 'Gateway', 'VirtualService']);
  expect(changed).toEqual([]);
});

it('in the folder that is asked for, where nothing tells of another, not even the names of folders', () => {
  expect(placesOf('', { folder: `${ROOT}/deploy/egress` }).created[0]).toBe(
    'ServiceEntry deploy/egress/new-example-com.yaml',
  );
  const there = `# -- team-a/old.yaml\n${document('ServiceEntry', 'team-a', 'old')}`;
  const { created } = placesOf(there, { folder: `${ROOT}/deploy` });
  expect(created).toContain('ServiceEntry team-a/new-example-com.yaml');
  expect(created).toContain('Gateway istio-system/new-example-com.yaml');
});

it('not in the folder that is asked for, where its kustomization gives another namespace', () => {
  const texts = '# -- deploy/kustomization.yaml\nnamespace: other\nresources: []\n';
  expect(placesOf(texts, { folder: `${ROOT}/deploy` }).created[0]).toBe('ServiceEntry new-example-com.yaml');
});
