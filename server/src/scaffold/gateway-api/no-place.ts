/** What is in the way of a listener: the ports of the gateway are taken, or not there. */
import type { K8sListener } from '../../manifest/types.ts';
import { IN_ISTIO_FORM } from '../conflicts.ts';
import { conflict, nameOfObject, placeOf } from '../context.ts';
import { serversOn, serverText } from '../pieces/servers.ts';
import type { ServerKind } from '../shape.ts';
import type { WayOut } from '../types.ts';
import { newApiInstall } from './gateways.ts';
import type { ApiPlan } from './parts.ts';

/** `http`: plain HTTP. `https`: the mutual TLS of the mesh with HTTP inside. `passthrough`: the application's TLS. */
export type ListenerKind = Extract<ServerKind, 'http' | 'https' | 'passthrough'>;

/** Ports to offer where those are taken. */
const FURTHER: Readonly<Record<ListenerKind, readonly number[]>> = {
  http: [8082, 8083, 8084],
  https: [9443, 10443, 11443],
  passthrough: [9443, 10443, 11443],
};

/**
 * Tells why no listener takes the host.
 *
 * @param found the listeners of the Gateway, the ports that were tried, and whether the gateway can open any of them
 */
export function noPlaceFor(
  plan: ApiPlan,
  kind: ListenerKind,
  found: { readonly there: readonly K8sListener[]; readonly wanted: readonly number[]; readonly isOpen: boolean },
): undefined {
  const { there, wanted, isOpen } = found;
  const { context, install, gateway } = plan;
  const { object, attachedTo } = gateway;
  const title = `${install.namespace}/${attachedTo ? install.service : gateway.name}`;
  const waysOut = [
    ...otherPorts(plan, there, kind),
    ...(attachedTo ? [ownGateway(plan)] : []),
    IN_ISTIO_FORM,
    ...(object ? [{ title: 'Open it', open: placeOf(object) }] : []),
  ];
  const at = object ? { at: placeOf(object) } : {};
  const [port = 0] = wanted;
  if (!isOpen) {
    const text = `Service ${title} has no port ${port} (${install.ports.join(', ')}).`;
    return conflict(context, { code: 'port-not-on-gateway', text, ...at, waysOut });
  }
  const needs = { http: 'plain HTTP', https: 'mutual TLS', passthrough: 'TLS' }[kind];
  const taker = attachedTo ? serversOn(context).find((each) => each.port === port) : undefined;
  const by = taker ? ` by ${serverText(taker)} of ${nameOfObject(taker.gateway)}` : '';
  const text = `Port ${port} of ${title} is taken${by}, and this route needs ${needs} for ${context.shape.host} on it.`;
  return conflict(context, { code: 'port-taken', text, ...at, waysOut });
}

/** A Gateway that istiod runs has its ports to itself. */
function ownGateway({ context }: ApiPlan): WayOut {
  const { namespace, gateway } = newApiInstall(context.plane, context.home);
  const title = `${namespace}/${gateway?.name}`;
  return { title: `Use a new Gateway ${title}`, change: { gateway: title } };
}

/** Ports that nothing uses yet. */
function otherPorts(plan: ApiPlan, there: readonly K8sListener[], kind: ListenerKind): readonly WayOut[] {
  const { install, gateway, context } = plan;
  const used = new Set([
    ...there.flatMap(({ port }) => port?.value ?? []),
    ...(gateway.attachedTo ? serversOn(context).map(({ port }) => port) : []),
  ]);
  const free = (gateway.attachedTo ? install.ports : FURTHER[kind]).filter((port) => !used.has(port));
  return free
    .slice(0, 2)
    .map((port) => ({ title: `Use ${port} between sidecar and gateway`, change: { hopPort: port } }));
}
