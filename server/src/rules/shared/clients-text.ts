/** The clients that meet something, as messages name them. */
import { isGatewayNamespace } from '../../calls/clients.ts';
import type { Plane } from '../../trace/plane.ts';
import { names } from './message.ts';

/** Namespaces of gateways are named only where there are no others: calls hardly come from there. */
export function clientsText(plane: Plane, clients: readonly string[]): string {
  const calling = clients.filter((each) => !isGatewayNamespace(plane, each));
  const shown = calling.length > 0 ? calling : clients;
  const named = shown.filter((each) => each !== '');
  if (named.length === shown.length) return names(named);
  return named.length === 0 ? 'its own namespace' : `its own namespace and ${names(named)}`;
}
