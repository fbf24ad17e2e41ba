/** Whether the host that a route sends to is one that Istio knows: a Service's full name, or a ServiceEntry's host. */
import type { Service, ServiceEntry } from '../manifest/types.ts';
import type { DeclaredGateway } from '../workspace/mesh-settings.ts';
import { resolveShortHost, serviceOfHost, wildcardsOver } from './hosts.ts';
import { declaredElsewhere, isComplete, mayBeTemplated } from './knowledge.ts';
import type { MeshObject, MeshReader } from './mesh.ts';
import { workloadsWith } from './workloads.ts';
import { isTypoOf } from './near-miss.ts';

export interface MeantHost {
  /** The full host to write instead. */
  readonly host: string;
  /** What shows that this was meant, where it is a resource. */
  readonly shownBy: MeshObject | undefined;
  /** `elsewhere`: the only Service of this name is in another namespace than the full name says, which may be meant or not. */
  readonly why: 'form' | 'namespace' | 'typo' | 'wildcard' | 'elsewhere';
}

export type DestinationLookup =
  | {
      readonly status: 'found';
      readonly host: string;
      readonly services: readonly MeshObject<Service>[];
      readonly entries: readonly MeshObject<ServiceEntry>[];
      /** The assumed or declared gateway Service of this name, where no Service resource is there. */
      readonly declared: DeclaredGateway | undefined;
    }
  | { readonly status: 'absent'; readonly host: string; readonly meant: MeantHost | undefined }
  /** It may live elsewhere. `needs` names the resource that would tell. */
  | { readonly status: 'unknowable'; readonly needs: string | undefined };

/**
 * Looks a route's destination up. Istio compares the full name exactly: a wildcard ServiceEntry makes no cluster for a host under it
 * (`pilot/pkg/networking/core/cluster.go`), and `name.namespace` is nobody's name.
 *
 * @param written the destination's host as in the YAML
 * @param namespace of the VirtualService
 * @param hosts the VirtualService's own hosts: what a destination usually repeats
 */
export function lookupDestination(
  reader: MeshReader,
  written: string,
  namespace: string | undefined,
  hosts: readonly string[],
): DestinationLookup {
  const { settings } = reader;
  const host = resolveShortHost(written, namespace, settings.clusterDomain);
  const entries = reader.hosting('ServiceEntry', host ?? written);
  // A short name whose namespace is not known can only be found where the Service's is not known either.
  if (host === undefined) {
    const services = reader.named('Service', undefined, written);
    if (services.length + entries.length > 0)
      return { status: 'found', host: written, services, entries, declared: undefined };
    return { status: 'unknowable', needs: `Service ${written}` };
  }
  const service = serviceOfHost(host, settings.clusterDomain);
  const services = service ? reader.named('Service', service.namespace, service.name) : [];
  const declared = service
    ? settings.gateways.find((each) => each.service === service.name && each.namespace === service.namespace)
    : undefined;
  if (services.length + entries.length > 0) return { status: 'found', host, services, entries, declared: undefined };
  if (declared) return { status: 'found', host, services, entries, declared };
  if (service) return lookupService(reader, host, service, written, namespace);
  return lookupExternal(reader, host, hosts);
}

function lookupService(
  reader: MeshReader,
  host: string,
  service: { readonly name: string; readonly namespace: string },
  written: string,
  own: string | undefined,
): DestinationLookup {
  const { name, namespace } = service;
  const unknowable: DestinationLookup = { status: 'unknowable', needs: `Service ${namespace}/${name}` };
  if (declaredElsewhere(reader.settings, 'Service', namespace, name)) return { status: 'unknowable', needs: undefined };
  // istiod makes the Service of a Gateway API gateway; ours may also be one whose namespace is not known.
  if (isGatewayApiService(reader, service) || reader.named('Service', undefined, name).length > 0) {
    return { status: 'unknowable', needs: undefined };
  }
  const meant = meantService(reader, service, written, own);
  if (isComplete(reader.settings, namespace))
    return { status: 'absent', host, meant: meant ?? runningNamesake(reader, name) };
  if (!meant || reader.mesh.openBy !== undefined || mayBeTemplated(reader, 'Service')) return unknowable;
  return { status: 'absent', host, meant };
}

function isGatewayApiService(reader: MeshReader, { name, namespace }: { name: string; namespace: string }): boolean {
  if (!name.endsWith('-istio')) return false;
  return reader.named('K8sGateway', namespace, name.slice(0, -'-istio'.length)).length > 0;
}

function meantService(
  reader: MeshReader,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  written: string,
  own: string | undefined,
): MeantHost | undefined {
  const { clusterDomain, gateways } = reader.settings;
  const full = (of: string, where: string) => fullName(of, where, clusterDomain);
  const neighbours = reader.inNamespace('Service', namespace).filter((each) => isTypoOf(name, nameOf(each)));
  const [neighbour] = neighbours;
  if (neighbour && neighbours.length === 1) {
    return { host: full(nameOf(neighbour), namespace), shownBy: neighbour, why: 'typo' };
  }
  const install = gateways.find((each) => each.namespace === namespace && isTypoOf(name, each.service));
  if (install) return { host: full(install.service, namespace), shownBy: undefined, why: 'typo' };
  // A short name is meant for a neighbour; that the Service lives next door is evidence. A full name says where it looks.
  return written === name && namespace === own ? namesake(reader, name, 'namespace') : undefined;
}

/** The only Service of a name. */
function namesake(reader: MeshReader, name: string, why: 'namespace' | 'elsewhere'): MeantHost | undefined {
  const all = reader.namedAnywhere('Service', name).filter((each) => each.namespace !== undefined);
  const [only] = all;
  if (!only?.namespace || all.length !== 1) return undefined;
  return { host: fullName(name, only.namespace, reader.settings.clusterDomain), shownBy: only, why };
}

/** The same, where its pods are there too: else it is the Service that is in the wrong namespace. */
function runningNamesake(reader: MeshReader, name: string): MeantHost | undefined {
  const found = namesake(reader, name, 'elsewhere');
  const service = found?.shownBy?.resource;
  if (!found?.shownBy || service?.kind !== 'Service') return undefined;
  const { namespace } = found.shownBy;
  const runs = workloadsWith(reader, service.selector?.value ?? {}).some((each) => each.namespace === namespace);
  return runs ? found : undefined;
}

function fullName(name: string, namespace: string, clusterDomain: string): string {
  return `${name}.${namespace}.svc.${clusterDomain}`;
}

function lookupExternal(reader: MeshReader, host: string, hosts: readonly string[]): DestinationLookup {
  const needs = `ServiceEntry ${host}`;
  if (declaredElsewhere(reader.settings, 'ServiceEntry', undefined, host))
    return { status: 'unknowable', needs: undefined };
  const meant = meantForm(reader, host) ?? meantHost(reader, host, hosts);
  if (isComplete(reader.settings, undefined)) return { status: 'absent', host, meant };
  if (!meant || reader.mesh.openBy !== undefined || mayBeTemplated(reader, 'ServiceEntry')) {
    return { status: 'unknowable', needs };
  }
  return { status: 'absent', host, meant };
}

/** `name.namespace` and `name.namespace.svc`, as DNS has them and Istio does not. */
function meantForm(reader: MeshReader, host: string): MeantHost | undefined {
  const [name, namespace, svc, ...rest] = host.split('.');
  if (!name || !namespace || rest.length > 0 || (svc !== undefined && svc !== 'svc')) return undefined;
  const { clusterDomain, gateways } = reader.settings;
  const full = `${name}.${namespace}.svc.${clusterDomain}`;
  const [shownBy] = reader.named('Service', namespace, name);
  if (shownBy) return { host: full, shownBy, why: 'form' };
  const known = gateways.some((each) => each.service === name && each.namespace === namespace);
  return known ? { host: full, shownBy: undefined, why: 'form' } : undefined;
}

function meantHost(reader: MeshReader, host: string, hosts: readonly string[]): MeantHost | undefined {
  for (const each of hosts) {
    const [shownBy] = isTypoOf(host, each) ? reader.hosting('ServiceEntry', each) : [];
    if (shownBy) return { host: each, shownBy, why: 'typo' };
  }
  for (const wildcard of wildcardsOver(host)) {
    const [shownBy] = wildcard === '*' ? [] : reader.hosting('ServiceEntry', wildcard);
    if (shownBy) return { host: wildcard, shownBy, why: 'wildcard' };
  }
  return undefined;
}

function nameOf(object: MeshObject): string {
  return object.resource.name.value ?? '';
}
