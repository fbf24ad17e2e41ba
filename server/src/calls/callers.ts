/** From where a host is called: namespaces for which Istio may decide differently one by one, the others together. */
import type { DestinationRule, Kind, Service, ServiceEntry, VirtualService } from '../manifest/types.ts';
import { distinct } from '../mesh/distinct.ts';
import { resolveShortHost, serviceOfHost, wildcardsOver } from '../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { type Plane, stable } from '../trace/plane.ts';
import type { CallSource } from '../trace/types.ts';
import { declaredNamespaces, isGatewayNamespace } from './clients.ts';

/** No namespace has such a name. */
export const NOBODYS_NAMESPACE = '(any other)';

export interface Callers {
  /** One that stands for all. */
  readonly source: CallSource;
  /** The declared clients that it stands for; empty for namespaces that nobody named. */
  readonly declared: readonly string[];
}

/**
 * Who calls the hosts that a resource is about. Namespaces are told apart by what is in them or exported to them that has to do with these hosts, and by Sidecars;
 * of the rest one stands for all. The last stands for namespaces that nobody named.
 *
 * @param hosts as the calls and the destinations on their way name them; Services by their full names
 */
export function callersOf(plane: Plane, subject: MeshObject, hosts: readonly string[]): readonly Callers[] {
  const { reader } = plane;
  const declared = declaredNamespaces(plane);
  const apart = new Set<string>([subject.namespace ?? '']);
  for (const each of namedBy(reader, hosts)) apart.add(each);
  for (const each of sidecarNamespaces(plane)) apart.add(each);
  const isClient = new Set(declared);
  const single = [...apart].filter((each) => isClient.has(each) || !isGatewayNamespace(plane, each));
  // A gateway's namespace is no example of others.
  const others = declared.filter((each) => !apart.has(each) && !isGatewayNamespace(plane, each));
  const gateways = declared.filter((each) => !apart.has(each) && isGatewayNamespace(plane, each));
  const [first] = others;
  return [
    ...[...single, ...gateways].flatMap((namespace) =>
      labelsIn(reader, namespace, hosts).map(
        (labels): Callers => ({
          source: { namespace, ...(labels ? { labels } : {}) },
          declared: isClient.has(namespace) ? [namespace] : [],
        }),
      ),
    ),
    ...(first === undefined ? [] : [{ source: { namespace: first }, declared: others }]),
    { source: { namespace: NOBODYS_NAMESPACE }, declared: [] },
  ];
}

/** Namespaces in which there is a Sidecar. */
function sidecarNamespaces(plane: Plane): readonly string[] {
  return stable(plane, 'namespaces with a Sidecar', ({ reader }) =>
    [...reader.distinct(distinct.namespacesOf('Sidecar'))].sort(),
  );
}

/** The hosts that a VirtualService's calls may have to do with: its own, and those that it sends to. */
export function hostsOnTheWay(
  { resource, namespace }: MeshObject<VirtualService>,
  clusterDomain: string,
): readonly string[] {
  const rules = [...(resource.http?.items ?? []), ...(resource.tls?.items ?? []), ...(resource.tcp?.items ?? [])];
  const destinations = rules.flatMap(({ route }) =>
    (route?.items ?? []).flatMap((each) => each.destination?.host?.value ?? []),
  );
  const own = (resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
  return [
    ...new Set([...own, ...destinations].flatMap((each) => resolveShortHost(each, namespace, clusterDomain) ?? [])),
  ];
}

type Exported = MeshObject<DestinationRule> | MeshObject<ServiceEntry> | MeshObject<VirtualService>;

const KINDS = ['DestinationRule', 'ServiceEntry', 'VirtualService'] as const satisfies readonly Kind[];

/** Namespaces that hold something about these hosts, or to which something about them is exported by name. */
function namedBy(reader: MeshReader, hosts: readonly string[]): ReadonlySet<string> {
  const result = new Set<string>();
  for (const name of namesOf(reader, hosts)) {
    for (const kind of KINDS) {
      for (const object of reader.hosting(kind, name) as readonly Exported[]) {
        result.add(object.namespace ?? '');
        for (const { value } of object.resource.exportTo?.items ?? [])
          if (value && /^[^.*~]/.test(value)) result.add(value);
        if (object.resource.kind === 'VirtualService') for (const each of sourcesOf(object.resource)) result.add(each);
      }
    }
  }
  for (const service of servicesOf(reader, hosts)) {
    result.add(service.namespace ?? '');
    for (const each of (service.resource.annotations[EXPORT_TO] ?? '').split(',')) {
      if (/^[^.*~]/.test(each.trim())) result.add(each.trim());
    }
  }
  return result;
}

const EXPORT_TO = 'networking.istio.io/exportTo';

/** Every name under which a resource may be about one of these hosts. */
function namesOf(reader: MeshReader, hosts: readonly string[]): ReadonlySet<string> {
  const { clusterDomain } = reader.settings;
  return new Set(
    hosts.flatMap((host) => {
      const service = serviceOfHost(host, clusterDomain);
      return [host, ...wildcardsOver(host), ...(service ? [service.name] : [])];
    }),
  );
}

function servicesOf(reader: MeshReader, hosts: readonly string[]): readonly MeshObject<Service>[] {
  return hosts.flatMap((host) => {
    const service = serviceOfHost(host, reader.settings.clusterDomain);
    return service ? reader.named('Service', service.namespace, service.name) : [];
  });
}

function sourcesOf({ http, tls, tcp }: VirtualService): readonly string[] {
  const rules = [...(http?.items ?? []), ...(tls?.items ?? []), ...(tcp?.items ?? [])];
  return rules.flatMap((rule) => [...(rule.match?.items ?? [])]).flatMap((match) => match.sourceNamespace?.value || []);
}

/** Pods without labels, and those that a Sidecar or a DestinationRule of the namespace selects. */
function labelsIn(
  reader: MeshReader,
  namespace: string,
  hosts: readonly string[],
): readonly (Readonly<Record<string, string>> | undefined)[] {
  const rules = [...namesOf(reader, hosts)].flatMap((name) => reader.hosting('DestinationRule', name));
  const selecting = [
    ...reader.inNamespace('Sidecar', namespace || undefined),
    ...rules.filter((each) => (each.namespace ?? '') === namespace),
  ];
  const distinct = new Map<string, Readonly<Record<string, string>>>();
  for (const { resource } of selecting) {
    const labels = resource.workloadSelector?.value;
    if (labels) distinct.set(JSON.stringify(labels), labels);
  }
  return [undefined, ...distinct.values()];
}
