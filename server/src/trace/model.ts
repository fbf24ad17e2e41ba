/** The service registry's view of a Service or of one host of a ServiceEntry (`pilot/pkg/model/service.go`). */
import type { Service, ServiceEntry } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { Protocol } from '../mesh/protocol.ts';

export interface ServicePort {
  readonly name: string;
  readonly number: number;
  readonly protocol: Protocol;
}

/**
 * `balanced`: over known endpoints (STATIC, a normal Service). `dns`, `dns-round-robin`: what a name resolves to. `passthrough`: to where the client dialled
 * (NONE, a headless Service). `dynamic-dns`: the name of each request. `alias`: another name (an ExternalName Service).
 */
export type Resolution = 'balanced' | 'dns' | 'dns-round-robin' | 'passthrough' | 'dynamic-dns' | 'alias';

export interface MeshService {
  readonly hostname: string;
  readonly namespace: string;
  /** What the registry sorts by: the Service's name, or the host of a ServiceEntry. */
  readonly name: string;
  readonly kubernetes: boolean;
  readonly meshExternal: boolean;
  readonly resolution: Resolution;
  /** An IP, a CIDR, or `0.0.0.0` where there is none. */
  readonly address: string;
  readonly ports: readonly ServicePort[];
  /** Absent means the mesh's default. */
  readonly exportTo: ReadonlySet<string> | undefined;
  readonly externalName: string | undefined;
  /** Names of ExternalName Services that mean this one. */
  readonly aliases: readonly ServiceAlias[];
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>> | undefined;
  /** Absent for a gateway's Service that the settings declare. */
  readonly source: MeshObject<Service> | MeshObject<ServiceEntry> | undefined;
}

export interface ServiceAlias {
  readonly hostname: string;
  readonly namespace: string;
}

export const ANY_ADDRESS = '0.0.0.0';

export function portOf(service: MeshService, number: number): ServicePort | undefined {
  return service.ports.find((each) => each.number === number);
}
