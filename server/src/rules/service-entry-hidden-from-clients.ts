/** A ServiceEntry that `exportTo` hides from clients whose calls are routed to an egress gateway. */
import type { ServiceEntry } from '../manifest/types.ts';
import { resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { isVisible, servicesCovering } from '../trace/registry.ts';
import type { CallRule, Failure } from './rule.ts';
import { straightText } from './shared/bypass.ts';
import { exportFixes } from './shared/export-fixes.ts';
import { proxyOf } from './shared/failing-proxy.ts';
import { allNames } from './shared/message.ts';

export const rule: CallRule = {
  code: 'service-entry-hidden-from-clients',
  title: 'ServiceEntry hidden from clients',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['bypass'],
  explain(failure) {
    const { meant, outcome, plane } = failure;
    const proxy = proxyOf(failure);
    if (!meant || !proxy) return undefined;
    const { host, port } = outcome.target;
    const services = servicesCovering(plane, host).filter((each) => each.ports.some(({ number }) => number === port));
    const source = services[0]?.source;
    if (source?.resource.kind !== 'ServiceEntry' || services.some((each) => isVisible(plane, each, proxy.namespace)))
      return undefined;
    const { exportTo, name } = source.resource;
    // The gateway that is to send it on must see it as well.
    const gateways = gatewaysOf(failure).filter((each) =>
      services.every((service) => !isVisible(plane, service, each)),
    );
    const lacking = [...new Set([...outcome.clients, ...gateways])];
    // Whoever is not meant to see the host is not meant to use its route.
    const own = outcome.clients.includes(meant.route.namespace ?? '');
    return {
      path: source.path,
      range: (exportTo ?? name).range,
      severity: own ? 'warning' : 'information',
      cause: `${straightText(failure)}, because this ServiceEntry is not shown to them`,
      remedy: exportTo ? `Add ${allNames(lacking)} to its exportTo.` : `Write an exportTo with ${allNames(lacking)}.`,
      related: [
        {
          path: meant.route.path,
          range: meant.route.resource.name.range,
          message: 'Sends the host to the egress gateway.',
        },
      ],
      fixes: exportFixes(source as MeshObject<ServiceEntry>, lacking),
    };
  },
  page: {
    what: 'A VirtualService sends a host to an egress gateway for clients that cannot see the ServiceEntry of the host.',
    why: 'A sidecar uses `tls` and `tcp` rules, and `http` rules on other ports than 80, only for hosts that it sees. `exportTo` on the ServiceEntry decides who does.',
    symptom: 'Calls from those namespaces go straight out, or are refused under REGISTRY_ONLY.',
    remedy: 'Show the ServiceEntry to everyone who may use the route.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  exportTo: ["."]
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
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  exportTo: [".", "team-a"]
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
    sources: ['https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry'],
  },
};

/** The namespaces of the gateways to which the route sends. */
function gatewaysOf({ meant, mesh }: Failure): readonly string[] {
  const { clusterDomain } = mesh.settings;
  return (meant?.leg?.destinations ?? []).flatMap(({ destination }) => {
    const full = resolveShortHost(destination?.host?.value ?? '', meant?.route.namespace, clusterDomain);
    return (full === undefined ? undefined : serviceOfHost(full, clusterDomain))?.namespace ?? [];
  });
}
