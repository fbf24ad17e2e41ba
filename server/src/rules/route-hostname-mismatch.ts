/** Hostnames of a TLSRoute for sidecars that are none of its ServiceEntry's. */
import type { K8sRoute, ServiceEntry } from '../manifest/types.ts';
import { hostsOverlap } from '../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { parentOf } from '../mesh/route-references.ts';
import type { Fix } from './finding.ts';
import type { ApiRouteRule } from './rule.ts';
import { isUnsure, onlyFix } from './shared/api-route.ts';
import { message, names, qualified } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: ApiRouteRule = {
  code: 'route-hostname-mismatch',
  title: 'Hostnames of a route are not its parent’s',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'api-route',
  accountsFor: ['bypass', 'no-filter-chain'],
  *check(subject, mesh) {
    const { kind, hostnames } = subject.resource;
    const written = hostnames?.items ?? [];
    // Without hostnames those of the parent are taken, and of several none that fit, any. An HTTPRoute for sidecars goes by its parent alone.
    if (kind !== 'TLSRoute' || !hostnames || written.length !== 1) return;
    const entries = parentsOf(subject, mesh);
    if (!entries || entries.length === 0) return;
    const declared = entries.flatMap(({ resource }) => (resource.hosts?.items ?? []).map(({ value }) => value));
    const known = declared.flatMap((each) => each ?? []);
    const asked = written.flatMap(({ value }) => value ?? []);
    if (known.length < declared.length || asked.length < written.length) return;
    if (asked.some((each) => known.some((host) => hostsOverlap(each, host)))) return;
    const [first] = written;
    const [entry] = entries;
    // Where other routes have the same name as this one, the ServiceEntry is the one that differs.
    const isEntryOdd = isListed(asked, subject, mesh) && !isListed(known, subject, mesh);
    yield {
      range: (first ?? hostnames).range,
      severity: sure(mesh, 'warning'),
      message: message(
        `Not used by sidecars for ${names(known)}: the route takes calls for ${names(asked)}, which its ServiceEntry does not declare.`,
        '',
        isEntryOdd ? 'Declare that one, as other routes send it on.' : 'List the hosts of the ServiceEntry.',
      ),
      related: (entry?.resource.hosts?.items ?? []).map(({ range }) => ({
        path: entry?.path ?? subject.path,
        range,
        message: 'What the ServiceEntry declares.',
      })),
      fixes: isEntryOdd && entry ? declareHost(entry, asked) : useHost(subject, known),
    };
  },
  page: {
    what: 'A TLSRoute whose parent is a ServiceEntry lists a hostname that the ServiceEntry does not declare.',
    why: 'Sidecars know a TLS connection by its server name. A TLSRoute for sidecars acts on the port of its ServiceEntry for those server names that it lists itself; where that is another, no call to the host of the ServiceEntry meets it.',
    symptom: 'Calls go straight out, or are refused under REGISTRY_ONLY; the log of the egress gateway stays empty.',
    remedy: 'List the hosts of the ServiceEntry under `hostnames`.',
    bad: example('www.example.com'),
    good: example('api.example.com'),
    sources: [
      'https://gateway-api.sigs.k8s.io/reference/spec/#tlsroutespec',
      'istio/istio: pilot/pkg/config/kube/gateway/conversion.go',
    ],
  },
};

/** The ServiceEntries that are parents; undefined where a parent is something else, or one is not known well enough. */
function parentsOf(
  { resource, namespace }: MeshObject<K8sRoute>,
  mesh: MeshReader,
): readonly MeshObject<ServiceEntry>[] | undefined {
  const result: MeshObject<ServiceEntry>[] = [];
  for (const reference of resource.parentRefs?.items ?? []) {
    const parent = parentOf(reference, namespace);
    if (parent?.kind !== 'ServiceEntry') return undefined;
    const found = mesh.named('ServiceEntry', parent.namespace, parent.name);
    const [only] = found;
    if (!only || found.length > 1 || isUnsure(only, mesh)) return undefined;
    result.push(only);
  }
  return result;
}

/** Whether another route of Gateway API lists one of these names. */
function isListed(hosts: readonly string[], subject: MeshObject<K8sRoute>, mesh: MeshReader): boolean {
  return hosts.some((host) => mesh.hosting('TLSRoute', host).some((each) => each !== subject));
}

function declareHost(entry: MeshObject<ServiceEntry>, hosts: readonly string[]): readonly Fix[] {
  const [only, another] = entry.resource.hosts?.items ?? [];
  const [host] = hosts;
  if (!only || another || host === undefined || entry.context) return [];
  return [
    {
      title: `Declare ${host} (ServiceEntry ${qualified(entry.namespace, entry.resource.name.value ?? '')})`,
      preferred: true,
      safety: 'review',
      edits: [{ path: entry.path, edit: { kind: 'replace-scalar', range: only.range, value: host } }],
    },
  ];
}

function useHost(subject: MeshObject<K8sRoute>, hosts: readonly string[]): readonly Fix[] {
  const [host, another] = hosts;
  const [hostname] = subject.resource.hostnames?.items ?? [];
  if (host === undefined || another !== undefined || !hostname) return [];
  return onlyFix(subject, `Use ${host}`, [
    { path: subject.path, edit: { kind: 'replace-scalar', range: hostname.range, value: host } },
  ]);
}

function example(hostname: string): string {
  return `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: external}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
# -- gateway.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: egress, namespace: egress}
spec:
  gatewayClassName: istio
  listeners:
    - {name: tls, port: 443, protocol: TLS, tls: {mode: Passthrough}}
# -- routes.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: to-gateway, namespace: external}
spec:
  parentRefs:
    - {group: networking.istio.io, kind: ServiceEntry, name: api}
  hostnames: [${hostname}]
  rules:
    - backendRefs:
        - {name: egress-istio, namespace: egress, port: 443}
---
apiVersion: gateway.networking.k8s.io/v1
kind: TLSRoute
metadata: {name: from-gateway, namespace: egress}
spec:
  parentRefs:
    - name: egress
  hostnames: [api.example.com]
  rules:
    - backendRefs:
        - {group: networking.istio.io, kind: Hostname, name: api.example.com, port: 443}
`;
}
