/** A `match.port` of a gateway's rule that is not the port of the server. */
import type { CallRule } from './rule.ts';
import { titleOfGateway } from './shared/gateway-arrival.ts';
import { diagnosed } from './shared/gateway-diagnosis.ts';
import { serverRelated } from './shared/gateway-place.ts';
import { matchIn } from './shared/match-in.ts';

export const rule: CallRule = {
  code: 'match-port-mismatch',
  title: 'match.port is not the port of the server',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-listener', 'no-route', 'no-virtual-host', 'no-filter-chain'],
  explain(failure) {
    const found = diagnosed(failure, 'match-port');
    if (!found) return undefined;
    const { leg, match, server } = found.problem;
    const written = matchIn(leg.routes.source, match.range, failure.mesh);
    const port = written?.match.port;
    const object = written?.object ?? leg.routes.source;
    const { path } = object;
    return {
      path,
      range: (port ?? match).range,
      cause: `port ${match.port} is not the port of the server, ${server.number}, which is what a gateway compares \`match.port\` with`,
      remedy: `Use ${server.number}.`,
      related: serverRelated(server, `The server of Gateway ${titleOfGateway(server.gateway)} that calls come to.`),
      fixes:
        port && !object.context
          ? [
              {
                title: `Use port ${server.number}`,
                preferred: true,
                safety: 'safe',
                edits: [{ path, edit: { kind: 'replace-scalar', range: port.range, value: server.number } }],
              },
            ]
          : [],
    };
  },
  page: {
    what: 'A rule for a gateway matches on a port that is not the port of the server.',
    why: 'On a gateway `match.port` is compared with `servers[].port.number` of the Gateway: not with the port of the pod (8080, 8443), and not with the port that the application dials. On a sidecar it is the port that the application dials.',
    symptom:
      'The gateway has no route: 404 (HTTP); for TLS and TCP it does not even listen, and connections are refused.',
    remedy: 'Write the number of the server, or leave `port` out.',
    bad: example(8080),
    good: example(80),
    sources: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest'],
  },
};

function example(port: number): string {
  return `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: istio-egressgateway
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: istio-system
spec:
  hosts: [api.example.com]
  gateways: [mesh, istio-egressgateway]
  http:
    - match:
        - {gateways: [mesh], port: 80}
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - {gateways: [istio-egressgateway], port: ${port}}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
}
