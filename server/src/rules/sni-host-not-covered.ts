/** A server name that no host of the VirtualService covers. */
import type { Field, VirtualService } from '../manifest/types.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { rulesOf } from '../mesh/virtual-service-rules.ts';
import type { Range } from '../yaml/nodes.ts';
import type { Fix } from './finding.ts';
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'sni-host-not-covered',
  title: 'Server name outside of the hosts',
  covers: ['IST0106'],
  fixes: ({ range }, subject, mesh) => (isVirtualService(subject) ? fixesFor(range, subject, mesh) : undefined),
  page: {
    what: 'A server name in `sniHosts` that none of the hosts of the VirtualService covers.',
    why: 'The hosts say what a VirtualService is about, and its `sniHosts` choose among them. A wildcard host covers the names below it; a wildcard server name needs a host at least as wide.',
    symptom:
      '`kubectl apply` fails with `SNI host "www.example.com" is not a compatible subset of any of the virtual service hosts: [api.example.com]`.',
    remedy: 'Add the name to `hosts`, or match one that is there.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  tls:
    - match:
        - port: 443
          sniHosts: [www.example.com]
      route:
        - destination: {host: api.example.com}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  tls:
    - match:
        - port: 443
          sniHosts: [api.example.com]
      route:
        - destination: {host: api.example.com}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSMatchAttributes',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});

function isVirtualService(subject: MeshObject): subject is MeshObject<VirtualService> {
  return subject.resource.kind === 'VirtualService';
}

/** Where the host is there too, the name is too much; where the name is what is declared or sent to, and the host is not, the host is the slip. */
function fixesFor(range: Range, subject: MeshObject<VirtualService>, mesh: MeshReader): readonly Fix[] | undefined {
  const { path, context } = subject;
  const [host, ...others] = subject.resource.hosts?.items ?? [];
  const lists = rulesOf(subject).flatMap(({ matches }) => matches.flatMap(({ sniHosts }) => sniHosts ?? []));
  const list = lists.find(({ items }) => items.some((each) => isAt(each, range)));
  const name = list?.items.find((each) => isAt(each, range))?.value;
  if (!list || name === undefined || host?.value === undefined || others.length > 0 || context) return undefined;
  if (list.items.some(({ value }) => value === host.value))
    return [
      {
        title: `Remove ${name}`,
        preferred: true,
        safety: 'review',
        edits: [{ path, edit: { kind: 'remove-item', range } }],
      },
    ];
  if (!isKnown(name, subject, mesh) || isKnown(host.value, subject, mesh)) return undefined;
  return [
    {
      title: `Use ${name} as the host`,
      preferred: true,
      safety: name.includes('*') ? 'review' : 'safe',
      edits: [{ path, edit: { kind: 'replace-scalar', range: host.range, value: name } }],
    },
  ];
}

function isAt(field: Field<string>, range: Range): boolean {
  return field.range.start === range.start;
}

function isKnown(host: string, subject: MeshObject<VirtualService>, mesh: MeshReader): boolean {
  const sent = rulesOf(subject).some(({ destinations }) =>
    destinations.some(({ destination }) => destination?.host?.value === host),
  );
  return sent || mesh.hosting('ServiceEntry', host).length > 0;
}
