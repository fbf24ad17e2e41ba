/** A Service whose selector finds no pods, or whose target port no pod has. */
import type { Service } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { podsBehind, targetPort } from '../trace/pods.ts';
import { servicesOfHost } from '../trace/registry.ts';
import type { Related } from './finding.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { clusterOf, destinationOf } from './shared/failing-proxy.ts';
import { qualified } from './shared/message.ts';
import { WORKLOAD_KINDS, workloadsIn } from '../mesh/workloads.ts';

export const rule: CallRule = {
  code: 'service-without-pods',
  title: 'No pods behind the Service',
  kind: 'fault',
  severity: 'error',
  covers: ['KIA0701'],
  subject: 'call',
  ends: ['no-endpoints'],
  explain(failure) {
    const cluster = clusterOf(failure);
    const [service] = cluster ? servicesOfHost(failure.plane, cluster.host) : [];
    if (!cluster || service?.source?.resource.kind !== 'Service') return undefined;
    const source = service.source as MeshObject<Service>;
    const title = qualified(source.namespace, source.resource.name.value ?? '');
    const written = destinationOf(failure);
    const place = written
      ? { path: written.source.path, range: (written.destination.host ?? written.destination).range }
      : { path: source.path, range: source.resource.name.range };
    const pods = podsBehind(failure.plane, service);
    if (pods.length === 0) {
      const selector = Object.entries(source.resource.selector?.value ?? {}).map(
        ([label, value]) => `${label}=${value}`,
      );
      if (selector.length === 0)
        return {
          ...place,
          cause: `Service \`${title}\` has no selector, and so no pods`,
          remedy: 'Select the pods, or send elsewhere.',
          related: [at(source, 'selector')],
        };
      const near = nearPods(failure, source);
      return {
        ...place,
        cause: `Service \`${title}\` selects no pods (${selector.slice(0, 2).join(', ')})`,
        remedy: near.length > 0 ? 'Correct its selector, or their labels.' : remedyWithoutPods(failure, source),
        related: [at(source, 'selector'), ...near],
      };
    }
    const unknown = pods.filter((pod) => targetPort(failure.plane, service, cluster.port, pod) === undefined);
    if (unknown.length < pods.length) return undefined;
    return namedPort(source, cluster.port, place);
  },
  page: {
    what: 'Calls go to a Service that no pods are behind: its selector fits none, or it sends to a port by a name that they do not have.',
    why: "An egress gateway is reached through its Service. Where the Service's selector differs from the labels of the gateway's pods, it has no endpoints, however right everything else is. The labels depend on how the gateway was installed: `istio: egressgateway` by Istio's profiles, the release's name by the Helm chart.",
    symptom:
      'HTTP calls get 503 with the response flag UH in the client, TLS and TCP connections are reset. `kubectl get endpoints` of the Service is empty.',
    remedy: "Make the Service's selector a part of the labels of the gateway's pods.",
    bad: `# -- egress.yaml
apiVersion: v1
kind: Service
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egress
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
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
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
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
# -- .istio-egress.yaml
complete: ["*"]
`,
    sources: [
      'https://istio.io/latest/docs/setup/additional-setup/gateway/',
      'https://github.com/istio/istio/issues/45854',
    ],
  },
};

function at({ path, resource }: MeshObject<Service>, what: 'selector'): Related {
  return { path, range: (resource[what] ?? resource.name).range, message: 'The Service selects these pods.' };
}

/** Workloads of the same namespace that have a label of the selector, with another value for another, or the name of the Service. */
function nearPods({ mesh }: Failure, { resource, namespace }: MeshObject<Service>): readonly Related[] {
  const pairs = Object.entries(resource.selector?.value ?? {});
  const labelled = pairs.flatMap(([label, value]) =>
    WORKLOAD_KINDS.flatMap((kind) => mesh.labelled(kind, label, value)),
  );
  const named = WORKLOAD_KINDS.flatMap((kind) => mesh.named(kind, namespace, resource.name.value ?? ''));
  return [...new Set([...labelled, ...named])]
    .filter((each) => each.namespace === namespace)
    .slice(0, 2)
    .map((each) => ({
      path: each.path,
      range: (each.resource.podLabels ?? each.resource.name).range,
      message: 'These pods have other labels.',
    }));
}

function remedyWithoutPods({ mesh }: Failure, { namespace }: MeshObject<Service>): string {
  return workloadsIn(mesh, namespace).length === 0
    ? 'Install what it selects.'
    : 'Correct its selector, or install what it selects.';
}

function namedPort(
  source: MeshObject<Service>,
  port: number,
  place: Pick<CallReport, 'path' | 'range'>,
): CallReport | undefined {
  const found = source.resource.ports?.items.find((each) => each.port?.value === port);
  const target = found?.targetPort;
  if (typeof target?.value !== 'string') return undefined;
  return {
    ...place,
    cause: `port ${port} of Service \`${qualified(source.namespace, source.resource.name.value ?? '')}\` leads to a container port named \`${target.value}\`, which its pods do not have`,
    remedy: 'Name a port that they have, or write its number.',
    related: [{ path: source.path, range: target.range, message: 'No container port has this name.' }],
  };
}
