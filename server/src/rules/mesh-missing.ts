/** A VirtualService that sends to an egress gateway and is not bound to `mesh`, so that no sidecar uses it. */
import { meantVirtualService } from '../calls/meant-way.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { boundGateways } from '../mesh/virtual-service-rules.ts';
import type { CallRule } from './rule.ts';
import { straightText } from './shared/bypass.ts';

export const rule: CallRule = {
  code: 'mesh-missing',
  title: 'Not bound to mesh',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  turn: 'first',
  ends: ['bypass'],
  explain(failure) {
    const { meant } = failure;
    const route = meant && meantVirtualService(meant);
    if (!route || boundGateways(route).has(MESH_GATEWAY)) return undefined;
    const { resource, path, context } = route;
    const gateways = resource.gateways;
    if (!gateways || !meant.leg) return undefined;
    return {
      path,
      range: gateways.range,
      cause: `${straightText(failure)}, because \`gateways\` lacks \`mesh\``,
      remedy: 'Add `mesh`.',
      related: [{ path, range: meant.leg.range, message: 'No sidecar sees this rule.' }],
      fixes: context
        ? []
        : [
            {
              title: 'Add mesh to gateways',
              preferred: true,
              safety: 'safe',
              edits: [{ path, edit: { kind: 'append-item', range: gateways.range, value: MESH_GATEWAY } }],
            },
          ],
    };
  },
  page: {
    what: 'A VirtualService has a rule that sends to an egress gateway, but is not bound to `mesh`, so no sidecar uses it.',
    why: 'Sidecars look only at VirtualServices whose `gateways` name `mesh`, or that have no `gateways` at all. As soon as a gateway is listed, `mesh` must be listed too.',
    symptom:
      'Calls succeed and do not go through the egress gateway: its access log stays empty. Under REGISTRY_ONLY, with nothing else that declares the host, they get 502.',
    remedy: 'Add `mesh` to `gateways`.',
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
    - port: {number: 443, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [istio-system/egress]
  http:
    - match:
        - port: 80
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match:
        - port: 443
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
    - port: {number: 443, name: http, protocol: HTTP}
      hosts: [api.example.com]
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [istio-system/egress, mesh]
  http:
    - match:
        - port: 80
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 443}}
    - match:
        - port: 443
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService',
      'https://github.com/istio/istio/issues/36745',
    ],
  },
};
