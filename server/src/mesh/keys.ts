/** The keys under which a resource is found. What a rule or trace asked for is remembered as these keys. */
import type { Kind, Labels, Resource } from '../manifest/types.ts';
import { wildcardsOver } from './hosts.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from './gateway-names.ts';
import type { MeshObject } from './mesh-object.ts';

export const key = {
  named: (kind: Kind, namespace: string | undefined, name: string) => `${kind}|named|${namespace ?? ''}/${name}`,
  namedAnywhere: (kind: Kind, name: string) => `${kind}|name|${name}`,
  possible: (kind: string) => `${kind}|possible`,
  namedUnknown: (kind: Kind) => `${kind}|unnamed`,
  inNamespace: (kind: Kind, namespace: string | undefined) => `${kind}|namespace|${namespace ?? ''}`,
  all: (kind: Kind) => `${kind}|all`,
  hosting: (kind: Kind, host: string) => `${kind}|host|${host}`,
  under: (kind: Kind, wildcard: string) => `${kind}|under|${wildcard}`,
  withPort: (kind: Kind, port: number) => `${kind}|port|${port}`,
  boundTo: (gateway: string) => `VirtualService|gateway|${gateway}`,
  labelled: (kind: Kind, label: string, value: string) => `${kind}|label|${label}=${value}`,
} as const;

/** Every key under which this object is found, each once. */
export function keysOf({ resource, namespace }: MeshObject): readonly string[] {
  const { kind } = resource;
  const name = resource.name.value;
  const keys = new Set<string>([key.inNamespace(kind, namespace), key.all(kind)]);
  if (name !== undefined) {
    keys.add(key.named(kind, namespace, name));
    keys.add(key.namedAnywhere(kind, name));
  } else keys.add(key.namedUnknown(kind));
  for (const host of hostsOf(resource)) {
    const lower = host.toLowerCase();
    keys.add(key.hosting(kind, lower));
    if (kind !== 'ServiceEntry') continue;
    for (const wildcard of wildcardsOver(lower)) if (wildcard !== '*') keys.add(key.under(kind, wildcard));
  }
  for (const port of portsOf(resource)) keys.add(key.withPort(kind, port));
  if (resource.kind === 'VirtualService') {
    const written = resource.gateways?.items ?? [];
    for (const each of written.length > 0 ? written : [{ value: MESH_GATEWAY }]) {
      if (each.value !== undefined) keys.add(key.boundTo(gatewayKey(resolveGatewayName(each.value, namespace))));
    }
  }
  for (const [label, value] of Object.entries(labelsOf(resource)?.value ?? {}))
    keys.add(key.labelled(kind, label, value));
  return [...keys];
}

function hostsOf(resource: Resource): readonly string[] {
  switch (resource.kind) {
    case 'VirtualService':
    case 'ServiceEntry':
      return (resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
    case 'HTTPRoute':
    case 'TLSRoute':
      return (resource.hostnames?.items ?? []).flatMap((each) => each.value ?? []);
    case 'DestinationRule':
      return resource.host?.value === undefined ? [] : [resource.host.value];
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
