/** A ServiceEntry that names no address to send to. */
import type { Field } from '../manifest/types.ts';
import { isWildcard } from '../mesh/hosts.ts';
import { servicesOfHost } from '../trace/registry.ts';
import type { CallRule } from './rule.ts';
import { clusterOf, destinationOf } from './shared/failing-proxy.ts';

export const rule: CallRule = {
  code: 'service-entry-without-endpoints',
  title: 'ServiceEntry without endpoints',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-endpoints', 'no-cluster'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const [service] = cluster ? servicesOfHost(failure.plane, cluster.host) : [];
    const source = service?.source;
    if (cluster?.subset !== '' || source?.resource.kind !== 'ServiceEntry') return undefined;
    if (!service?.ports.some(({ number }) => number === cluster.port)) return undefined;
    const { resolution, endpoints, workloadSelector, name, addresses, hosts } = source.resource;
    const written = destinationOf(failure);
    const related = written
      ? [
          {
            path: written.source.path,
            range: (written.destination.host ?? written.destination).range,
            message: 'Sends there.',
          },
        ]
      : [];
    const place = { path: source.path, related };
    const title = name.value ?? '';
    if (workloadSelector)
      return {
        ...place,
        range: workloadSelector.range,
        cause: `ServiceEntry \`${title}\` selects no workload that is here`,
        remedy: 'Correct its selector, or add a WorkloadEntry with these labels.',
      };
    const names = (endpoints?.items ?? []).flatMap(({ address }) => (address?.value === undefined ? [] : [address]));
    const [first] = names;
    if (resolution?.value === 'STATIC' && first)
      return {
        ...place,
        range: first.range,
        cause: `ServiceEntry \`${title}\` has resolution STATIC, which takes IP addresses, and \`${first.value ?? ''}\` is a name`,
        remedy: 'Use resolution DNS, or write the address.',
        fixes: source.context
          ? []
          : [
              {
                title: 'Use resolution DNS',
                preferred: true,
                safety: 'safe',
                edits: [{ path: source.path, edit: { kind: 'replace-scalar', range: resolution.range, value: 'DNS' } }],
              },
            ],
      };
    if (service.resolution !== 'balanced') return undefined;
    // What is looked up is one name, and at single addresses.
    const takesDns = !hosts?.items.some(isWildcardOrUnknown) && !addresses?.items.some(isBlockOrUnknown);
    return {
      ...place,
      range: (resolution ?? name).range,
      cause: `ServiceEntry \`${title}\` has resolution STATIC and lists no endpoints`,
      remedy: takesDns ? 'List its endpoints, or use resolution DNS.' : 'List its endpoints.',
      fixes:
        resolution && takesDns && !source.context
          ? [
              {
                title: 'Use resolution DNS',
                preferred: true,
                safety: 'safe',
                edits: [{ path: source.path, edit: { kind: 'replace-scalar', range: resolution.range, value: 'DNS' } }],
              },
            ]
          : [],
    };
  },
  page: {
    what: 'Calls go to a ServiceEntry that tells no address: no endpoints, none that its selector finds, or names where addresses are needed.',
    why: 'With `resolution: STATIC` the endpoints are what is written, and they must be IP addresses. With `workloadSelector` they are the WorkloadEntries and pods of the same namespace with these labels.',
    symptom: 'HTTP calls get 503 with the response flag UH, TLS and TCP connections are reset.',
    remedy: 'Use `resolution: DNS` for hosts that DNS knows; list the addresses under `endpoints` for others.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: STATIC
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      tls: {mode: PASSTHROUGH}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  tls:
    - match:
        - gateways: [mesh]
          sniHosts: [api.example.com]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match:
        - gateways: [istio-system/egress]
          sniHosts: [api.example.com]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      tls: {mode: PASSTHROUGH}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-system/egress]
  tls:
    - match:
        - gateways: [mesh]
          sniHosts: [api.example.com]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match:
        - gateways: [istio-system/egress]
          sniHosts: [api.example.com]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution'],
  },
};

function isWildcardOrUnknown({ value }: Field<string>): boolean {
  return value === undefined || isWildcard(value);
}

function isBlockOrUnknown({ value }: Field<string>): boolean {
  return value?.includes('/') ?? true;
}
