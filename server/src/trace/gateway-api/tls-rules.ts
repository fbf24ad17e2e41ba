/** The rules of a TLSRoute as those of a VirtualService (`convertTLSRoute` in `pilot/pkg/config/kube/gateway/conversion.go`). */
import type { K8sRoute } from '../../manifest/types.ts';
import { hostsOverlap } from '../../mesh/hosts.ts';
import type { MeshObject } from '../../mesh/mesh.ts';
import { intersectHosts } from '../host-names.ts';
import type { Plane } from '../plane.ts';
import type { L4MatchSpec, L4RouteSpec } from '../route-spec.ts';
import { destinationsOf, hasWeight, type RouteUse } from './backends.ts';

/** Without any weight a rule matches nothing. Empty where istiod drops the whole route. */
export function tlsRules(plane: Plane, route: MeshObject<K8sRoute>, use: RouteUse): readonly L4RouteSpec[] {
  const { rules, hostnames } = route.resource;
  const sniHosts = (hostnames?.items ?? []).flatMap((each) => each.value ?? []);
  const result: L4RouteSpec[] = [];
  for (const rule of rules?.items ?? []) {
    const { range } = rule;
    const backends = rule.backendRefs?.items ?? [];
    if (!hasWeight(backends)) {
      result.push({ range, matches: [], destinations: [nowhere(range)] });
      continue;
    }
    const destinations = destinationsOf(plane, route, backends, use);
    if (typeof destinations === 'string') return [];
    const match: L4MatchSpec = {
      range: hostnames?.range ?? range,
      sniHosts: sniHosts.length > 0 ? sniHosts : ['*'],
      destinationSubnets: [],
      port: 0,
      sourceLabels: {},
      sourceNamespace: '',
      gateways: [],
    };
    result.push({ range, matches: [match], destinations });
  }
  return result;
}

function nowhere(range: L4RouteSpec['range']) {
  return { range, host: 'internal.cluster.local', subset: 'zero-weight', port: 65535, weight: 0, authority: '' };
}

/** For sidecars: on the port of the parent, and without server names of its own for those of the parent (`augmentTLSPortMatch`). */
export function forService(
  rules: readonly L4RouteSpec[],
  hosts: readonly string[],
  port: number,
): readonly L4RouteSpec[] {
  return rules.map((rule) => ({
    ...rule,
    matches: rule.matches.map((match) => ({
      ...match,
      port,
      sniHosts: match.sniHosts.length === 1 && match.sniHosts[0] === '*' ? hosts : match.sniHosts,
    })),
  }));
}

/** Of several server names those of one host (`compatibleRoutesForHost`). */
export function forHost(rules: readonly L4RouteSpec[], host: string): readonly L4RouteSpec[] {
  return rules.map((rule) => ({
    ...rule,
    matches: rule.matches.map((match) =>
      match.sniHosts.length > 1
        ? { ...match, sniHosts: match.sniHosts.filter((each) => hostsOverlap(host, each)) }
        : match,
    ),
  }));
}

/** For a listener: only what its hostname takes (`constrainTLSRoutesToListenerHost`). */
export function forListener(rules: readonly L4RouteSpec[], hostname: string): readonly L4RouteSpec[] {
  return rules
    .map((rule) => ({
      ...rule,
      matches: rule.matches.map((match) => ({ ...match, sniHosts: intersectHosts(match.sniHosts, [hostname]) })),
    }))
    .filter(({ matches }) => matches.length === 0 || matches.some((each) => each.sniHosts.length > 0));
}
