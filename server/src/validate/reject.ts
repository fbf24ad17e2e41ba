/** Whether a resource gets into the mesh at all. */
import type { MeshObject } from '../mesh/mesh.ts';
import { destinationRuleRejections } from './destination-rule.ts';
import { gatewayRejections } from './gateway.ts';
import type { Rejection } from './rejection.ts';
import { serviceEntryRejections } from './service-entry.ts';
import { sidecarRejections } from './sidecar.ts';
import { virtualServiceRejections } from './virtual-service.ts';

/** Why the API server or istiod's webhook rejects the resource; empty where they let it in, or where it is not known. */
export function rejections({ resource, namespace = '' }: MeshObject): readonly Rejection[] {
  const typed = resource.mismatches.map((each) => ({
    range: each.range,
    text: `Invalid value: "${each.actual}": ${each.path} in body must be of type ${each.expected}`,
  }));
  switch (resource.kind) {
    case 'VirtualService':
      return [...typed, ...virtualServiceRejections(resource, namespace)];
    case 'ServiceEntry':
      return [...typed, ...serviceEntryRejections(resource, namespace)];
    case 'Gateway':
      return [...typed, ...gatewayRejections(resource)];
    case 'DestinationRule':
      return [...typed, ...destinationRuleRejections(resource, namespace)];
    case 'Sidecar':
      return [...typed, ...sidecarRejections(resource)];
    default:
      return [];
  }
}

/** Answers whether a resource gets in, each resource looked at once. */
export class Admission {
  readonly #known = new WeakMap<MeshObject, boolean>();

  accepts(object: MeshObject): boolean {
    const known = this.#known.get(object);
    if (known !== undefined) return known;
    const accepted = rejections(object).length === 0;
    this.#known.set(object, accepted);
    return accepted;
  }
}
