/** The Services through which calls reach the pods of a Gateway. */
import type { Gateway, Service } from '../manifest/types.ts';
import type { MeshObject, MeshReader } from './mesh.ts';

export interface GatewayService {
  /** `name.namespace.svc.DOMAIN`. */
  readonly host: string;
  readonly name: string;
  readonly namespace: string;
  readonly ports: readonly GatewayServicePort[];
  /** How it is known: as in `GatewayPods`. */
  readonly evidence: 'workspace' | 'declared' | 'standard';
  /** Of one in the workspace. */
  readonly source?: MeshObject<Service>;
}

export interface GatewayServicePort {
  readonly number: number;
  readonly name: string;
}

/**
 * Services whose selector agrees with the Gateway's (every label that both have is the same), then installs whose labels fit it: those
 * that the settings declare, and the standard one. None where the selector is not known.
 */
export function gatewayServices(reader: MeshReader, gateway: MeshObject<Gateway>): readonly GatewayService[] {
  const labels = gateway.resource.selector?.value;
  if (!labels) return [];
  const found = new Map<string, GatewayService>();
  for (const [label, value] of Object.entries(labels)) {
    for (const service of reader.labelled('Service', label, value)) {
      const each = agrees(service.resource.selector?.value ?? {}, labels) ? ofService(service, reader) : undefined;
      if (each) found.set(each.host, each);
    }
  }
  for (const each of installedServices(reader)) {
    const install = reader.settings.gateways.find(
      (one) => one.service === each.name && one.namespace === each.namespace,
    );
    const fits = Object.entries(labels).every(([label, value]) => install?.labels[label] === value);
    if (fits && !found.has(each.host)) found.set(each.host, each);
  }
  return [...found.values()];
}

/** The Services of gateways that the settings declare and of the standard install. */
export function installedServices(reader: MeshReader): readonly GatewayService[] {
  return reader.settings.gateways.map(({ service, namespace, ports, source: evidence }) => {
    const [written] = reader.named('Service', namespace, service);
    return (
      (written && ofService(written, reader)) ?? {
        host: hostOf(service, namespace, reader),
        name: service,
        namespace,
        evidence,
        ports: ports.map(({ port, name }) => ({ number: port, name: name ?? '' })),
      }
    );
  });
}

function ofService(source: MeshObject<Service>, reader: MeshReader): GatewayService | undefined {
  const { namespace, resource } = source;
  const name = resource.name.value;
  if (namespace === undefined || name === undefined) return undefined;
  const ports = (resource.ports?.items ?? []).flatMap((each) =>
    each.port?.value === undefined ? [] : [{ number: each.port.value, name: each.name?.value ?? '' }],
  );
  return { host: hostOf(name, namespace, reader), name, namespace, ports, evidence: 'workspace', source };
}

function hostOf(name: string, namespace: string, reader: MeshReader): string {
  return `${name}.${namespace}.svc.${reader.settings.clusterDomain}`;
}

function agrees(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([label, value]) => selector[label] === undefined || selector[label] === value);
}
