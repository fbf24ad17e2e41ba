/** The keys under which a resource is found. What a rule or trace asked for is remembered as these keys. */
import type { Kind, Labels, Resource } from '../manifest/types.ts';
import { backendOf, type ParentKind, parentOf } from './route-references.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from './gateway-names.ts';
import { suffixesOver, wildcardSuffix } from './host-suffixes.ts';
import { isIpAddress, isWildcard } from './hosts.ts';
import type { MeshObject } from './mesh-object.ts';
import { isHttp, parseProtocol } from './protocol.ts';
import { audienceOf, type Serving, servingsOfEntry, servingsOfService } from './serving.ts';

export type { ParentKind };

/** How a server of a Gateway shares its port: by server name (`tls`), with its like (`plain`); `bound`: it has an address of its own. */
export type ServerManner = 'tls' | 'plain' | 'bound';

export const key = {
  named: (kind: Kind, namespace: string | undefined, name: string) => `${kind}|named|${namespace ?? ''}/${name}`,
  namedAnywhere: (kind: Kind, name: string) => `${kind}|name|${name}`,
  possible: (kind: string) => `${kind}|possible`,
  namedUnknown: (kind: Kind) => `${kind}|unnamed`,
  inNamespace: (kind: Kind, namespace: string | undefined) => `${kind}|namespace|${namespace ?? ''}`,
  all: (kind: Kind) => `${kind}|all`,
  hosting: (kind: Kind, host: string) => `${kind}|host|${host}`,
  withPort: (kind: Kind, port: number) => `${kind}|port|${port}`,
  boundTo: (gateway: string) => `VirtualService|gateway|${gateway}`,
  labelled: (kind: Kind, label: string, value: string) => `${kind}|label|${label}=${value}`,

  /** Of all kinds together: whatever lists exactly this host. */
  about: (host: string) => `host|${host}`,
  /** Of all kinds together: wildcards that end so (see `wildcardSuffix`). */
  wildcards: (suffix: string) => `wildcards|${suffix}`,
  /** Hosts and wildcards that end so. */
  under: (kind: Kind, suffix: string) => `${kind}|under|${suffix}`,
  /** A host without a dot, in this namespace. */
  shortHost: (kind: Kind, namespace: string | undefined, name: string) => `${kind}|short|${namespace ?? ''}/${name}`,
  /** Of all kinds together: an IP address of a service or of a workload. */
  address: (address: string) => `address|${address}`,
  addressed: (kind: Kind, address: string) => `${kind}|address|${address}`,
  blocks: (port: number) => `ServiceEntry|blocks|${port}`,
  serving: (kind: Kind, { port, manner }: Serving, audience: '*' | 'default') =>
    `${kind}|serving|${port} ${manner} ${audience}`,
  servingIn: (kind: Kind, port: number, namespace: string | undefined) => `${kind}|port|${port} ${namespace ?? ''}`,
  exportedTo: (kind: Kind, namespace: string) => `${kind}|exported|${namespace}`,
  meaning: (host: string) => `Service|means|${host}`,
  sendingTo: (host: string, port: number | undefined) => `VirtualService|destination|${host} ${port ?? ''}`,
  delegatingTo: (namespace: string | undefined, name: string) => `VirtualService|delegate|${namespace ?? ''}/${name}`,
  withSubnets: () => 'VirtualService|subnets',
  tcpBoundTo: (gateway: string) => `VirtualService|tcp|${gateway}`,
  opening: (port: number, manner: ServerManner) => `Gateway|opening|${port} ${manner}`,
  /** Of all routes of Gateway API together. */
  parented: (kind: ParentKind, namespace: string | undefined, name: string) =>
    `route|parent|${kind} ${namespace ?? ''}/${name}`,
  backedBy: (backend: string) => `route|backend|${backend}`,
  injectedAsGateway: (kind: Kind) => `${kind}|gateway pod`,
} as const;

/** Every key under which this object is found, each once. */
export function keysOf(object: MeshObject): readonly string[] {
  const { resource, namespace } = object;
  const { kind } = resource;
  const name = resource.name.value;
  const keys = new Set<string>([key.inNamespace(kind, namespace), key.all(kind)]);
  if (name !== undefined) {
    keys.add(key.named(kind, namespace, name));
    keys.add(key.namedAnywhere(kind, name));
  } else keys.add(key.namedUnknown(kind));
  for (const host of hostsOf(resource)) addHost(keys, object, host);
  for (const port of portsOf(resource)) keys.add(key.withPort(kind, port));
  for (const address of addressesOf(resource)) keys.add(key.addressed(kind, address));
  for (const [label, value] of Object.entries(labelsOf(resource)?.value ?? {}))
    keys.add(key.labelled(kind, label, value));
  addOwn(keys, object);
  return [...keys];
}

/** Keys that stand for several cells at once: a change of the object touches them, nothing is stored under them. */
export function sharedKeysOf({ resource }: MeshObject): readonly string[] {
  const hosts = hostsOf(resource);
  const addresses = addressesOf(resource);
  if (hosts.length + addresses.length === 0) return [];
  return [
    ...new Set([...hosts.map((each) => key.about(each.toLowerCase())), ...addresses.map((each) => key.address(each))]),
  ];
}

function addHost(keys: Set<string>, { resource, namespace }: MeshObject, host: string): void {
  const { kind } = resource;
  keys.add(key.hosting(kind, host.toLowerCase()));
  if (kind !== 'Gateway') addWildcard(keys, host);
  if (kind === 'ServiceEntry' || kind === 'VirtualService' || kind === 'HTTPRoute' || kind === 'TLSRoute') {
    for (const suffix of suffixesOver(host)) if (suffix !== '') keys.add(key.under(kind, suffix));
  }
  if ((kind === 'VirtualService' || kind === 'DestinationRule') && isShort(host))
    keys.add(key.shortHost(kind, namespace, host));
}

function addWildcard(keys: Set<string>, host: string): void {
  if (isWildcard(host)) keys.add(key.wildcards(wildcardSuffix(host)));
}

function afterSlash(host: string): string {
  return host.slice(host.indexOf('/') + 1);
}

function isShort(host: string): boolean {
  return !isWildcard(host) && !host.includes('.') && !isIpAddress(host);
}

/** What only one kind has. */
function addOwn(keys: Set<string>, object: MeshObject): void {
  const { resource, namespace } = object;
  switch (resource.kind) {
    case 'ServiceEntry':
    case 'Service':
      addServing(keys, object);
      if (resource.kind === 'Service' && resource.type?.value === 'ExternalName' && resource.externalName?.value)
        keys.add(key.meaning(resource.externalName.value));
      break;
    case 'VirtualService':
      addRoutes(keys, object);
      break;
    case 'Gateway':
      for (const { port, bind, tls, hosts } of resource.servers?.items ?? []) {
        // Wildcards of servers without TLS are met by way of the VirtualServices that are bound to them.
        if (tls) for (const { value } of hosts?.items ?? []) addWildcard(keys, afterSlash(value ?? ''));
        if (!port) continue;
        const number = port.number?.value ?? 0;
        keys.add(key.opening(number, tls && !isHttp(parseProtocol(port.protocol?.value)) ? 'tls' : 'plain'));
        if (bind?.value) keys.add(key.opening(number, 'bound'));
      }
      break;
    case 'HTTPRoute':
    case 'TLSRoute':
      for (const each of resource.parentRefs?.items ?? []) {
        const parent = parentOf(each, namespace);
        if (parent) keys.add(key.parented(parent.kind, parent.namespace, parent.name));
      }
      for (const { backendRefs, filters } of resource.rules?.items ?? []) {
        const mirrors = (filters?.items ?? []).flatMap((each) => each.requestMirror?.backendRef ?? []);
        for (const each of [...(backendRefs?.items ?? []), ...mirrors]) {
          const backend = backendOf(each, namespace);
          if (backend) keys.add(key.backedBy(backend));
        }
      }
      break;
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Pod':
      // A Gateway without a selector means every gateway: pods that say that they are one.
      if (
        (resource.podAnnotations['inject.istio.io/templates'] ?? '')
          .split(',')
          .some((each) => each.trim() === 'gateway')
      )
        keys.add(key.injectedAsGateway(resource.kind));
      break;
    default:
  }
}

function addServing(keys: Set<string>, { resource, namespace }: MeshObject): void {
  if (resource.kind !== 'ServiceEntry' && resource.kind !== 'Service') return;
  const { kind } = resource;
  const servings = resource.kind === 'Service' ? servingsOfService(resource) : servingsOfEntry(resource);
  const audience = audienceOf(resource, namespace);
  if (typeof audience === 'string') for (const each of servings) keys.add(key.serving(kind, each, audience));
  else for (const each of audience) keys.add(key.exportedTo(kind, each));
  for (const port of portsOf(resource)) keys.add(key.servingIn(kind, port, namespace));
  for (const { port, manner } of servings) if (manner.endsWith(' block')) keys.add(key.blocks(port));
}

function addRoutes(keys: Set<string>, { resource, namespace }: MeshObject): void {
  if (resource.kind !== 'VirtualService') return;
  const { http, tls, tcp } = resource;
  const written = resource.gateways?.items ?? [];
  for (const each of written.length > 0 ? written : [{ value: MESH_GATEWAY }]) {
    if (each.value === undefined) continue;
    const gateway = gatewayKey(resolveGatewayName(each.value, namespace));
    keys.add(key.boundTo(gateway));
    if ((tcp?.items.length ?? 0) > 0) keys.add(key.tcpBoundTo(gateway));
  }
  for (const { route, mirror, mirrors, delegate } of http?.items ?? []) {
    for (const each of route?.items ?? []) addDestination(keys, each.destination);
    addDestination(keys, mirror);
    for (const each of mirrors?.items ?? []) addDestination(keys, each.destination);
    if (delegate) keys.add(key.delegatingTo(delegate.namespace?.value || namespace, delegate.name?.value ?? ''));
  }
  for (const { route, match } of [...(tls?.items ?? []), ...(tcp?.items ?? [])]) {
    for (const each of route?.items ?? []) addDestination(keys, each.destination);
    if (match?.items.some((each) => (each.destinationSubnets?.items.length ?? 0) > 0)) keys.add(key.withSubnets());
  }
}

function addDestination(
  keys: Set<string>,
  destination:
    | { readonly host?: { readonly value: string | undefined }; readonly port?: { readonly value: number | undefined } }
    | undefined,
): void {
  const host = destination?.host?.value;
  if (host !== undefined) keys.add(key.sendingTo(host, destination?.port && (destination.port.value ?? 0)));
}

/** The hosts under which a resource is looked up, as written. */
export function hostsOf(resource: Resource): readonly string[] {
  switch (resource.kind) {
    case 'VirtualService':
    case 'ServiceEntry':
      return (resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
    case 'HTTPRoute':
    case 'TLSRoute':
      // Without hostnames a route takes all of its Gateway's; what it takes of a service is found by its parent.
      return resource.hostnames
        ? resource.hostnames.items.flatMap((each) => each.value ?? [])
        : (resource.parentRefs?.items ?? []).some((each) => parentOf(each, undefined)?.kind === 'Gateway')
          ? ['*']
          : [];
    case 'DestinationRule':
      return resource.host?.value === undefined ? [] : [resource.host.value];
    case 'Gateway':
      return (resource.servers?.items ?? []).flatMap(({ hosts }) =>
        (hosts?.items ?? []).flatMap(({ value }) => (value === undefined ? [] : afterSlash(value))),
      );
    default:
      return [];
  }
}

function portsOf(resource: Resource): readonly number[] {
  if (resource.kind === 'ServiceEntry')
    return (resource.ports?.items ?? []).flatMap((each) => each.number?.value ?? []);
  if (resource.kind === 'Service') return (resource.ports?.items ?? []).flatMap((each) => each.port?.value ?? []);
  return [];
}

/** A block of one address is that address. */
function addressesOf(resource: Resource): readonly string[] {
  switch (resource.kind) {
    case 'ServiceEntry': {
      const endpoints = resource.endpoints?.items ?? [];
      const written = [...(resource.addresses?.items ?? []), ...endpoints.map(({ address }) => address)];
      return written.flatMap((each) => each?.value?.replace(/\/(32|128)$/, '') ?? []);
    }
    case 'Service':
      return resource.clusterIP?.value === undefined ? [] : [resource.clusterIP.value];
    case 'WorkloadEntry':
      return resource.endpoint.address?.value === undefined ? [] : [resource.endpoint.address.value];
    default:
      return [];
  }
}

function labelsOf(resource: Resource): Labels | undefined {
  switch (resource.kind) {
    case 'Gateway':
    case 'Service':
      return resource.selector;
    case 'Deployment':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Pod':
      return resource.podLabels;
    default:
      return undefined;
  }
}
