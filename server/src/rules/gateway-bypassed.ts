/** Calls that the YAML means to go through an egress gateway and that go past it, where no other rule knows why. */
import { isFamily } from '../calls/meant-way.ts';
import { isProducer } from '../calls/meant-api-route.ts';
import type { K8sRoute } from '../manifest/types.ts';
import { mayBeApart } from '../mesh/knowledge.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { backendKind } from '../mesh/route-references.ts';
import { isApiRoute, parentEntries, type RouteObject } from '../mesh/route-rules.ts';
import { titleOf } from '../trace/plane.ts';
import type { Fix } from './finding.ts';
import type { CallReport, CallRule, Failure } from './rule.ts';
import { setKey } from './shared/api-route.ts';
import { straightText } from './shared/bypass.ts';
import { routeOf } from './shared/failing-proxy.ts';
import { canMove, moveTo } from './shared/move-resource.ts';
import { qualified } from './shared/message.ts';

export const rule: CallRule = {
  code: 'gateway-bypassed',
  title: 'Egress gateway bypassed',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'call',
  turn: 'last',
  ends: ['bypass'],
  explain(failure) {
    const { meant } = failure;
    if (!meant) return undefined;
    // Bytes of another kind than the rule is for, where the port is declared for the rule's: nobody sends those.
    if (meant.leg && !isFamily(meant.leg, failure.outcome.target)) return undefined;
    const { resource, path } = meant.route;
    const hosts = 'hosts' in resource ? resource.hosts : undefined;
    const place = { path, range: (meant.leg ?? hosts ?? resource.name).range };
    const other = deciding(failure);
    if (other && titleOf(other) !== titleOf(meant.route)) {
      // Two ways to do one thing, of which one is applied.
      if (mayBeApart(meant.route, other, failure.mesh)) return undefined;
      return {
        ...place,
        range: resource.name.range,
        // The one for fewer hosts, or fewer clients, goes first: it may well be the exception that it looks like.
        ...(isApiRoute(meant.route) ? {} : { severity: 'information' as const }),
        cause: `${straightText(failure)}, because ${other.resource.kind} \`${qualified(other.namespace, other.resource.name.value ?? '')}\` goes first for them`,
        remedy: 'Keep one for the host.',
        related: [{ path: other.path, range: other.resource.name.range, message: 'Sends them straight out.' }],
      };
    }
    return (
      (isApiRoute(meant.route) ? ofConsumer(failure, meant.route) : undefined) ?? {
        ...place,
        cause: `${straightText(failure)}: no rule that sends to the gateway takes them`,
        remedy: 'Trace the call to see what decides.',
      }
    );
  },
  page: {
    what: 'Calls that a route means to go through an egress gateway go straight out.',
    why: 'Sidecars do not merge VirtualServices: of several for a host, one counts. And a rule takes only calls that fit its port, server names and addresses. An HTTPRoute in another namespace than its ServiceEntry acts for the clients of its own namespace alone.',
    symptom: 'Calls succeed and do not go through the egress gateway: its access log stays empty.',
    remedy: 'Trace the call: it names what decides.',
    sources: ['https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services'],
  },
};

/** The route by which the sidecar decided. */
function deciding({ outcome: { ending }, mesh }: Failure): RouteObject | undefined {
  return ending.hops[0].because.flatMap((each) => routeOf(mesh, each) ?? [])[0];
}

/** A route in another namespace than the ServiceEntry, which is in force for its own clients alone. */
function ofConsumer(failure: Failure, route: MeshObject<K8sRoute>): CallReport | undefined {
  const { resource, namespace, path, context } = route;
  const { clients } = failure.outcome;
  if (resource.kind !== 'HTTPRoute' || namespace === undefined || isProducer(route) || clients.includes(namespace))
    return undefined;
  const entries = parentEntries(failure.mesh, route);
  const home = entries[0]?.namespace;
  if (home === undefined) return undefined;
  return {
    path,
    range: (resource.namespace ?? resource.name).range,
    cause: `${straightText(failure)}: the HTTPRoute is for clients of \`${namespace}\` alone`,
    explanation: 'Its ServiceEntry is in another namespace.',
    remedy: `Put it into \`${home}\`.`,
    related: entries.map((each) => ({
      path: each.path,
      range: each.resource.name.range,
      message: `The ServiceEntry, in \`${home}\`.`,
    })),
    writes: 'gateway-api',
    fixes: !context && canMove(route, home, failure.mesh) ? [moved(route, namespace, home)] : [],
  };
}

/** Moved, with the namespace that its Services are in where they had none. */
function moved(route: MeshObject<K8sRoute>, from: string, to: string): Fix {
  const fix = moveTo([route], to);
  const local = (route.resource.rules?.items ?? [])
    .flatMap((rule) => rule.backendRefs?.items ?? [])
    .filter((each) => !each.namespace && backendKind(each) === 'Service');
  return { ...fix, edits: [...fix.edits, ...local.flatMap((each) => setKey(route.path, each, { namespace: from }))] };
}
