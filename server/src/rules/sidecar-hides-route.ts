/** A route to an egress gateway that a Sidecar resource keeps from its clients. */
import { wildcardsOver } from '../mesh/hosts.ts';
import { isVisible, servicesOfHost } from '../trace/registry.ts';
import { importsService } from '../trace/imports.ts';
import type { CallRule } from './rule.ts';
import { straightText } from './shared/bypass.ts';
import { proxyOf } from './shared/failing-proxy.ts';
import { sidecarImport } from './shared/sidecar-import.ts';

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
    const declared = [host, ...wildcardsOver(host)]
      .flatMap((each) => servicesOfHost(plane, each))
      .find((each) => each.ports.some(({ number }) => number === port) && isVisible(plane, each, namespace));
    const isImported =
      !declared ||
      scope.listeners.some(({ imports }) => importsService(imports, declared.hostname, declared.namespace));
    const missing = isImported ? { namespace: meant.route.namespace ?? '.', hostname: host } : declared;
    const { resource, path } = meant.route;
    return {
      ...sidecarImport(proxy.scope.sidecar, missing),
      cause: `${straightText(failure)}, because their Sidecar does not import ${isImported ? 'its VirtualService' : 'the host'}`,
      remedy: `Import \`${missing.namespace}/${missing.hostname}\`.`,
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
