/** Routes as the control plane works with them, whichever resource they are written in. */
import type { K8sRoute, VirtualService } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { HttpRouteSpec, L4RouteSpec, WrittenHttpRouteSpec } from './route-spec.ts';

/** What routes are written in. */
export type RouteSource = MeshObject<VirtualService | K8sRoute>;

/** Of a VirtualService that is written. */
export interface WrittenRoutes extends Routes {
  readonly source: MeshObject<VirtualService>;
  readonly http: readonly WrittenHttpRouteSpec[];
}

/** A root VirtualService (one with hosts), names resolved, delegates merged in; or what istiod makes of a route of Gateway API. */
export interface Routes {
  readonly source: RouteSource;
  /** Of the VirtualService; one that istiod makes has a name that says what it is for. */
  readonly name: string;
  readonly namespace: string;
  readonly hosts: readonly string[];
  /** Resolved, as often as they are written. */
  readonly gateways: readonly string[];
  readonly exportTo: ReadonlySet<string>;
  readonly http: readonly HttpRouteSpec[];
  readonly tls: readonly L4RouteSpec[];
  readonly tcp: readonly L4RouteSpec[];
  /** How a VirtualService reads its hosts and paths, or how Gateway API does (`UseGatewaySemantics` in `pilot/pkg/model/virtualservice.go`). */
  readonly semantics: 'istio' | 'gateway-api';
}
