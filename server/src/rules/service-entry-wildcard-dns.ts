/** A wildcard host that is to be looked up. */
import type { ServiceEntry } from '../manifest/types.ts';
import { hostCoveredBy, isWildcard } from '../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { backendKind } from '../mesh/route-references.ts';
import { rulesOnce } from '../mesh/virtual-service-rules.ts';
import type { Range } from '../yaml/nodes.ts';
import type { Fix } from './finding.ts';
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'service-entry-wildcard-dns',
  title: 'Wildcard host with DNS',
  covers: ['IST0106'],
  fixes: ({ range }, subject, mesh) => (isServiceEntry(subject) ? nameHosts(range, subject, mesh) : undefined),
  page: {
    what: 'A ServiceEntry with a wildcard host and `resolution: DNS` has no endpoints: there is no name to look up.',
    why: 'With DNS the proxy looks up the host itself, unless `endpoints` name what to look up. A wildcard is no name. With NONE the call goes to the address that the client dialled; with DYNAMIC_DNS each request is looked up by its own name.',
    symptom:
      '`kubectl apply` fails with `hosts must be FQDN or contain only prefix wildcards if no endpoints are provided for resolution mode DNS`.',
    remedy:
      'Use `resolution: NONE` where sidecars alone call; name the hosts where an egress gateway sends on, because it knows no address that a client dialled; or use `DYNAMIC_DNS`.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: ["*.example.com"]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: ["*.example.com"]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: NONE
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution',
      'https://istio.io/latest/docs/tasks/traffic-management/egress/wildcard-egress-hosts/',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});

function isServiceEntry(subject: MeshObject): subject is MeshObject<ServiceEntry> {
  return subject.resource.kind === 'ServiceEntry';
}

/** What routes send to must be declared by its own name, whatever the resolution is. */
function nameHosts(
  range: Range,
  { resource, path }: MeshObject<ServiceEntry>,
  mesh: MeshReader,
): readonly Fix[] | undefined {
  const { hosts } = resource;
  const wildcard = hosts?.items.find((each) => each.range.start === range.start)?.value;
  if (!hosts || wildcard === undefined) return undefined;
  const sent = sentUnder(wildcard, mesh);
  const [first, ...others] = sent.filter((each) => !hosts.items.some(({ value }) => value === each));
  if (first === undefined) return undefined;
  return [
    {
      title: `Name the ${others.length === 0 ? 'host' : 'hosts'}: ${[first, ...others].join(', ')}`,
      preferred: false,
      safety: 'review',
      edits: [
        { path, edit: { kind: 'replace-scalar', range, value: first } },
        ...others.map((value) => ({ path, edit: { kind: 'append-item', range: hosts.range, value } as const })),
      ],
    },
  ];
}

/** The names below a wildcard that routes send to, sorted. */
function sentUnder(wildcard: string, mesh: MeshReader): readonly string[] {
  const routes = mesh.overlapping('VirtualService', wildcard);
  const api = [...mesh.overlapping('HTTPRoute', wildcard), ...mesh.overlapping('TLSRoute', wildcard)];
  const sent = [
    ...routes
      .flatMap((each) => rulesOnce(mesh, each))
      .flatMap(({ destinations }) => destinations.flatMap(({ destination }) => destination?.host?.value ?? [])),
    ...api
      .flatMap(({ resource }) => resource.rules?.items ?? [])
      .flatMap(({ backendRefs }) => backendRefs?.items ?? [])
      .flatMap((each) => (backendKind(each) === 'Hostname' ? (each.name?.value ?? []) : [])),
  ];
  return [...new Set(sent)].filter((each) => !isWildcard(each) && hostCoveredBy(each, wildcard)).sort();
}
