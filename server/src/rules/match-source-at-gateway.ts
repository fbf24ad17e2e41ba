/** Conditions on the source of calls, in a rule that a gateway follows. */
import type { CallRule } from './rule.ts';
import { titleOfGateway } from './shared/gateway-arrival.ts';
import { diagnosed } from './shared/gateway-diagnosis.ts';
import { matchIn } from './shared/match-in.ts';

export const rule: CallRule = {
  code: 'match-source-at-gateway',
  title: 'Source conditions at a gateway',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-route', 'no-virtual-host'],
  explain(failure) {
    const found = diagnosed(failure, 'match-source');
    if (!found) return undefined;
    const { leg, match } = found.problem;
    const written = matchIn(leg.routes.source, match.range, failure.mesh);
    const source = written?.match.sourceLabels ?? written?.match.sourceNamespace;
    const key = written?.match.sourceLabels ? 'sourceLabels' : 'sourceNamespace';
    const object = written?.object ?? leg.routes.source;
    return {
      path: object.path,
      range: (source ?? match).range,
      cause: `at Gateway \`${titleOfGateway(leg.gateway)}\` the source is the gateway's own pod, which \`${key}\` does not fit`,
      remedy: 'Keep it to the rule for sidecars.',
      fixes:
        written && !object.context
          ? [
              {
                title: `Remove ${key}`,
                preferred: true,
                safety: 'review',
                edits: [{ path: object.path, edit: { kind: 'remove-key', range: written.match.range, key } }],
              },
            ]
          : [],
    };
  },
  page: {
    what: 'A rule that a gateway follows asks for labels or a namespace of the client.',
    why: '`sourceLabels` and `sourceNamespace` are compared with the proxy that has the rule. At a gateway that is the gateway’s own pod, whoever made the call. In an `http` match that names `gateways` they are not looked at.',
    symptom: 'The gateway has no route for the host and answers 404.',
    remedy: 'Write the condition into the rule for the sidecars, in a VirtualService that is bound to `mesh` alone.',
    bad: example('port: 80, sourceNamespace: team-a'),
    good: example('port: 80'),
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest',
      'istio/istio: pilot/pkg/networking/core/route/route.go',
    ],
  },
};

function example(match: string): string {
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
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api-to-gateway
  namespace: team-a
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api-from-gateway
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [istio-system/istio-egressgateway]
  http:
    - match:
        - {${match}}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
}
