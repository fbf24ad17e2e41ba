import { servicesCovering } from '../trace/registry.ts';
import type { CallRule } from './rule.ts';
import { straightText } from './shared/bypass.ts';
import { names } from './shared/message.ts';

export const rule: CallRule = {
  code: 'port-not-declared',
  title: 'Port not declared for the host',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['bypass'],
  explain(failure) {
    const { meant, outcome, plane } = failure;
    if (!meant?.leg) return undefined;
    const { host, port } = outcome.target;
    const services = servicesCovering(plane, host);
    const declared = [...new Set(services.flatMap(({ ports }) => ports.map(({ number }) => number)))];
    if (declared.length === 0 || declared.includes(port)) return undefined;
    const written = meant.leg.matches.map((match) => match.port).find((each) => each?.value === port);
    const [first] = services;
    return {
      path: meant.route.path,
      range: (written ?? meant.leg).range,
      cause: `${straightText(failure)}: the host is declared with ${declared.length === 1 ? 'port' : 'ports'} ${names(declared.map(String))} only`,
      remedy: `Declare port ${port}, or match another.`,
      related: first?.source
        ? [
            {
              path: first.source.path,
              range: first.source.resource.name.range,
              message: `Declares ${declared.join(', ')}.`,
            },
          ]
        : [],
    };
  },
  page: {
    what: 'A rule is for a port that the ServiceEntry of its host does not declare, so no sidecar listens on it.',
    why: 'The port in a match for `mesh` is the port that the application calls. A sidecar has a listener for it only where a ServiceEntry of the host declares that port.',
    symptom: 'Calls to that port do not go through the gateway (ALLOW_ANY), or are refused (REGISTRY_ONLY).',
    remedy: 'Declare the port in the ServiceEntry, or correct `match.port`.',
    bad: `# -- external.yaml
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
          port: 8080
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
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
    - {number: 80, name: http, protocol: HTTP}
    - {number: 8080, name: http-alt, protocol: HTTP}
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
          port: 8080
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/service-entry/#ServicePort'],
  },
};
