/** A subset whose labels no endpoint has. */
import { destinationRuleFor } from '../trace/destination-rules.ts';
import { portEndpoints } from '../trace/endpoints.ts';
import { portOf } from '../trace/model.ts';
import { serviceInScope } from '../trace/scope-services.ts';
import type { CallRule } from './rule.ts';
import { clusterOf, destinationOf, hostText, proxyOf } from './shared/failing-proxy.ts';

export const rule: CallRule = {
  code: 'subset-without-endpoints',
  title: 'Subset without endpoints',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0173', 'KIA0203'],
  subject: 'call',
  turn: 'first',
  ends: ['no-endpoints', 'no-cluster'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const proxy = proxyOf(failure);
    if (!cluster || cluster.subset === '' || !proxy) return undefined;
    const service = serviceInScope(failure.plane, proxy.scope, cluster.host);
    const port = service && portOf(service, cluster.port);
    if (!port) return undefined;
    const used = destinationRuleFor(failure.plane, service, proxy);
    const subset = used?.subsets.find((each) => each.name?.value === cluster.subset);
    const labels = subset?.labels;
    if (!labels?.value || portEndpoints(failure.plane, service, port, undefined).length === 0) return undefined;
    const owner = used?.from.find(({ resource }) => resource.subsets?.items.includes(subset as never));
    const written = destinationOf(failure);
    const pairs = Object.entries(labels.value).map(([label, value]) => `${label}=${value}`);
    return {
      ...(owner ? { path: owner.path } : {}),
      range: labels.range,
      cause: `no endpoint of ${hostText(cluster.host, failure.mesh.settings.clusterDomain)} has the labels of subset \`${cluster.subset}\` (${pairs.slice(0, 2).join(', ')})`,
      remedy: 'Drop the labels, or correct them.',
      related: written?.destination.subset
        ? [{ path: written.source.path, range: written.destination.subset.range, message: 'Sends to the subset.' }]
        : [],
      fixes:
        owner && !owner.context && subset
          ? [
              {
                title: `Drop the labels of subset ${cluster.subset}`,
                preferred: false,
                safety: 'review',
                edits: [{ path: owner.path, edit: { kind: 'remove-key', range: subset.range, key: 'labels' } }],
              },
            ]
          : [],
    };
  },
  page: {
    what: 'A route sends to a subset whose labels no endpoint has.',
    why: 'The labels of a subset pick among the pods behind the Service (or the endpoints of a ServiceEntry). Towards an egress gateway a subset is used only to carry TLS settings for one host: it needs no labels, and the labels of the external service are nothing that a gateway pod has.',
    symptom: 'HTTP calls get 503 with the response flag UH, TLS and TCP connections are reset.',
    remedy: 'Drop the labels, or use those that the pods have.',
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
    - {name: http2, port: 80, targetPort: 8080}
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
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
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
    - port: {number: 80, name: http, protocol: HTTP}
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
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, subset: api, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
# -- subset.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egress-for-api
  namespace: istio-system
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api
      labels: {app: api}
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
    - {name: http2, port: 80, targetPort: 8080}
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
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
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
    - port: {number: 80, name: http, protocol: HTTP}
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
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, subset: api, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
# -- subset.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: egress-for-api
  namespace: istio-system
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: api
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/destination-rule/#Subset'],
  },
};
