/** Calls that the YAML means to go through an egress gateway, and that do not. */
import { isGatewayNamespace } from '../../calls/clients.ts';
import { actsForMesh, type MeantWay, meantWay, viewersOf } from '../../calls/meant-way.ts';
import type { Outcome } from '../../calls/outcomes.ts';
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
  const calling = outcome.clients.filter((each) => !isGatewayNamespace(plane, each));
  const viewers = viewersOf(plane, meant.route, calling);
  return viewers.length === 0 ? undefined : { meant, outcome: { ...outcome, clients: viewers } };
}

/** `calls from `app` to api.example.com:443 go straight out`. */
export function straightText({ outcome: { target, clients, ending }, plane }: Failure): string {
  const way = ending.kind === 'refused' ? 'are refused' : 'go straight out';
  return `calls from ${clientsText(plane, clients)} to ${target.host}:${target.port} ${way}`;
}
