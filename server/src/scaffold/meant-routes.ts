/** The routes that a VirtualService is meant for, as requests: what is missing of them can be planned as any route. */
import type { VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { isWildcard, resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { type RouteRule, rulesOf } from '../mesh/virtual-service-rules.ts';
import type { Audience, PatternId, RouteRequest } from './request.ts';
import { requestProblem } from './request-problem.ts';

const TLS_PORT = 443;

/**
 * One request for each external host and rule of the sidecars that sends to a Service; none where that cannot be told. That for a wildcard has no server where
 * no rule tells it: which one answers for every host, nobody can guess.
 */
export function meantRoutes(reader: MeshReader, object: MeshObject<VirtualService>): readonly RouteRequest[] {
  const { namespace, resource } = object;
  if (namespace === undefined || resource.templated || resource.broken) return [];
  const { clusterDomain } = reader.settings;
  const serviceNamed = (host: string | undefined) => {
    const full = host === undefined ? undefined : resolveShortHost(host, namespace, clusterDomain);
    return full === undefined ? undefined : serviceOfHost(full, clusterDomain);
  };
  const rules = rulesOf(object);
  const requests = (resource.hosts?.items ?? []).flatMap(({ value: host }) => {
    if (host === undefined || !host.includes('.') || serviceNamed(host)) return [];
    return rules.flatMap((rule): readonly RouteRequest[] => {
      const [first, second] = rule.destinations;
      const service = serviceNamed(first?.destination?.host?.value);
      if (!service || second || !rule.gateways.has(MESH_GATEWAY)) return [];
      const gateway = `${service.namespace}/${service.name}`;
      const shape = shapeOf(rule, host, rules);
      if (!shape) return [];
      return [{ host, gateway, namespace, audience: audienceOf(object, service.namespace), ...shape }];
    });
  });
  return requests.filter((each) => requestProblem(each) === undefined);
}

/** The pattern, and the port where it is not the pattern's own. */
function shapeOf(
  rule: RouteRule,
  host: string,
  rules: readonly RouteRule[],
): Pick<RouteRequest, 'pattern' | 'port' | 'addresses' | 'server'> | undefined {
  const port = rule.matches.flatMap((each) => each.port?.value ?? [])[0];
  const withPort = (pattern: PatternId, usual: number, number = port) => ({
    pattern,
    ...(number === undefined || number === usual ? {} : { port: number }),
  });
  switch (rule.block) {
    case 'tls': {
      if (!isWildcard(host)) return withPort('tls-passthrough', TLS_PORT);
      const server = serverOf(rules, host);
      return { ...withPort('wildcard', TLS_PORT), ...(server === undefined ? {} : { server }) };
    }
    case 'tcp': {
      const addresses = rule.matches.flatMap(({ destinationSubnets }) =>
        (destinationSubnets?.items ?? []).flatMap(({ value }) => value ?? []),
      );
      return port === undefined ? undefined : { pattern: 'tcp', port, addresses };
    }
    case 'http': {
      if (isWildcard(host)) return undefined;
      const out = rules
        .filter(({ block, gateways }) => block === 'http' && [...gateways].some((each) => each !== MESH_GATEWAY))
        .flatMap(({ destinations }) => destinations)
        .filter(({ destination }) => destination?.host?.value === host)
        .flatMap(({ destination }) => destination?.port?.value ?? [])[0];
      // TLS is added to calls of port 80 alone.
      const begins = out !== undefined && out !== 80 && (port === undefined || port === 80);
      return begins ? withPort('tls-origination', TLS_PORT, out) : withPort('http', 80);
    }
  }
}

/** The server that the gateway's rule sends calls of a wildcard to; undefined where none tells. */
function serverOf(rules: readonly RouteRule[], wildcard: string): string | undefined {
  const [first, second] = new Set(
    rules
      .filter(({ block, gateways }) => block === 'tls' && [...gateways].some((each) => each !== MESH_GATEWAY))
      .flatMap(({ destinations }) => destinations)
      .flatMap(({ destination }) => destination?.host?.value ?? [])
      .filter((each) => each !== wildcard && !isWildcard(each)),
  );
  return second === undefined ? first : undefined;
}

/** The wildcard hosts of a VirtualService whose rules are all for TLS: what they could be routed as, without the server that answers for them. */
export function wildcardRoutes(reader: MeshReader, object: MeshObject<VirtualService>): readonly RouteRequest[] {
  const { namespace, resource } = object;
  if (namespace === undefined || resource.templated || resource.broken) return [];
  if (!resource.tls || resource.http || resource.tcp) return [];
  const { clusterDomain } = reader.settings;
  return (resource.hosts?.items ?? []).flatMap(({ value: host }): readonly RouteRequest[] => {
    if (host === undefined || !host.startsWith('*.') || serviceOfHost(host, clusterDomain)) return [];
    const request: RouteRequest = { host, pattern: 'wildcard', namespace, audience: audienceOf(object, '') };
    return requestProblem(request) === undefined ? [request] : [];
  });
}

/** Whom `exportTo` shows the VirtualService to; the gateway's namespace is there for the gateway. */
function audienceOf({ resource, namespace = '' }: MeshObject<VirtualService>, gateway: string): Audience {
  const names = (resource.exportTo?.items ?? []).flatMap(({ value }) => value ?? []);
  if (names.length === 0 || names.includes('*')) return 'all';
  const written = [...new Set(names.map((each) => (each === '.' ? namespace : each)))];
  const clients = written.filter((each) => each !== gateway && each !== '~');
  return clients.length > 0 ? clients : [namespace];
}
