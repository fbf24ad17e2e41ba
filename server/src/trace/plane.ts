/** What a trace may ask: the mesh as one control plane sees it. */
import { compareConfig } from '../mesh/config-order.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';

import type { TraceCache } from './cache.ts';

export { compareText } from '../mesh/config-order.ts';

/** A gateway's pod (a Deployment's pods count as one: they are equal). */
export interface GatewayPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Named container ports. */
  readonly ports: Readonly<Record<string, number>>;
  /** `service`: only a Service that selects them is in the workspace. */
  readonly evidence: 'workspace' | 'service' | 'declared' | 'standard';
}

export interface Plane {
  readonly reader: MeshReader;
  readonly cache: TraceCache;
  /** The gateway pods, where they are known from elsewhere; otherwise they are worked out from the mesh. */
  readonly pods: readonly GatewayPod[] | undefined;
  /**
   * The domain that istiod adds to short names in VirtualServices and DestinationRules; the cluster's where absent, as istiod is installed.
   * Empty for a control plane that was started without one: then a short name becomes `name.namespace`, which is no Service's name.
   */
  readonly shortNameDomain?: string;
  /** See `KnownCluster`. */
  readonly secrets?: 'none';
  /**
   * Whether a step names who opened a port where nothing that is asked for did. Of all Gateways of the port that is the first one: whoever decides and does not
   * show should not depend on it.
   */
  readonly openers?: 'not named';
  /** Whether the API server and istiod's webhook let this resource in; what they reject is not in the mesh. */
  readonly accepts: (object: MeshObject) => boolean;
}

/** Remembers an answer (see `TraceCache.memo`). */
export function memo<T>(plane: Plane, name: string, compute: (plane: Plane) => T): T {
  return plane.cache.memo(plane.reader, name, (reader) => compute({ ...plane, reader }));
}

/** Remembers a small summary of much, which is compared before its readers are told of a change (see `TraceCache.stable`). */
export function stable<T>(plane: Plane, name: string, compute: (plane: Plane) => T): T {
  return plane.cache.stable(plane.reader, name, () => withoutAsker(plane, compute));
}

/** Kept as long as the answer is: it must not hold what was worked out for whoever asked first. */
function withoutAsker<T>({ reader: _asker, ...kept }: Plane, compute: (plane: Plane) => T): (reader: MeshReader) => T {
  return (reader) => compute({ ...kept, reader });
}

/** An answer that is asked for several times on the way of one call, and kept as long as its reader (see `MeshReader.once`). */
export function once<T>({ reader }: Plane, question: unknown, about: unknown, compute: () => T): T {
  return reader.once(question, about, compute);
}

/** The namespace of an object; one whose namespace is not known is in a namespace of its own. */
export function namespaceOf(object: MeshObject): string {
  return object.namespace ?? '';
}

export function nameOf(object: MeshObject): string {
  return object.resource.name.value ?? '';
}

/** The kind as it is written: our name for the Gateway of Gateway API is another. */
export function writtenKind({ resource }: MeshObject): string {
  return resource.kind === 'K8sGateway' ? 'Gateway' : resource.kind;
}

/** `Kind namespace/name`. */
export function titleOf(object: MeshObject): string {
  return `${writtenKind(object)} ${namespaceOf(object)}/${nameOf(object)}`;
}

/** The control plane's order of configuration: see `compareConfig`. */
export function inConfigOrder<T extends MeshObject>(objects: readonly T[]): readonly T[] {
  return [...objects].sort(compareConfig);
}

/** Whether every pair of `selector` is in `labels` (`labels.Instance.SubsetOf`); an empty selector selects everything. */
export function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  return Object.entries(selector ?? {}).every(([label, value]) => labels?.[label] === value);
}
