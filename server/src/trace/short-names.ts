/** Names that stand for longer ones: read backwards, from the full host to what may have been written. */
import { isWildcard } from '../mesh/hosts.ts';

/**
 * The name and namespace that become this host where VirtualServices and DestinationRules write the name alone (see `fullHost`).
 *
 * @param domain what short names are completed with; may be empty
 */
export function shortNameOf(
  host: string,
  domain: string,
): { readonly name: string; readonly namespace: string } | undefined {
  const end = domain === '' ? '' : `.svc.${domain}`;
  if (isWildcard(host) || !host.endsWith(end)) return undefined;
  const bare = host.slice(0, host.length - end.length);
  const dot = bare.indexOf('.');
  const namespace = bare.slice(dot + 1);
  return dot < 1 || namespace.includes('.') ? undefined : { name: bare.slice(0, dot), namespace };
}

/**
 * The full names of Services that a client may mean by this host (the reverse of `alternativeNames`): `name` in its own namespace, `name.namespace`,
 * `name.namespace.svc`, each also with a dot at the end.
 */
export function servicesMeantBy(host: string, ownNamespace: string, clusterDomain: string): readonly string[] {
  const bare = host.endsWith('.') ? host.slice(0, -1) : host;
  const [name, namespace, svc, ...rest] = bare.split('.');
  const full = bare === host ? [] : [bare];
  if (!name || rest.length > 0 || (svc !== undefined && svc !== 'svc')) return full;
  return [...full, `${name}.${namespace ?? ownNamespace}.svc.${clusterDomain}`];
}
