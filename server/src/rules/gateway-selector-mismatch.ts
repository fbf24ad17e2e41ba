/** A Gateway that selects other pods than those that calls are sent to. */
import type { Fix, FixEdit } from './finding.ts';
import type { CallRule } from './rule.ts';
import { type Arrival, type GatewayLeg, titleOfGateway } from './shared/gateway-arrival.ts';
import { diagnosed } from './shared/gateway-diagnosis.ts';
import { senderRelated, shortService } from './shared/gateway-place.ts';

export const rule: CallRule = {
  code: 'gateway-selector-mismatch',
  title: 'Gateway selects other pods',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0101', 'KIA0302'],
  subject: 'call',
  ends: ['no-listener', 'no-route', 'no-virtual-host', 'no-filter-chain', 'tls-error', 'mtls-error', 'protocol-error'],
  explain(failure) {
    const found = diagnosed(failure, 'selector');
    if (!found) return undefined;
    const { arrival, problem } = found;
    const { gateway } = problem.leg;
    const { selector, name } = gateway.resource;
    const lacking = lackingLabels(problem.leg, arrival);
    const service = shortService(arrival.to.host, failure);
    return {
      path: gateway.path,
      range: (selector ?? name).range,
      cause: `Gateway \`${titleOfGateway(gateway)}\` selects ${lacking.map(([key, value]) => `\`${key}: ${value}\``).join(', ')}, which the pods of ${service} lack`,
      remedy: 'Select their labels.',
      related: senderRelated(arrival),
      fixes: gateway.context ? [] : correct(problem.leg, arrival),
    };
  },
  page: {
    what: 'The Gateway of a route selects other pods than those that the mesh leg sends calls to.',
    why: 'A Gateway opens its ports on the pods that carry all labels of its selector. Which pods calls come to is decided by the selector of the Service that the mesh leg names. Labels differ by installer: `istio: egressgateway` for the egress gateway of istioctl, the name of the release (without a leading `istio-`) for the Helm chart.',
    symptom: 'The gateway has no listener for the port: connections are refused, 503 UF in the sidecars.',
    remedy:
      'Give the Gateway the labels of the pods of that Service, or send the mesh leg to the Service whose pods it selects.',
    bad: example('istio: egressgateway'),
    good: example('istio: egress-gw'),
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway',
      'https://istio.io/latest/docs/reference/config/analysis/ist0101/',
    ],
  },
};

/** Pairs of the selector that the pods do not have. */
function lackingLabels({ gateway }: GatewayLeg, { pod }: Arrival): readonly (readonly [string, string])[] {
  return Object.entries(gateway.resource.selector?.value ?? {}).filter(([key, value]) => pod.labels[key] !== value);
}

function correct(leg: GatewayLeg, arrival: Arrival): readonly Fix[] {
  const { resource, path } = leg.gateway;
  const { selector } = resource;
  if (!selector?.value) return [];
  const lacking = lackingLabels(leg, arrival);
  const { range } = selector;
  const edits = lacking.map(([key]): FixEdit => {
    const value = arrival.pod.labels[key];
    const edit = value === undefined ? { kind: 'remove-key', range, key } : { kind: 'set-key', range, key, value };
    return { path, edit: edit as FixEdit['edit'] };
  });
  const kept = Object.keys(selector.value).some((key) => arrival.pod.labels[key] !== undefined);
  if (!kept) return [];
  return [
    {
      title: `Select the pods of ${arrival.pod.namespace}/${arrival.pod.name}`,
      preferred: true,
      safety: 'review',
      edits,
    },
  ];
}

function example(label: string): string {
  return `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-egress
spec:
  selector:
    ${label}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: istio-egress
spec:
  hosts: [api.example.com]
  gateways: [mesh, egress]
  http:
    - match:
        - {gateways: [mesh], port: 80}
      route:
        - destination: {host: egress-gw.istio-egress.svc.cluster.local, port: {number: 80}}
    - match:
        - {gateways: [egress], port: 80}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
# -- service.yaml
apiVersion: v1
kind: Service
metadata:
  name: egress-gw
  namespace: istio-egress
spec:
  selector:
    istio: egress-gw
  ports:
    - {name: http, port: 80}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: egress-gw
  namespace: istio-egress
spec:
  selector:
    matchLabels: {istio: egress-gw}
  template:
    metadata:
      labels: {istio: egress-gw}
      annotations: {inject.istio.io/templates: gateway}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-egress
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
`;
}
