/** Services and ServiceEntries as the registry's services (`pilot/pkg/serviceregistry/{kube,serviceentry}/conversion.go`). */
import type { Service, ServiceEntry } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { DeclaredGateway } from '../workspace/mesh-settings.ts';
import { isIpAddress } from '../mesh/hosts.ts';
import { prefixOf } from '../mesh/addresses.ts';
import { ANY_ADDRESS, type MeshService, type Resolution } from './model.ts';
import { nameOf, namespaceOf } from './plane.ts';
import { parseProtocol, servicePortProtocol } from '../mesh/protocol.ts';
import { EXPORT_TO_ANNOTATION } from '../mesh/visibility.ts';

const RESOLUTIONS: Readonly<Record<string, Resolution>> = {
  NONE: 'passthrough',
  STATIC: 'balanced',
  DNS: 'dns',
  DNS_ROUND_ROBIN: 'dns-round-robin',
  DYNAMIC_DNS: 'dynamic-dns',
};

/** One service for each host and address; hosts are taken as written. */
export function servicesOfEntry(object: MeshObject<ServiceEntry>): readonly MeshService[] {
  const { resource } = object;
  const exportTo = values(resource.exportTo?.items);
  const addresses = values(resource.addresses?.items).flatMap((each) => entryAddress(each) ?? []);
  const ports = (resource.ports?.items ?? []).map((port) => ({
    name: port.name?.value ?? '',
    number: port.number?.value ?? 0,
    protocol: parseProtocol(port.protocol?.value),
  }));
  return values(resource.hosts?.items).flatMap((hostname) =>
    ((resource.addresses?.items.length ?? 0) > 0 ? addresses : [ANY_ADDRESS]).map((address) => ({
      hostname,
      namespace: namespaceOf(object),
      name: hostname,
      kubernetes: false,
      meshExternal: (resource.location?.value ?? 'MESH_EXTERNAL') === 'MESH_EXTERNAL',
      resolution: RESOLUTIONS[resource.resolution?.value ?? 'NONE'] ?? 'passthrough',
      address,
      ports,
      exportTo: exportTo.length > 0 ? new Set(exportTo) : undefined,
      externalName: undefined,
      aliases: [],
      labels: resource.labels,
      selector: resource.workloadSelector?.value,
      source: object,
    })),
  );
}

/** An IP as it is, a CIDR of one address as that address; nothing for anything else. */
function entryAddress(written: string): string | undefined {
  if (isIpAddress(written)) return written;
  const prefix = prefixOf(written);
  if (!prefix) return undefined;
  return prefix.bits === prefix.width ? written.slice(0, written.indexOf('/')) : written;
}

/**
 * A Kubernetes Service. One without `clusterIP` gets an address when it is created: which one is not known here, but no client that dials a name
 * or an address of the outside meets it.
 */
export function serviceOfKubernetes(object: MeshObject<Service>, clusterDomain: string): MeshService {
  const { resource } = object;
  const namespace = namespaceOf(object);
  const name = nameOf(object);
  const alias = resource.type?.value === 'ExternalName' && (resource.externalName?.value ?? '') !== '';
  const clusterIp = resource.clusterIP?.value ?? '';
  const headless = clusterIp === 'None';
  const exportTo = (resource.annotations[EXPORT_TO_ANNOTATION] ?? '').split(',').map((each) => each.trim());
  return {
    hostname: `${name}.${namespace}.svc.${clusterDomain}`,
    namespace,
    name,
    kubernetes: true,
    meshExternal: alias,
    resolution: headless ? 'passthrough' : alias ? 'alias' : 'balanced',
    address: headless || alias ? ANY_ADDRESS : clusterIp || `cluster IP of ${namespace}/${name}`,
    ports: (resource.ports?.items ?? []).map((port) => {
      const number = port.port?.value ?? 0;
      const portName = port.name?.value ?? '';
      return {
        name: portName,
        number,
        protocol: servicePortProtocol({
          number,
          name: portName,
          protocol: port.protocol?.value,
          appProtocol: port.appProtocol?.value,
        }),
      };
    }),
    exportTo: exportTo.some((each) => each !== '') ? new Set(exportTo) : undefined,
    externalName: alias ? resource.externalName?.value : undefined,
    aliases: [],
    labels: resource.labels,
    selector: resource.selector?.value,
    source: object,
  };
}

/** The Service of an install that is declared or assumed, not read. */
export function serviceOfInstall(install: DeclaredGateway, clusterDomain: string): MeshService {
  return {
    hostname: `${install.service}.${install.namespace}.svc.${clusterDomain}`,
    namespace: install.namespace,
    name: install.service,
    kubernetes: true,
    meshExternal: false,
    resolution: 'balanced',
    address: `cluster IP of ${install.namespace}/${install.service}`,
    ports: install.ports.map(({ port, name = '' }) => ({
      name,
      number: port,
      protocol: servicePortProtocol({ number: port, name, protocol: undefined, appProtocol: undefined }),
    })),
    exportTo: undefined,
    externalName: undefined,
    aliases: [],
    labels: {},
    selector: install.labels,
    source: undefined,
  };
}

function values(items: readonly { readonly value: string | undefined }[] | undefined): readonly string[] {
  return (items ?? []).flatMap((each) => each.value ?? []);
}
