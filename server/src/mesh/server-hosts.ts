/** Which hosts a Gateway's servers take, and from whose VirtualServices. */
import type { Field, Gateway } from '../manifest/types.ts';
import { hostsOverlap } from './hosts.ts';
import type { MeshObject } from './mesh.ts';

export interface ServerHost {
  readonly field: Field<string>;
  /** The namespace whose VirtualServices may use it; `*` for any; undefined where it is not known. */
  readonly namespace: string | undefined;
  /** The host after the slash. */
  readonly host: string;
}

/**
 * Takes a server's host apart (`pilot/pkg/model/gateway.go`, `sanitizeServerHostNamespace`).
 *
 * @param gatewayNamespace what `./` stands for
 */
export function serverHost(field: Field<string>, gatewayNamespace: string | undefined): ServerHost | undefined {
  const { value } = field;
  if (value === undefined) return undefined;
  const slash = value.indexOf('/');
  if (slash < 0) return { field, namespace: '*', host: value };
  const namespace = value.slice(0, slash);
  return { field, namespace: namespace === '.' ? gatewayNamespace : namespace, host: value.slice(slash + 1) };
}

/** The hosts of all servers; undefined where one of them is not known. */
export function serverHosts({ resource, namespace }: MeshObject<Gateway>): readonly ServerHost[] | undefined {
  const result: ServerHost[] = [];
  if (!resource.servers) return resource.templated ? undefined : [];
  for (const server of resource.servers.items) {
    if (!server.hosts && resource.templated) return undefined;
    for (const field of server.hosts?.items ?? []) {
      const host = serverHost(field, namespace);
      if (!host || (host.namespace === undefined && field.value?.startsWith('./'))) return undefined;
      result.push(host);
    }
  }
  return result;
}

/** Whether a server takes this host of a VirtualService (`pilot/pkg/networking/core/gateway.go`, `pickMatchingGatewayHosts`). */
export function takesHost(server: ServerHost, host: string, namespace: string | undefined): boolean {
  return takesNamespace(server, namespace) && hostsOverlap(server.host, host);
}

/** An unknown namespace is never unequal to another. */
export function takesNamespace(server: ServerHost, namespace: string | undefined): boolean {
  return server.namespace === '*' || namespace === undefined || server.namespace === namespace;
}
