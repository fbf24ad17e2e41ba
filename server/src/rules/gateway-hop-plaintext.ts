/** The way from the sidecar to the egress gateway without TLS. */
import type { GatewayServer } from '../manifest/types.ts';
import { isEgressRoute } from '../mesh/egress-routes.ts';
import { gatewayKey, resolveGatewayName } from '../mesh/gateway-names.ts';
import { isHttp, parseProtocol } from '../mesh/protocol.ts';
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';

export const rule: MeshRule<'Gateway'> = {
  code: 'gateway-hop-plaintext',
  title: 'Plain HTTP to the egress gateway',
  kind: 'advice',
  severity: 'hint',
  covers: [],
  subject: 'Gateway',
  *check(subject, mesh) {
    const { name, servers } = subject.resource;
    if (name.value === undefined) return;
    const key = gatewayKey(resolveGatewayName(name.value, subject.namespace));
    if (!mesh.boundTo(key).some((each) => isEgressRoute(each, mesh.settings.clusterDomain))) return;
    for (const { port } of (servers?.items ?? []).filter(isPlain)) {
      yield {
        range: port?.protocol?.range ?? name.range,
        message: message(
          `Sidecars send to port ${port?.number?.value} of this gateway in plain: automatic mutual TLS does not cover an egress gateway.`,
          '',
          'Use HTTPS with ISTIO_MUTUAL, and a DestinationRule that sends it.',
        ),
      };
    }
  },
  page: {
    what: 'A Gateway through which calls leave the mesh has a plain HTTP server.',
    why: 'Sidecars use mutual TLS by themselves only toward pods that say they take it. Pods of a gateway do not. The calls from the pods to the gateway are therefore readable in the network, and the gateway does not know who calls: an AuthorizationPolicy by principal matches nobody.',
    symptom: 'Captured packets show plain HTTP; the principal in policies and logs of the gateway is empty.',
    remedy:
      'Give the server `protocol: HTTPS` and `tls: {mode: ISTIO_MUTUAL}`, and its Service a DestinationRule with a subset that has `tls: {mode: ISTIO_MUTUAL, sni: HOST}`.',
    bad: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: istio-system}
spec:
  hosts: [api.example.com]
  gateways: [egress]
  http:
    - route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    good: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-system}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [api.example.com]
      tls: {mode: ISTIO_MUTUAL}
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: istio-system}
spec:
  hosts: [api.example.com]
  gateways: [egress]
  http:
    - route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway-tls-origination/',
      'https://github.com/istio/istio/issues/48955',
    ],
  },
};

function isPlain({ port }: GatewayServer): boolean {
  return port?.protocol?.value !== undefined && isHttp(parseProtocol(port.protocol.value));
}
