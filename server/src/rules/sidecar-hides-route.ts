import type { RouteObject } from '../mesh/route-rules.ts';
import { isVisible, servicesCovering } from '../trace/registry.ts';
import { importsRoutes, importsService } from '../trace/imports.ts';
import type { CallRule } from './rule.ts';
import { straightText } from './shared/bypass.ts';
import { proxyOf } from './shared/failing-proxy.ts';
import { names } from './shared/message.ts';
import { listenersFor, sidecarImport } from './shared/sidecar-import.ts';

export const rule: CallRule = {
  code: 'sidecar-hides-route',
  title: 'Route not imported by the Sidecar',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['bypass'],
  explain(failure) {
    const { meant, outcome, plane } = failure;
    const proxy = proxyOf(failure);
    if (!meant || proxy?.scope.kind !== 'sidecar' || !proxy.scope.sidecar) return undefined;
    const { host, port } = outcome.target;
    const { scope, namespace } = proxy;
    const declared = servicesCovering(plane, host).find(
      (each) => each.ports.some(({ number }) => number === port) && isVisible(plane, each, namespace),
    );
    const listeners = listenersFor(port, scope.listeners, (each) => each.port?.number);
    const hostMissing =
      declared && !listeners.some(({ imports }) => importsService(imports, declared.hostname, declared.namespace));
    const routeMissing = !listeners.some(({ imports }) => importsRoutes(imports, asRoutes(meant.route, host)));
    const missing = [
      ...(hostMissing ? [`${declared.namespace}/${declared.hostname}`] : []),
      ...(routeMissing || !hostMissing ? [`${meant.route.namespace ?? '.'}/${host}`] : []),
    ];
    const entries = [...new Set(missing)];
    const lacks = !hostMissing ? 'its VirtualService' : routeMissing ? 'host and route' : 'the host';
    const { resource, path } = meant.route;
    return {
      ...sidecarImport(proxy.scope.sidecar, port, entries),
      cause: `${straightText(failure)}, because their Sidecar does not import ${lacks}`,
      remedy: `Import ${names(entries)}.`,
      related: [{ path, range: resource.name.range, message: 'Sends the host to the egress gateway.' }],
    };
  },
  page: {
    what: "A Sidecar resource does not import a host, or its VirtualService, so its clients' calls do not go to the egress gateway.",
    why: 'With a Sidecar, a proxy is given only what `egress[].hosts` lists, VirtualServices among it: an entry must name their namespace and host.',
    symptom:
      'Only namespaces with a Sidecar are concerned: their calls go straight out, or are refused where the Sidecar or the mesh says REGISTRY_ONLY.',
    remedy:
      "Add the ServiceEntry's and the VirtualService's namespace with the host to `egress[].hosts`, and the namespace of the gateway's Service.",
    bad: `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: default
  namespace: team-a
spec:
  egress:
    - hosts: ["./*", "istio-system/*"]
# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: platform
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
    good: `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: default
  namespace: team-a
spec:
  egress:
    - hosts: ["./*", "istio-system/*", "platform/api.example.com"]
# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: platform
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
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/',
      'https://github.com/istio/istio/issues/13319',
    ],
  },
};

function asRoutes(route: RouteObject, host: string) {
  const { resource, namespace = '' } = route;
  if (resource.kind !== 'VirtualService') return { hosts: [host], namespace, semantics: 'gateway-api' as const };
  const hosts = (resource.hosts?.items ?? []).flatMap(({ value }) => value ?? []);
  return { hosts, namespace, semantics: 'istio' as const };
}
