/** Calls that the YAML means to go through an egress gateway, and that do not. */
import { declaredClients, isGatewayNamespace } from '../../calls/clients.ts';
import { actsForMesh, type MeantWay, meantWay, viewersOf } from '../../calls/meant-way.ts';
import type { Outcome } from '../../calls/outcomes.ts';
import { isApiRoute } from '../../mesh/route-rules.ts';
import { type Plane, titleOf } from '../../trace/plane.ts';
import type { Failure } from '../rule.ts';
import { clientsText } from './clients-text.ts';

export interface Bypass {
  readonly meant: MeantWay;
  /** The outcome of those declared clients that may see the route. */
  readonly outcome: Outcome;
}

/**
 * Undefined where the call goes through a gateway, where nothing means it to, or where the route that does so sends it straight out on purpose: by conditions, to
 * others, or to clients that do not see it.
 */
export function bypassOf(plane: Plane, outcome: Outcome): Bypass | undefined {
  const { ending, target } = outcome;
  if (ending.verdict !== 'outside-not-through-gateway' && ending.kind !== 'refused') return undefined;
  if (outcome.request.match !== undefined) return undefined;
  const meant = meantWay(plane, target, outcome.call.address);
  if (!meant) return undefined;
  // A route that sends some calls to the gateway and others past it does so on purpose.
  if (ending.at.config === titleOf(meant.route) && actsForMesh(meant)) return undefined;
  const calling = callingAmong(plane, meant, outcome);
  const viewers = viewersOf(plane, meant, calling);
  return viewers.length === 0 ? undefined : { meant, outcome: { ...outcome, clients: viewers } };
}

/**
 * Of the clients those that are no gateway's. Gateway API makes a gateway where its route is, so there clients live in the same namespace as often as not: where
 * there is no other, and the ServiceEntry is not said to be for somebody else, they are taken to call.
 */
function callingAmong(plane: Plane, { route }: MeantWay, { clients, target }: Outcome): readonly string[] {
  const calling = clients.filter((each) => !isGatewayNamespace(plane, each));
  if (calling.length > 0 || !isApiRoute(route)) return calling;
  const forOthers = plane.reader.hosting('ServiceEntry', target.host).some(({ resource }) => resource.exportTo);
  const callers = declaredClients(plane);
  return forOthers ? [] : clients.filter((each) => callers.includes(each));
}

/** `calls from `app` to api.example.com:443 go straight out`. */
export function straightText({ outcome: { target, clients, ending }, plane }: Failure): string {
  const way = ending.kind === 'refused' ? 'are refused' : 'go straight out';
  return `calls from ${clientsText(plane, clients)} to ${target.host}:${target.port} ${way}`;
}
