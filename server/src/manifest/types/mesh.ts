/** The mesh configuration, and resources that may decide otherwise than routing does. */
import type { Field, Labels, List, ResourceBase } from './base.ts';

/** The parts of the mesh configuration that decide routing, from an IstioOperator or the `istio` ConfigMap. */
export interface MeshConfigResource extends ResourceBase {
  readonly kind: 'MeshConfig';
  readonly source: 'IstioOperator' | 'ConfigMap';
  readonly config: MeshConfig;
}

/** Fields absent here have Istio's default (`pkg/config/mesh/mesh.go`). */
export interface MeshConfig {
  readonly outboundTrafficPolicy?: Field<string>;
  readonly rootNamespace?: Field<string>;
  readonly trustDomain?: Field<string>;
  readonly enableAutoMtls?: Field<boolean>;
  readonly defaultServiceExportTo?: List<Field<string>>;
  readonly defaultVirtualServiceExportTo?: List<Field<string>>;
  readonly defaultDestinationRuleExportTo?: List<Field<string>>;
}

/** Resources that may decide otherwise than routing does: only whom they select is read. */
export interface Policy extends ResourceBase {
  readonly kind: 'AuthorizationPolicy' | 'NetworkPolicy' | 'EnvoyFilter';
  /** Absent selects every workload of the namespace (of the mesh, in the root namespace). */
  readonly selector?: Labels;
}
