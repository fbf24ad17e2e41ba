/** A gateway that is to send to a ServiceEntry without resolution. */
import { isWildcard } from '../mesh/hosts.ts';
import { servicesOfHost } from '../trace/registry.ts';
import type { Range } from '../yaml/nodes.ts';
import type { Fix } from './finding.ts';
import type { CallRule } from './rule.ts';
import { clusterOf, destinationOf, proxyOf } from './shared/failing-proxy.ts';

export const rule: CallRule = {
  code: 'resolution-none-at-gateway',
  title: 'Resolution NONE behind a gateway',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-endpoints'],
  explain(failure) {
    const cluster = clusterOf(failure);
    if (!cluster || proxyOf(failure)?.scope.kind !== 'gateway') return undefined;
    const [declared] = servicesOfHost(failure.plane, cluster.host);
    const source = declared?.source;
    if (declared?.resolution !== 'passthrough' || source?.resource.kind !== 'ServiceEntry') return undefined;
    const { resolution, name, specRange } = source.resource;
    const written = destinationOf(failure);
    const wildcard = isWildcard(cluster.host);
    const related = written
      ? [
          {
            path: written.source.path,
            range: (written.destination.host ?? written.destination).range,
            message: 'The gateway sends there.',
          },
        ]
      : [];
    return {
      path: source.path,
      range: (resolution ?? name).range,
      cause: `ServiceEntry \`${name.value ?? ''}\` has resolution NONE${resolution ? '' : ' (none is written)'}, so a gateway knows no address of ${cluster.host}`,
      explanation: 'NONE means where the client dialled, and a gateway is dialled itself.',
      remedy: wildcard ? 'Send to one host that serves all, with resolution DNS.' : 'Use `DNS`.',
      related,
      fixes: wildcard || source.context ? [] : useDns(source.path, resolution?.range, specRange),
    };
  },
  page: {
    what: 'A gateway is to send to a ServiceEntry with `resolution: NONE`, which tells it no address.',
    why: 'With NONE a proxy forwards to the address that the client dialled. A sidecar sees that address. A gateway is dialled itself, so it would have to send to itself; Istio gives it a cluster without endpoints instead. NONE is also what counts where `resolution` is left out.',
    symptom:
      'Calls reach the egress gateway and get 503 with the response flag UH there; TLS and TCP connections are reset.',
    remedy:
      'Use `resolution: DNS`. For wildcard hosts, route to one server that serves all names, or use `DYNAMIC_DNS` where the version of Istio has it.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: NONE
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
          port: 443
          sniHosts: [api.example.com]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match:
        - gateways: [istio-system/egress]
          port: 443
          sniHosts: [api.example.com]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
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
          port: 443
          sniHosts: [api.example.com]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match:
        - gateways: [istio-system/egress]
          port: 443
          sniHosts: [api.example.com]
      route:
        - destination: {host: api.example.com, port: {number: 443}}
`,
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/',
      'https://github.com/istio/istio/issues/50075',
    ],
  },
};

function useDns(path: string, written: Range | undefined, spec: Range | undefined): readonly Fix[] {
  const title = 'Use resolution DNS';
  if (written)
    return [
      {
        title,
        preferred: true,
        safety: 'safe',
        edits: [{ path, edit: { kind: 'replace-scalar', range: written, value: 'DNS' } }],
      },
    ];
  if (!spec) return [];
  return [
    {
      title,
      preferred: true,
      safety: 'safe',
      edits: [{ path, edit: { kind: 'set-key', range: spec, key: 'resolution', value: 'DNS' } }],
    },
  ];
}
