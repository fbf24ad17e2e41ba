/** Traffic to what nothing declares: the outbound policy decides. */
import { cause } from './causes.ts';
import { BLACK_HOLE_CLUSTER, clusterName, PASSTHROUGH_CLUSTER } from './cluster-names.ts';
import type { FilterChain } from './filter-chain.ts';
import type { SidecarScope } from './scope.ts';

/** What the outbound policy makes of bytes that nothing declares. */
export function unknownTraffic(scope: SidecarScope): FilterChain {
  return {
    sniHosts: [],
    cidrs: [],
    plainHttpOnly: false,
    terminates: undefined,
    action: { kind: 'tcp', clusters: () => [{ name: unknownCluster(scope), weight: undefined }] },
    config: undefined,
    because: () =>
      cause(scope.sidecar, scope.sidecar?.resource.outboundTrafficPolicy?.range, 'sets the outbound policy'),
  };
}

/** The cluster for traffic to what nothing declares. */
export function unknownCluster({ policy }: SidecarScope): string {
  if (policy.mode !== 'ALLOW_ANY') return BLACK_HOLE_CLUSTER;
  const { egressProxy } = policy;
  if (!egressProxy) return PASSTHROUGH_CLUSTER;
  return clusterName({
    port: egressProxy.port?.value ?? 0,
    subset: egressProxy.subset?.value ?? '',
    // Validation wants a full name here; short ones are not resolved.
    host: egressProxy.host?.value ?? '',
  });
}
