/** Every destination of a VirtualService's rules that act for some proxy. */
import type { Destination, Field, VirtualService } from '../../manifest/types.ts';
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import { boundGateways, type RouteRule, rulesOnce } from '../../mesh/virtual-service-rules.ts';

export interface RoutedDestination {
  readonly rule: RouteRule;
  /** The gateways for which the rule acts: resolved names that `spec.gateways` lists, `mesh` among them. Never empty. */
  readonly acting: readonly string[];
  readonly destination: Destination;
  readonly host: Field<string>;
  readonly written: string;
}

/** Destinations with a known host, of rules that are not dead, and that get a share of the calls. */
export function routedDestinations(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
): readonly RoutedDestination[] {
  return mesh.once(routedDestinations, subject, () => {
    const bound = boundGateways(subject);
    return rulesOnce(mesh, subject).flatMap((rule) => {
      const acting = [...rule.gateways].filter((each) => bound.has(each));
      if (acting.length === 0) return [];
      return rule.destinations.flatMap(({ destination, weight }) => {
        const host = destination?.host;
        if (!destination || host?.value === undefined || weight?.value === 0) return [];
        return [{ rule, acting, destination, host, written: host.value }];
      });
    });
  });
}

/** The hosts of a VirtualService that are known. */
export function hostsOf({ resource }: MeshObject<VirtualService>): readonly string[] {
  return (resource.hosts?.items ?? []).flatMap((each) => each.value ?? []);
}
