/** A host that an egress gateway would send on, while nothing makes sidecars send it there. */
import { meantVirtualService } from '../calls/meant-way.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { isApiRoute, type RouteObject } from '../mesh/route-rules.ts';
import { boundGateways } from '../mesh/virtual-service-rules.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { meshLegFor } from './shared/api-legs.ts';
import { straightText } from './shared/bypass.ts';

export const rule: CallRule = {
  code: 'mesh-leg-missing',
  title: 'No mesh leg',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  ends: ['bypass'],
  explain(failure) {
    const { meant } = failure;
    if (!meant) return undefined;
    const route = meantVirtualService(meant);
    if (!route) return meant.leg ? undefined : ofApiRoute(failure, meant.route);
    const { resource, path } = route;
    if (!meant.leg)
      return {
        path,
        range: (resource.gateways ?? resource.name).range,
        cause: `${straightText(failure)}, because no VirtualService for \`mesh\` sends them to the gateway`,
        remedy: 'Add a rule for `mesh`.',
      };
    if (!boundGateways(route).has(MESH_GATEWAY) || meant.leg.gateways.has(MESH_GATEWAY)) return undefined;
    const named = meant.leg.matches.flatMap((match) => (match.gateways ? [match.gateways] : []));
    const [only] = named;
    return {
      path,
      range: (only ?? meant.leg).range,
      cause: `${straightText(failure)}, because the rule that sends to the gateway does not act for \`mesh\``,
      remedy: 'Write `gateways: [mesh]` in its match.',
    };
  },
  page: {
    what: 'An egress gateway has a rule that sends a host on, but no rule makes sidecars send the host to the gateway.',
    why: 'Going through an egress gateway takes two rules: one for `mesh` that sends to the Service of the gateway, and one for the gateway that sends to the outside. With the second alone, calls go straight out. In Gateway API the first is an HTTPRoute or TLSRoute whose parent is the ServiceEntry.',
    symptom: 'Calls succeed and do not go through the egress gateway: its access log stays empty.',
    remedy: "Bind the VirtualService to `mesh` too, with a rule that sends to the gateway's Service.",
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
        - gateways: [istio-system/egress]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [mesh]
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
`,
    sources: ['https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/'],
  },
};

/** Of Gateway API, where only the gateway has a route for the host. */
function ofApiRoute(failure: Failure, route: RouteObject): CallReport | undefined {
  if (!isApiRoute(route)) return undefined;
  const { resource, path } = route;
  const kind = resource.kind === 'HTTPRoute' ? 'an HTTPRoute' : 'a TLSRoute';
  return {
    path,
    range: (resource.parentRefs ?? resource.name).range,
    cause: `${straightText(failure)}: no route for sidecars sends them there`,
    remedy: `Add ${kind} for the ServiceEntry.`,
    fixes: meshLegFor(failure, route),
  };
}
