/** What routes of Gateway API refer to (`NormalizeReference`, `toInternalParentReference` in `pilot/pkg/config/kube`). */
import { GATEWAY_API_GROUP, ISTIO_NETWORKING_GROUP, type ObjectReference } from '../manifest/types.ts';

export type ParentKind = 'Gateway' | 'Service' | 'ServiceEntry';

export interface Parent {
  readonly kind: ParentKind;
  /** Undefined where it is not known. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/**
 * The parent of a route. Without a group and kind it is a Gateway.
 *
 * @param namespace of the route
 * @returns undefined for a parent that istiod does not know, and where a value is not known
 */
export function parentOf(reference: ObjectReference, namespace: string | undefined): Parent | undefined {
  const kind = parentKind(reference);
  const name = reference.name?.value;
  return kind && name !== undefined ? { kind, namespace: namespaceOf(reference, namespace), name } : undefined;
}

function parentKind(reference: ObjectReference): ParentKind | undefined {
  const { group, kind } = groupKind(reference, { group: GATEWAY_API_GROUP, kind: 'Gateway' });
  if (group === GATEWAY_API_GROUP && kind === 'Gateway') return 'Gateway';
  if (group === '' && kind === 'Service') return 'Service';
  return group === ISTIO_NETWORKING_GROUP && kind === 'ServiceEntry' ? 'ServiceEntry' : undefined;
}

export type BackendKind = 'Service' | 'Hostname' | 'ServiceImport' | 'InferencePool' | 'other';

/** The kind of a backend. Without a group and kind it is a Service. */
export function backendKind(reference: ObjectReference): BackendKind {
  const { group, kind } = groupKind(reference, { group: '', kind: 'Service' });
  if (group === '' && kind === 'Service') return 'Service';
  if (group === ISTIO_NETWORKING_GROUP && kind === 'Hostname') return 'Hostname';
  if (group === 'multicluster.x-k8s.io' && kind === 'ServiceImport') return 'ServiceImport';
  return group === 'inference.networking.k8s.io' && kind === 'InferencePool' ? 'InferencePool' : 'other';
}

/** What a backend is looked up by: `namespace/name` of a Service, or a host. */
export function backendOf(reference: ObjectReference, namespace: string | undefined): string | undefined {
  const name = reference.name?.value;
  if (name === undefined) return undefined;
  switch (backendKind(reference)) {
    case 'Service':
    case 'ServiceImport':
      return `${namespaceOf(reference, namespace) ?? ''}/${name}`;
    case 'Hostname':
      return name;
    default:
      return undefined;
  }
}

/** The namespace that a reference means: its own, else that of the route. */
export function namespaceOf(reference: ObjectReference, namespace: string | undefined): string | undefined {
  return reference.namespace ? reference.namespace.value : namespace;
}

/** Group and kind with their defaults; undefined where they are not known. */
export function groupKind(
  { group, kind }: ObjectReference,
  byDefault: { readonly group: string; readonly kind: string },
): { readonly group: string | undefined; readonly kind: string | undefined } {
  return { group: group ? group.value : byDefault.group, kind: kind ? kind.value : byDefault.kind };
}
