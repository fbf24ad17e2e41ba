/** A routed host that no ServiceEntry declares, so that sidecars do not look at the route. */
import { meantVirtualService } from '../calls/meant-way.ts';
import { servicesCovering } from '../trace/registry.ts';
import { wildcardsOver } from '../mesh/hosts.ts';
import type { CallRule } from './rule.ts';
import { straightText } from './shared/bypass.ts';

export const rule: CallRule = {
  code: 'host-not-declared',
  title: 'Host without a ServiceEntry',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['bypass'],
  explain(failure) {
    const { meant, outcome, plane } = failure;
    const route = meant && meantVirtualService(meant);
    if (!route) return undefined;
    const { host, port } = outcome.target;
    const names = [host, ...wildcardsOver(host)];
    if (servicesCovering(plane, host).length > 0) return undefined;
    const { resource, path } = route;
    const written = resource.hosts?.items.find(({ value }) => value !== undefined && names.includes(value));
    return {
      path,
      range: (written ?? resource.hosts ?? resource.name).range,
      cause: `${straightText(failure)}: no ServiceEntry declares the host`,
      explanation: 'Without one, sidecars use routes on port 80 only.',
      remedy: `Add a ServiceEntry with port ${port}.`,
    };
  },
  page: {
    what: 'A VirtualService sends a host to an egress gateway, but no ServiceEntry declares the host, so sidecars do not look at the route.',
    why: 'A sidecar listens only on ports that the registry knows. `tls` and `tcp` rules act only on ports that a ServiceEntry or Service of the host declares; `http` rules act on such ports and on port 80.',
    symptom:
      'Under ALLOW_ANY calls succeed and do not go through the gateway; under REGISTRY_ONLY they are reset or get 502. The gateway, too, has no cluster for the host.',
    remedy: 'Add a ServiceEntry with the host, and with every port that applications call.',
    bad: `# -- egress.yaml
apiVersion: v1
kind: Service
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  ports:
    - {name: https, port: 443, targetPort: 8443}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  template:
    metadata:
      labels:
        istio: egressgateway
    spec:
      containers:
        - name: istio-proxy
          image: auto
# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: www
  namespace: team-a
spec:
  hosts: [www.example.com]
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
        - destination: {host: www.example.com, port: {number: 443}}
# -- .istio-egress.yaml
complete: ["*"]
`,
    good: `# -- egress.yaml
apiVersion: v1
kind: Service
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  ports:
    - {name: https, port: 443, targetPort: 8443}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  template:
    metadata:
      labels:
        istio: egressgateway
    spec:
      containers:
        - name: istio-proxy
          image: auto
# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: www
  namespace: team-a
spec:
  hosts: [www.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
---
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
        - destination: {host: www.example.com, port: {number: 443}}
# -- .istio-egress.yaml
complete: ["*"]
`,
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-control/',
      'https://github.com/istio/istio/issues/30808',
    ],
  },
};
