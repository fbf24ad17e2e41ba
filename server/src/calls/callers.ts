/** From where a host is called: namespaces for which Istio may decide differently one by one, the others together. */
import type { DestinationRule, ExportTo, K8sRoute, Service, ServiceEntry, VirtualService } from '../manifest/types.ts';
import { distinct } from '../mesh/distinct.ts';
import { defaultExportTo } from '../mesh/export-defaults.ts';
import { resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { apiRoutesFor, parentGateways, rulesOfRoute } from '../mesh/route-rules.ts';
import { routingConfig } from '../trace/mesh-config.ts';
import { type Plane, stable } from '../trace/plane.ts';
import { servicesOfHost } from '../trace/registry.ts';
import type { CallSource } from '../trace/types.ts';
import { declaredNamespaces, isDeclared, isGatewayNamespace } from './clients.ts';
import { EXPORT_TO_ANNOTATION } from '../mesh/visibility.ts';

/** No namespace has such a name. */
export const NOBODYS_NAMESPACE = '(any other)';

export interface Callers {
  /** One that stands for all. */
  readonly source: CallSource;
  /**
   * The declared clients that it stands for, in text order. Worked out when asked: where calls pass nobody asks, and a namespace that appears or goes changes
   * nothing for them.
   */
  readonly declared: () => readonly string[];
  /** Whether it stands for namespaces that nobody named too. */
  readonly others: boolean;
}

/**
 * Who calls, each group of namespaces once: those that are told apart one by one, and one that stands for all the rest.
 *
 * @param apart namespaces for which something may be different (`audiencesOf`, `rulesApart`)
 * @param hosts that calls have to do with: pods that a DestinationRule for one selects call for themselves
 */
export function callersOf(
  plane: Plane,
  subject: MeshObject,
  apart: ReadonlySet<string>,
  hosts: readonly string[],
): readonly Callers[] {
  const single = [...apart]
    .filter((each) => isDeclared(plane, each) || !isGatewayNamespace(plane, each))
    .flatMap((namespace) => {
      const isClient = isDeclared(plane, namespace);
      const declared = isClient ? [namespace] : [];
      return labelsIn(plane.reader, namespace, hosts).map(
        (labels): Callers => ({
          source: { namespace, ...(labels ? { labels } : {}) },
          declared: () => declared,
          others: !isClient,
        }),
      );
    });
  const all = [...single, restOf(plane, subject, apart)];
  // Whoever wrote the resource goes first: the reasons are told as they are for them.
  const isOwn = ({ source }: Callers) => source.namespace === (subject.namespace ?? '');
  return [...all.filter(isOwn), ...all.filter((each) => !isOwn(each))];
}

/** All namespaces but these, and those that nobody named. */
export function restOf(plane: Plane, subject: MeshObject, apart: ReadonlySet<string>): Callers {
  return {
    source: { namespace: exampleOf(plane, subject, apart) },
    declared: () => declaredBut(plane, apart),
    others: true,
  };
}

function declaredBut(plane: Plane, apart: ReadonlySet<string>): readonly string[] {
  return declaredNamespaces(plane).filter((each) => !apart.has(each));
}

/** The namespace of the resource itself where it is one of them, else the first that is no gateway's. */
function exampleOf(plane: Plane, { namespace = '' }: MeshObject, apart: ReadonlySet<string>): string {
  if (!apart.has(namespace) && isDeclared(plane, namespace)) return namespace;
  return stable(plane, `first client but ${[...apart].sort().join()}`, (inner) => {
    const rest = declaredBut(inner, apart);
    return rest.find((each) => !isGatewayNamespace(inner, each)) ?? rest[0] ?? NOBODYS_NAMESPACE;
  });
}

/** Namespaces in which there is a Sidecar. */
function sidecarNamespaces(plane: Plane): readonly string[] {
  return stable(plane, 'namespaces with a Sidecar', ({ reader }) =>
    [...reader.distinct(distinct.namespacesOf('Sidecar'))].sort(),
  );
}

/** The hosts that a VirtualService's calls may have to do with: its own, and those that it and its delegates send to. */
export function hostsOnTheWay(reader: MeshReader, route: MeshObject<VirtualService>): readonly string[] {
  const { resource, namespace } = route;
  const own = (resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
  return [
    ...own.flatMap((each) => resolveShortHost(each, namespace, reader.settings.clusterDomain) ?? []),
    ...destinationsOf(reader, route),
    ...delegatesOf(reader, route).flatMap((each) => destinationsOf(reader, each)),
  ];
}

function destinationsOf(
  { settings }: MeshReader,
  { resource, namespace }: MeshObject<VirtualService>,
): readonly string[] {
  const rules = [...(resource.http?.items ?? []), ...(resource.tls?.items ?? []), ...(resource.tcp?.items ?? [])];
  return rules
    .flatMap(({ route }) => (route?.items ?? []).flatMap((each) => each.destination?.host?.value ?? []))
    .flatMap((each) => resolveShortHost(each, namespace, settings.clusterDomain) ?? []);
}
/** The same for a route of Gateway API, whose own hosts are those of its targets. */
export function hostsOnTheWayOf(route: MeshObject<K8sRoute>, clusterDomain: string): readonly string[] {
  const destinations = rulesOfRoute(route, clusterDomain).flatMap((rule) => rule.destinations);
  return [...new Set(destinations.flatMap((each) => each.destination?.host?.value ?? []))];
}

function delegatesOf(
  reader: MeshReader,
  { resource, namespace }: MeshObject<VirtualService>,
): readonly MeshObject<VirtualService>[] {
  return (resource.http?.items ?? []).flatMap(({ delegate }) =>
    delegate?.name?.value === undefined
      ? []
      : reader.named('VirtualService', delegate.namespace?.value ?? namespace, delegate.name.value),
  );
}

/**
 * Namespaces that may see something else about these hosts than the rest: those to which something is shown that is not shown to all, those that a match names, and
 * those with a Sidecar.
 *
 * @param hosts as the calls and the destinations on their way name them; Services by their full names
 */
export function audiencesOf(plane: Plane, hosts: readonly string[]): ReadonlySet<string> {
  const { reader } = plane;
  const sidecars = sidecarNamespaces(plane);
  const result = new Set(sidecars);
  // A Sidecar for the whole mesh shows every namespace its own.
  const eachItsOwn = sidecars.includes(routingConfig(plane).rootNamespace);
  for (const name of namesOf(reader, hosts)) {
    const entries = reader.hosting('ServiceEntry', name);
    for (const entry of entries) addAudience(result, reader, entry, eachItsOwn || entries.length > 1);
    for (const route of reader.hosting('VirtualService', name)) {
      addAudience(result, reader, route, eachItsOwn);
      for (const each of sourcesOf(route.resource)) result.add(each);
    }
  }
  // A route of Gateway API is for clients of its own namespace where that is not the service's.
  for (const route of hosts.flatMap((host) => apiRoutesFor(reader, host)))
    if (parentGateways(route).includes(MESH_GATEWAY)) result.add(route.namespace ?? '');
  for (const service of servicesOf(reader, hosts)) {
    const written = service.resource.annotations[EXPORT_TO_ANNOTATION];
    if (written === undefined && isPublicByDefault(reader, 'ServiceEntry')) continue;
    result.add(service.namespace ?? '');
    for (const each of (written ?? '').split(',')) if (/^[^.*~]/.test(each.trim())) result.add(each.trim());
  }
  return result;
}

/** Namespaces for whose sidecars another DestinationRule may apply to one of these hosts than for the rest. */
export function rulesApart(plane: Plane, hosts: readonly string[]): ReadonlySet<string> {
  const { reader } = plane;
  const result = new Set<string>();
  for (const host of hosts) {
    const rules = [...namesOf(reader, [host])].flatMap((name) => reader.hosting('DestinationRule', name));
    if (areSameForAll(plane, host, rules)) continue;
    for (const rule of rules) {
      result.add(rule.namespace ?? '');
      addNamed(result, rule.resource.exportTo);
    }
  }
  return result;
}

/** Whether a public rule beside its service is the only one: every client finds it, its own namespace's by the same steps (`destinationRule` in `push_context.go`). */
function areSameForAll(plane: Plane, host: string, rules: readonly MeshObject<DestinationRule>[]): boolean {
  const [only, ...others] = rules;
  if (!only) return true;
  const { namespace, resource } = only;
  if (others.length > 0 || namespace === undefined || resource.workloadSelector) return false;
  if (!isPublic(plane.reader, only)) return false;
  const services = servicesOfHost(plane, host);
  return services.length > 0 && services.every((each) => each.namespace === namespace);
}

/**
 * Of what is not shown to all, the own namespace and those that it is shown to.
 *
 * @param preferOwn whether its own namespace is told apart anyway: of several for one host the own namespace's goes first
 */
function addAudience(
  result: Set<string>,
  reader: MeshReader,
  object: MeshObject<ServiceEntry> | MeshObject<VirtualService>,
  preferOwn: boolean,
): void {
  if (isPublic(reader, object) && !preferOwn) return;
  const { resource, namespace } = object;
  result.add(namespace ?? '');
  addNamed(result, resource.exportTo);
}

function addNamed(result: Set<string>, exportTo: ExportTo | undefined): void {
  for (const { value } of exportTo?.items ?? []) if (value && /^[^.*~]/.test(value)) result.add(value);
}

function isPublic(
  reader: MeshReader,
  { resource }: MeshObject<ServiceEntry> | MeshObject<VirtualService> | MeshObject<DestinationRule>,
): boolean {
  const written = resource.exportTo?.items ?? [];
  if (written.length > 0) return written.some(({ value }) => value === '*');
  return isPublicByDefault(reader, resource.kind);
}

function isPublicByDefault(reader: MeshReader, kind: 'ServiceEntry' | 'VirtualService' | 'DestinationRule'): boolean {
  return defaultExportTo(reader, kind)?.includes('*') ?? false;
}

/** Every name under which a resource may be about one of these hosts. */
function namesOf(reader: MeshReader, hosts: readonly string[]): ReadonlySet<string> {
  const { clusterDomain } = reader.settings;
  return new Set(
    hosts.flatMap((host) => {
      const service = serviceOfHost(host, clusterDomain);
      return [host, ...reader.listedWildcards(host), ...(service ? [service.name] : [])];
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
