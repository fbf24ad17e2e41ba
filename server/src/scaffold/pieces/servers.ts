/** The servers that the gateway's pods have. */
import type { Gateway, GatewayServer } from '../../manifest/types.ts';
import { hostsOverlap } from '../../mesh/hosts.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { serverHost, takesHost } from '../../mesh/server-hosts.ts';
import { gatewayServices } from '../../trace/gateway-api/listeners.ts';
import { inConfigOrder, selects } from '../../trace/plane.ts';
import { isHttp, parseProtocol } from '../../mesh/protocol.ts';
import type { Context } from '../context.ts';
import type { ServerKind } from '../shape.ts';

export interface PlacedServer {
  readonly gateway: MeshObject<Gateway>;
  readonly server: GatewayServer;
  /** As written: a port of the Service, or of the pods. */
  readonly port: number;
  /** `other`: ends TLS with a certificate of its own, redirects, or is not known. */
  readonly kind: ServerKind | 'other';
  readonly encrypted: boolean;
}

/** Gateways that select the pods of the route's gateway, in Istio's order. */
export function gatewaysOn(context: Context): readonly MeshObject<Gateway>[] {
  const { plane } = context;
  return inConfigOrder(
    plane.reader.all('Gateway').filter((each) => plane.accepts(each) && selectsInstall(context, each)),
  );
}

export function selectsInstall({ install, plane }: Context, { resource, implied }: MeshObject<Gateway>): boolean {
  if (implied) {
    const isBeside = implied.by.namespace === install?.namespace;
    return install !== undefined && isBeside && gatewayServices(plane, implied.by).includes(install.host);
  }
  if (resource.selector && resource.selector.value === undefined) return false;
  return install?.podLabels.some((labels) => selects(resource.selector?.value, labels)) ?? false;
}

export function serversOn(context: Context): readonly PlacedServer[] {
  return gatewaysOn(context).flatMap((gateway) =>
    (gateway.resource.servers?.items ?? []).flatMap((server): readonly PlacedServer[] => {
      const port = server.port?.number?.value;
      return port === undefined ? [] : [{ gateway, server, port, ...kindOf(server) }];
    }),
  );
}

function kindOf({ port, tls, bind }: GatewayServer): Pick<PlacedServer, 'kind' | 'encrypted'> {
  const protocol = parseProtocol(port?.protocol?.value);
  if (bind) return { kind: 'other', encrypted: protocol === 'HTTPS' || protocol === 'TLS' };
  if (isHttp(protocol)) return { kind: tls?.httpsRedirect?.value ? 'other' : 'http', encrypted: false };
  if (protocol !== 'HTTPS' && protocol !== 'TLS') return { kind: 'tcp', encrypted: false };
  const mode = tls?.mode?.value ?? 'PASSTHROUGH';
  if (mode === 'PASSTHROUGH') return { kind: 'passthrough', encrypted: true };
  if (mode !== 'ISTIO_MUTUAL') return { kind: 'other', encrypted: true };
  return { kind: protocol === 'HTTPS' ? 'https' : 'tls', encrypted: true };
}

/** Whether a server takes a VirtualService's host from a namespace. */
export function serverTakes({ gateway, server }: PlacedServer, host: string, namespace: string): boolean {
  return (server.hosts?.items ?? []).some((field) => {
    const written = serverHost(field, gateway.namespace);
    return written !== undefined && takesHost(written, host, namespace);
  });
}

/** Whether a server takes the host's server name, or one under it, for itself: the longer name wins on a port, whatever is meant. */
export function claimsName({ gateway, server }: PlacedServer, host: string): boolean {
  return (server.hosts?.items ?? []).some((field) => {
    const listed = serverHost(field, gateway.namespace)?.host;
    return listed !== undefined && listed !== '*' && hostsOverlap(listed, host);
  });
}

/** `HTTP`, `HTTPS with mutual TLS`, …, for people. */
export function serverText({ kind, server }: PlacedServer): string {
  switch (kind) {
    case 'http':
      return 'plain HTTP';
    case 'https':
      return 'mutual TLS with HTTP inside';
    case 'passthrough':
      return 'TLS that is passed through';
    case 'tls':
      return 'mutual TLS';
    case 'tcp':
      return 'plain TCP';
    case 'other':
      return server.port?.protocol?.value ?? 'another protocol';
  }
}
