/** The backends of a route as destinations (`buildDestination` in `pilot/pkg/config/kube/gateway/conversion.go`). */
import type { BackendReference, K8sRoute, ObjectReference } from '../../manifest/types.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { backendKind } from '../../mesh/route-references.ts';
import { routingConfig } from '../mesh-config.ts';
import { namespaceOf, type Plane } from '../plane.ts';
import type { DestinationSpec } from '../route-spec.ts';
import { isGranted } from './grants.ts';

/** `sidecar`: what sidecars follow may refer to any namespace; `gateway`: what gateways follow needs a grant. */
export type RouteUse = 'sidecar' | 'gateway';

/** Where nothing is wrong with the whole route: `host` is empty for a backend that is not permitted or of a kind that istiod does not know. */
type Backend = Pick<DestinationSpec, 'range' | 'host' | 'port'>;

/** `invalid`: istiod drops the whole route. */
export type BackendProblem = 'service-name' | 'namespace' | 'port';

export function backendTo(
  plane: Plane,
  route: MeshObject<K8sRoute>,
  reference: ObjectReference,
  use: RouteUse,
): Backend | BackendProblem {
  const { range } = reference;
  const own = namespaceOf(route);
  const namespace = reference.namespace ? (reference.namespace.value ?? '') : own;
  const name = reference.name?.value ?? '';
  const kind = backendKind(reference);
  const unknown: Backend = { range, host: '', port: undefined };
  if (use === 'gateway' && namespace !== own) {
    const fromKind = route.resource.kind === 'TLSRoute' ? 'TLSRoute' : 'HTTPRoute';
    const granted =
      kind === 'Service' &&
      isGranted(plane, { fromKind, fromNamespace: own, toKind: 'Service', toNamespace: namespace, name });
    if (!granted) return unknown;
  }
  if (kind === 'other' || kind === 'InferencePool') return unknown;
  if (kind === 'Service' && name.includes('.')) return 'service-name';
  if (kind === 'Hostname' && reference.namespace) return 'namespace';
  if (!reference.port) return 'port';
  const host = kind === 'Hostname' ? name : `${name}.${namespace}.svc.${routingConfig(plane).clusterDomain}`;
  return { range, host, port: reference.port.value ?? 0 };
}

/** All with a weight; of a single one the weight does not count. The first problem that makes istiod drop the route is told instead. */
export function destinationsOf(
  plane: Plane,
  route: MeshObject<K8sRoute>,
  references: readonly BackendReference[],
  use: RouteUse,
  authorityOf: (reference: BackendReference) => string | 'unsupported-filter' = () => '',
): readonly DestinationSpec[] | BackendProblem | 'unsupported-filter' {
  const kept = references.filter((each) => weightOf(each) !== 0);
  const result: DestinationSpec[] = [];
  for (const each of kept) {
    const backend = backendTo(plane, route, each, use);
    if (typeof backend === 'string') return backend;
    const authority = authorityOf(each);
    if (authority === 'unsupported-filter') return authority;
    result.push({ ...backend, subset: '', weight: kept.length === 1 ? 0 : weightOf(each), authority });
  }
  return result;
}

/** Whether any backend is given requests. */
export function hasWeight(references: readonly BackendReference[]): boolean {
  return references.reduce((sum, each) => sum + weightOf(each), 0) !== 0;
}

function weightOf({ weight }: BackendReference): number {
  return weight?.value ?? 1;
}
