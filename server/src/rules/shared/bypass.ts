/** Calls that the YAML means to go through an egress gateway, and that do not. */
import { declaredClients, isGatewayNamespace } from '../../calls/clients.ts';
import { actsForMesh, type MeantWay, meantWay, viewersOf } from '../../calls/meant-way.ts';
import type { Outcome } from '../../calls/outcomes.ts';
import { isApiRoute } from '../../mesh/route-rules.ts';
import { type Plane, titleOf } from '../../trace/plane.ts';
import { isVisible, servicesCovering } from '../../trace/registry.ts';
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
 * there is no other, and the ServiceEntry is not said to be for somebody else, they are taken to call. Where all else is written in the namespace of the gateway
 * too, it is for callers that nobody named.
 */
function callingAmong(plane: Plane, { route }: MeantWay, outcome: Outcome): readonly string[] {
  const { clients, target } = outcome;
  const calling = clients.filter((each) => !isGatewayNamespace(plane, each));
  if (calling.length > 0) return calling;
  const callers = declaredClients(plane);
  if (!isApiRoute(route)) {
    const isForAnybody = outcome.others && callers.every((each) => isGatewayNamespace(plane, each));
    return isForAnybody && isShown(plane, outcome) ? clients : [];
  }
  const forOthers = plane.reader.hosting('ServiceEntry', target.host).some(({ resource }) => resource.exportTo);
  return forOthers ? [] : clients.filter((each) => callers.includes(each));
}

/** Of a host that is hidden from the namespace of the gateway it is not known whom it is for. */
function isShown(plane: Plane, { target: { host }, call: { from } }: Outcome): boolean {
  const declared = servicesCovering(plane, host);
  return declared.length === 0 || declared.some((each) => isVisible(plane, each, from.namespace));
}

/** `calls from `app` to api.example.com:443 go straight out`; without callers where nobody but gateways' namespaces is named. */
export function straightText({ outcome: { target, clients, ending }, plane }: Failure): string {
  const way = ending.kind === 'refused' ? 'are refused' : 'go straight out';
  const isAnybody = clients.every((each) => isGatewayNamespace(plane, each));
  return `calls ${isAnybody ? '' : `from ${clientsText(plane, clients)} `}to ${target.under ?? target.host}:${target.port} ${way}`;
}
