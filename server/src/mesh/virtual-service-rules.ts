/** The rules of a VirtualService, whichever block they are in, with the gateways that they act for. */
import type { Destination, Field, Labels, List, RouteDestination, VirtualService } from '../manifest/types.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from './gateway-names.ts';
import type { MeshObject, MeshReader } from './mesh.ts';
import type { Range } from '../yaml/nodes.ts';

export interface RouteRule {
  readonly block: 'http' | 'tls' | 'tcp';
  readonly range: Range;
  /** Resolved (`namespace/name` or `mesh`): for which gateways the rule can act, whatever else it matches on. */
  readonly gateways: ReadonlySet<string>;
  readonly matches: readonly RuleMatch[];
  readonly destinations: readonly RouteDestination[];
  readonly mirrors: readonly Destination[];
}

/** What matches of all blocks have in common; `sniHosts` is of `tls` rules only, `destinationSubnets` of `tls` and `tcp` rules. */
export interface RuleMatch {
  readonly range: Range;
  readonly gateways?: List<Field<string>>;
  readonly port?: Field<number>;
  readonly sniHosts?: List<Field<string>>;
  readonly destinationSubnets?: List<Field<string>>;
  readonly sourceLabels?: Labels;
  readonly sourceNamespace?: Field<string>;
}

/** The gateways that a VirtualService is bound to, resolved; without any it is bound to `mesh`. Unknown names are left out. */
export function boundGateways({ resource, namespace }: MeshObject<VirtualService>): ReadonlySet<string> {
  const items = resource.gateways?.items ?? [];
  if (items.length === 0) return new Set([MESH_GATEWAY]);
  return new Set(items.flatMap((each) => (each.value === undefined ? [] : resolved(each.value, namespace))));
}

/** As `rulesOf`, put together once for all who ask the same reader. */
export function rulesOnce(reader: MeshReader, virtualService: MeshObject<VirtualService>): readonly RouteRule[] {
  return reader.once(rulesOf, virtualService, () => rulesOf(virtualService));
}

/** All rules in text order of their blocks. A rule acts for a gateway where one of its matches names it, or none names any. */
export function rulesOf(virtualService: MeshObject<VirtualService>): readonly RouteRule[] {
  const { resource, namespace } = virtualService;
  const bound = boundGateways(virtualService);
  const gatewaysOf = (matches: readonly RuleMatch[]): ReadonlySet<string> => {
    if (matches.length === 0) return bound;
    const result = new Set<string>();
    for (const match of matches) {
      const names = match.gateways?.items ?? [];
      for (const name of names.length === 0
        ? bound
        : names.flatMap((each) => (each.value === undefined ? [] : resolved(each.value, namespace)))) {
        result.add(name);
      }
    }
    return result;
  };
  const http = (resource.http?.items ?? []).map(
    (rule): RouteRule => ({
      block: 'http',
      range: rule.range,
      gateways: gatewaysOf(rule.match?.items ?? []),
      matches: rule.match?.items ?? [],
      destinations: rule.route?.items ?? [],
      mirrors: [
        ...(rule.mirror ? [rule.mirror] : []),
        ...(rule.mirrors?.items ?? []).flatMap((each) => each.destination ?? []),
      ],
    }),
  );
  const l4 = (['tls', 'tcp'] as const).flatMap((block) =>
    (resource[block]?.items ?? []).map(
      (rule): RouteRule => ({
        block,
        range: rule.range,
        gateways: gatewaysOf(rule.match?.items ?? []),
        matches: rule.match?.items ?? [],
        destinations: rule.route?.items ?? [],
        mirrors: [],
      }),
    ),
  );
  return [...http, ...l4];
}

function resolved(name: string, namespace: string | undefined): readonly string[] {
  return [gatewayKey(resolveGatewayName(name, namespace))];
}
