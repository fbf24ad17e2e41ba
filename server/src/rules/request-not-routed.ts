/** Requests that no rule of their host takes, because all rules have conditions. */
import { gatewayOf } from '../calls/proxies.ts';
import { virtualServicesFor } from '../calls/relevant.ts';
import { isForSidecars } from '../calls/meant-api-route.ts';
import type { HttpMatch, K8sHttpMatch, K8sRoute, VirtualService } from '../manifest/types.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from '../mesh/gateway-names.ts';
import { GATEWAY_NAME_LABEL } from '../mesh/implied.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { apiRoutesFor, parentGateways, type RouteObject } from '../mesh/route-rules.ts';
import { boundGateways } from '../mesh/virtual-service-rules.ts';
import type { Call } from '../trace/types.ts';
import type { Range } from '../yaml/nodes.ts';
import type { Fix, Location } from './finding.ts';
import type { CallRule, Failure } from './rule.ts';
import { type Arrival, arrivalOf } from './shared/gateway-arrival.ts';
import { senderRelated } from './shared/gateway-place.ts';

export const rule: CallRule = {
  code: 'request-not-routed',
  title: 'Request not routed',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  ends: ['no-route'],
  explain(failure) {
    const { ending, call } = failure.outcome;
    if (ending.at.virtualHost?.startsWith('blackhole:')) return undefined;
    const arrival = arrivalOf(failure);
    const keys = arrival?.here().map(({ server }) => server.gatewayName) ?? [MESH_GATEWAY];
    const condition = conditionFor(failure, new Set(keys)) ?? apiConditionFor(failure, arrival);
    if (!condition) return undefined;
    const request = requestText(call);
    const atGateway = gatewayOf(ending.at) !== undefined;
    return {
      ...condition.place,
      // Which requests sidecars leave alone is for their author to say.
      ...(atGateway ? {} : { severity: 'information' as const }),
      cause: atGateway
        ? `no rule there takes ${request}, which sidecars send on: this condition is not theirs`
        : `no rule takes ${request}, because all have conditions`,
      remedy: atGateway ? 'Remove it here, or ask the same there.' : 'Add a rule without conditions.',
      related: arrival ? senderRelated(arrival) : [],
      fixes: atGateway && !condition.object.context ? [remove(condition)] : [],
      writes: 'gateway-api',
    };
  },
  page: {
    what: 'A request comes to a proxy whose rules for the host all have conditions, and none takes it.',
    why: 'Rules are tried in their order. Where all ask for a path, a header or a method and none fits, there is no way back to the service itself: the proxy answers 404. Conditions belong to one leg: what the rule for sidecars sends to the gateway, the rule for the gateway must take.',
    symptom: 'The proxy answers 404; its access log has NR, route_not_found.',
    remedy: 'Leave the conditions out of the gateway’s rule, or add a last rule without conditions.',
    bad: example(`port: 80
          method:
            exact: GET`),
    good: example('port: 80'),
    sources: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest'],
  },
};

interface Condition {
  readonly object: RouteObject;
  readonly key: string;
  readonly match: Range;
  readonly place: Location;
}

/** The first condition of a rule for one of these gateways. */
function conditionFor({ mesh, outcome, subject }: Failure, keys: ReadonlySet<string>): Condition | undefined {
  const routes = virtualServicesFor(mesh, outcome.call.host);
  const first = routes.filter((each) => each === subject);
  for (const object of [...first, ...routes.filter((each) => each !== subject)]) {
    const bound = boundGateways(object);
    for (const match of (object.resource.http?.items ?? []).flatMap((rule) => [...(rule.match?.items ?? [])])) {
      const condition = conditionOf(match);
      if (condition && actsFor(match, object, bound, keys)) {
        return { object, key: condition.key, match: match.range, place: { path: object.path, range: condition.range } };
      }
    }
  }
  return undefined;
}

/** The same of an HTTPRoute. */
function apiConditionFor(
  { mesh, plane, outcome, subject }: Failure,
  arrival: Arrival | undefined,
): Condition | undefined {
  const gateway = arrival?.pod.labels[GATEWAY_NAME_LABEL];
  const isHere = (route: MeshObject<K8sRoute>) =>
    arrival
      ? gateway !== undefined && parentGateways(route).includes(`${arrival.pod.namespace}/${gateway}`)
      : isForSidecars(plane, route, outcome.target);
  const routes = apiRoutesFor(mesh, outcome.call.host).filter(isHere);
  for (const object of [...routes.filter((each) => each === subject), ...routes.filter((each) => each !== subject)]) {
    for (const match of (object.resource.rules?.items ?? []).flatMap((rule) => rule.matches?.items ?? [])) {
      const condition = apiConditionOf(match);
      if (condition) {
        return { object, key: condition.key, match: match.range, place: { path: object.path, range: condition.range } };
      }
    }
  }
  return undefined;
}

function apiConditionOf({
  path,
  method,
  headers,
  queryParams,
}: K8sHttpMatch): { readonly key: string; readonly range: Range } | undefined {
  const anyPath = path?.type?.value !== 'Exact' && (path?.value?.value ?? '/') === '/';
  if (path && !anyPath) return { key: 'path', range: path.range };
  if (method) return { key: 'method', range: method.range };
  for (const [key, list] of [
    ['headers', headers],
    ['queryParams', queryParams],
  ] as const) {
    const [first] = list?.items ?? [];
    if (first) return { key, range: (first.name ?? first).range };
  }
  return undefined;
}

function actsFor(
  match: HttpMatch,
  { namespace }: MeshObject<VirtualService>,
  bound: ReadonlySet<string>,
  keys: ReadonlySet<string>,
): boolean {
  const written = match.gateways?.items ?? [];
  const named = written.flatMap(({ value }) =>
    value === undefined ? [] : gatewayKey(resolveGatewayName(value, namespace)),
  );
  return (written.length > 0 ? named : [...bound]).some((each) => keys.has(each) && bound.has(each));
}

function conditionOf(match: HttpMatch): { readonly key: string; readonly range: Range } | undefined {
  for (const key of ['uri', 'method', 'authority', 'scheme'] as const) {
    const condition = match[key];
    if (condition) return { key, range: condition.range };
  }
  for (const key of ['headers', 'withoutHeaders', 'queryParams'] as const) {
    const [first] = match[key] ?? [];
    if (first) return { key, range: first.nameRange };
  }
  return undefined;
}

/** It lets more requests through, so it is for a reader to decide. */
function remove({ object, key, match }: Condition): Fix {
  return {
    title: `Remove ${key} from the match`,
    preferred: true,
    safety: 'review',
    edits: [{ path: object.path, edit: { kind: 'remove-key', range: match, key } }],
  };
}

/** `GET /`, with the header that is special about it. */
function requestText({ method = 'GET', path = '/', headers = {} }: Call): string {
  const [first] = Object.entries(headers);
  return `\`${method} ${path}\`${first ? ` with \`${first[0]}: ${first[1]}\`` : ''}`;
}

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
        - gateways: [mesh]
          port: 80
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-egressgateway]
          ${match}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`;
}
