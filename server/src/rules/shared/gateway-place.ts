/** Places and words for what fails at a gateway. */
import type { DestinationRule } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import type { RouteObject } from '../../mesh/route-rules.ts';
import type { MergedServer } from '../../trace/gateway-merge.ts';
import type { Location, Related } from '../finding.ts';
import type { Failure } from '../rule.ts';
import { hostText } from './failing-proxy.ts';
import type { Arrival } from './gateway-arrival.ts';
import { qualified } from './message.ts';

/** The destination of the rule that sent it, else the hosts that the check is about. */
export function sentPlace({ sentBy }: Arrival, { subject }: Failure): Location {
  if (sentBy) {
    const { destination, object } = sentBy;
    return { path: object.path, range: (destination.host ?? destination).range };
  }
  const { resource } = subject;
  const hosts = resource.kind === 'VirtualService' || resource.kind === 'ServiceEntry' ? resource.hosts : undefined;
  return { path: subject.path, range: (hosts ?? resource.name).range };
}

/** The rule that sends calls here, as a place to look at. */
export function senderRelated(arrival: Arrival): readonly Related[] {
  const { sentBy, to } = arrival;
  if (!sentBy) return [];
  const { destination, object } = sentBy;
  return [
    { path: object.path, range: destination.range, message: `Sends the calls to port ${to.port} of the gateway.` },
  ];
}

export function serverRelated({ gateway, server }: MergedServer, message: string): readonly Related[] {
  return [{ path: gateway.path, range: (server.port ?? server).range, message }];
}

/** `istio-egressgateway.istio-system`, or the host where it is no Service's. */
export function shortService(host: string, { mesh }: Failure): string {
  return hostText(host, mesh.settings.clusterDomain);
}

export function titleOfRule({ resource, namespace }: MeshObject<DestinationRule>): string {
  return qualified(namespace, resource.name.value ?? '');
}

export function titleOfRoute({ resource, namespace }: RouteObject): string {
  return qualified(namespace, resource.name.value ?? '');
}
