/** The part of a DestinationRule that applies to one port (`GetPortLevelTrafficPolicy`, `MergeSubsetTrafficPolicy` in `pilot/pkg/networking/util/util.go`). */
import type { ClientTls, Field, Subset, TrafficPolicy } from '../manifest/types.ts';

export interface PortPolicy {
  readonly tls: ClientTls | undefined;
  readonly simpleLoadBalancer: Field<string> | undefined;
}

const NOTHING: PortPolicy = { tls: undefined, simpleLoadBalancer: undefined };

/** Settings for the port replace those for the whole destination entirely, also what they do not say. */
export function portPolicy(policy: TrafficPolicy | undefined, port: number): PortPolicy {
  return ofPort(policy, port).policy;
}

/** A subset's settings replace the destination's one by one; its settings for the port replace everything. */
export function subsetPolicy(policy: TrafficPolicy | undefined, subset: Subset, port: number): PortPolicy {
  const general = portPolicy(policy, port);
  if (!subset.trafficPolicy) return general;
  const own = ofPort(subset.trafficPolicy, port);
  if (own.forPort) return own.policy;
  return {
    tls: own.policy.tls ?? general.tls,
    simpleLoadBalancer: subset.trafficPolicy.loadBalancer ? own.policy.simpleLoadBalancer : general.simpleLoadBalancer,
  };
}

function ofPort(policy: TrafficPolicy | undefined, port: number): { policy: PortPolicy; forPort: boolean } {
  if (!policy) return { policy: NOTHING, forPort: false };
  const own = policy.portLevelSettings?.items.find((each) => each.port?.value === port);
  const { tls, simpleLoadBalancer } = own ?? policy;
  return { policy: { tls, simpleLoadBalancer }, forPort: own !== undefined };
}
