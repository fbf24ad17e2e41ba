/** The mesh configuration, and resources that may decide otherwise than routing does. */
import type { Field, Labels, List, Range, ResourceBase } from './base.ts';

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
  /** Whether sidecars answer DNS themselves (`ISTIO_META_DNS_CAPTURE`), and so give hosts addresses of their own. */
  readonly dnsCapture?: Field<string>;
  /** The namespaces that istiod looks at; absent means all. */
  readonly discoverySelectors?: List<NamespaceSelector>;
}

/** Namespaces by their labels, as far as it is read. */
export interface NamespaceSelector {
  readonly matchLabels?: Labels;
  /** With expressions it is not known whom it selects. */
  readonly hasExpressions: boolean;
}

/** Resources that may decide otherwise than routing does: whom they select is read, and a little of what they ask. */
export type Policy = AuthorizationPolicy | NetworkPolicy | EnvoyFilter;

interface PolicyBase extends ResourceBase {
  /** Absent selects every workload of the namespace (of the mesh, in the root namespace). */
  readonly selector?: Labels;
}

export interface AuthorizationPolicy extends PolicyBase {
  readonly kind: 'AuthorizationPolicy';
  /** The lists that name callers by their identity, each with the name of its field. */
  readonly identities?: readonly Field<string>[];
  /** The ports that its rules are for; absent where one is for all. */
  readonly ports?: readonly string[];
}

export interface NetworkPolicy extends PolicyBase {
  readonly kind: 'NetworkPolicy';
  /** Its rules for connections outwards; absent where it does not limit them. */
  readonly egress?: List<NetworkEgress>;
}

export interface EnvoyFilter extends PolicyBase {
  readonly kind: 'EnvoyFilter';
}

export interface NetworkEgress {
  readonly range: Range;
  /** Numbers or names; absent where it allows every port. */
  readonly ports?: readonly (number | string | undefined)[];
}
