/** What the pods of an egress gateway can see. */
import type { Gateway, ServiceEntry, VirtualService } from '../../manifest/types.ts';
import { defaultExportTo } from '../../mesh/export-defaults.ts';
import { lookupGateway } from '../../mesh/gateway-lookup.ts';
import { MESH_GATEWAY } from '../../mesh/gateway-names.ts';
import { type GatewayPods, gatewayPods, routesOf } from '../../mesh/gateway-pods.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import { type Visibility, visibleTo } from '../../mesh/visibility.ts';
import type { Range } from '../../yaml/nodes.ts';
import type { Related } from '../finding.ts';
import { listedGateways } from './gateway-uses.ts';

/** A gateway that a VirtualService is bound to (or would be, once its name is corrected), with its pods. */
export interface BoundGateway {
  readonly key: string;
  readonly gateway: MeshObject<Gateway>;
  /** Never empty. */
  readonly pods: readonly GatewayPods[];
  /** Nothing but an assumption tells where the pods are, or which Gateway is meant. */
  readonly assumed: boolean;
}

/** The gateways of a VirtualService whose pods' namespaces are known or can be assumed. */
export function gatewaysWithPods(subject: MeshObject<VirtualService>, mesh: MeshReader): readonly BoundGateway[] {
  return mesh.once(gatewaysWithPods, subject, () => withPods(subject, mesh));
}

function withPods(subject: MeshObject<VirtualService>, mesh: MeshReader): readonly BoundGateway[] {
  const result = new Map<string, BoundGateway>();
  for (const use of listedGateways(subject)) {
    if (use.key === MESH_GATEWAY || result.has(use.key)) continue;
    const lookup = lookupGateway(mesh, use.gateway, subject.namespace);
    // A misspelt name is reported by itself; what comes after it is asked of the Gateway that is meant.
    const gateway = lookup.status === 'found' ? lookup.gateway : lookup.meant;
    if (!gateway) continue;
    const pods = gatewayPods(mesh, gateway, routesOf(mesh, gateway, subject));
    if (pods.length === 0) continue;
    const assumed = lookup.status === 'unknowable' || pods.every((each) => each.evidence === 'standard');
    result.set(use.key, { key: use.key, gateway, pods, assumed });
  }
  return [...result.values()];
}

/** Whether all pods of a gateway can see a resource: `hidden` only where none of them can. */
export function gatewaySees(
  { resource, namespace }: MeshObject<ServiceEntry> | MeshObject<VirtualService>,
  pods: readonly GatewayPods[],
  mesh: MeshReader,
): Visibility {
  const defaults = defaultExportTo(mesh, resource.kind);
  const written = resource.exportTo?.items.length ?? 0;
  if (written === 0 && !defaults) return 'unknown';
  const seen = pods.map((each) => visibleTo(resource.exportTo, namespace, each.namespace, defaults));
  if (seen.every((each) => each === 'hidden')) return 'hidden';
  return seen.includes('visible') ? 'visible' : 'unknown';
}

/** The namespaces that its `exportTo`, or the mesh's default, names, as written or as `.` stands for; empty for `~`. */
export function exportedTo(
  { resource, namespace }: MeshObject<ServiceEntry> | MeshObject<VirtualService>,
  mesh: MeshReader,
): readonly string[] {
  const written = resource.exportTo?.items.flatMap((each) => each.value ?? []) ?? [];
  const items = written.length > 0 ? written : (defaultExportTo(mesh, resource.kind) ?? []);
  return [...new Set(items.map((each) => (each === '.' ? (namespace ?? '.') : each)))].filter((each) => each !== '~');
}

/** The token to point at: the only item, the list, or the resource's name where there is no list. */
export function exportToRange({ resource }: MeshObject<ServiceEntry> | MeshObject<VirtualService>): Range {
  const items = resource.exportTo?.items ?? [];
  const [only] = items;
  if (!resource.exportTo || !only) return resource.name.range;
  return items.length === 1 ? only.range : resource.exportTo.range;
}

/** How it is known where the pods run, as places to look at. */
export function podsEvidence({ gateway, pods }: BoundGateway): readonly Related[] {
  const [first] = pods;
  if (!first) return [];
  const at = { path: gateway.path, range: (gateway.resource.selector ?? gateway.resource.name).range };
  const selector: Related = { ...at, message: selectorMessage(first) };
  const { shownBy } = first;
  if (!shownBy) return [selector];
  return [
    selector,
    {
      path: shownBy.path,
      range: shownBy.resource.name.range,
      message: `Shows that the gateway's pods run in \`${first.namespace}\`.`,
    },
  ];
}

function selectorMessage({ namespace, evidence }: GatewayPods): string {
  if (evidence === 'standard') return `Selects the gateway's pods; assumed: the standard install, in \`${namespace}\`.`;
  if (evidence === 'declared')
    return `Selects the gateway's pods; declared in the settings: they run in \`${namespace}\`.`;
  return "Selects the gateway's pods.";
}
