/**
 * Istio and Kubernetes resources as plain, serialisable data.
 *
 * Every value that a rule can point at carries its range. A field that is not written is absent.
 * A field whose value cannot be known (a placeholder, a template) or has the wrong type is present with `value: undefined`:
 * it must never be treated as equal or unequal to anything.
 */

import type { DestinationRule } from './types/destination-rule.ts';
import type { Gateway, Sidecar } from './types/gateway.ts';
import type { K8sGateway, K8sRoute, ReferenceGrant } from './types/gateway-api.ts';
import type { Namespace, Service, Workload } from './types/kubernetes.ts';
import type { MeshConfigResource, Policy } from './types/mesh.ts';
import type { VirtualService } from './types/routing.ts';
import type { ServiceEntry, WorkloadEntry } from './types/service-entry.ts';

export type * from './types/base.ts';
export type * from './types/destination-rule.ts';
export type * from './types/gateway.ts';
export type * from './types/gateway-api.ts';
export type * from './types/kubernetes.ts';
export type * from './types/mesh.ts';
export type * from './types/routing.ts';
export type * from './types/service-entry.ts';
export { GATEWAY_API_GROUP, ISTIO_NETWORKING_GROUP } from './types/base.ts';

export type Resource =
  | VirtualService
  | Gateway
  | ServiceEntry
  | WorkloadEntry
  | DestinationRule
  | Sidecar
  | Service
  | Workload
  | Namespace
  | MeshConfigResource
  | Policy
  | K8sGateway
  | K8sRoute
  | ReferenceGrant;

export type Kind = Resource['kind'];

export type ResourceOf<K extends Kind> = Extract<Resource, { readonly kind: K }>;
