/** ReferenceGrants: who may refer to what in another namespace (`pilot/pkg/config/kube/gatewaycommon/references.go`). */
import { GATEWAY_API_GROUP } from '../../manifest/types.ts';
import type { Plane } from '../plane.ts';

export interface CrossReference {
  readonly fromKind: 'Gateway' | 'HTTPRoute' | 'TLSRoute';
  readonly fromNamespace: string;
  /** Of the core group. */
  readonly toKind: 'Service' | 'Secret';
  readonly toNamespace: string;
  readonly name: string;
}

/** Whether a grant in the namespace that is referred to allows the reference. */
export function isGranted({ reader, accepts }: Plane, reference: CrossReference): boolean {
  const { fromKind, fromNamespace, toKind, toNamespace, name } = reference;
  return reader
    .inNamespace('ReferenceGrant', toNamespace || undefined)
    .filter(accepts)
    .some(
      ({ resource }) =>
        resource.from?.items.some(
          (each) =>
            each.group?.value === GATEWAY_API_GROUP &&
            each.kind?.value === fromKind &&
            each.namespace?.value === fromNamespace,
        ) &&
        resource.to?.items.some(
          (each) =>
            (each.group?.value ?? '') === '' && each.kind?.value === toKind && (!each.name || each.name.value === name),
        ),
    );
}
