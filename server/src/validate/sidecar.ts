/** `ValidateSidecar` in `pkg/config/validation/validation.go`, as far as egress goes. */
import type { Sidecar, SidecarEgress } from '../manifest/types.ts';
import { isIpAddress } from '../mesh/hosts.ts';
import {
  fqdnProblem,
  isDnsLabel,
  partialWildcardProblem,
  portProblem,
  selectorProblem,
  wildcardDomainProblem,
} from './names.ts';
import { check, type Rejection, when } from './rejection.ts';

export function sidecarRejections(resource: Sidecar): readonly Rejection[] {
  const { name, egress, ingress, outboundTrafficPolicy, workloadSelector } = resource;
  const listeners = egress?.items ?? [];
  const catchAll = listeners.filter((each) => !each.port);
  const numbers = listeners.flatMap((each) => each.port?.number?.value || []);
  return [
    ...check(workloadSelector, selectorProblem),
    ...when(
      listeners.length === 0 && (ingress?.items.length ?? 0) === 0 && !outboundTrafficPolicy,
      name.range,
      'sidecar: empty configuration provided',
    ),
    ...when(catchAll.length > 1, name.range, 'sidecar: egress can have only one listener with empty port'),
    ...when(
      catchAll.length === 1 && listeners.at(-1)?.port,
      name.range,
      'sidecar: the egress listener with empty port should be the last listener in the list',
    ),
    ...when(new Set(numbers).size < numbers.length, name.range, 'sidecar: ports on IP bound listeners must be unique'),
    ...listeners.flatMap(listenerRejections),
    ...policyRejections(resource),
  ];
}

function listenerRejections({ range, port, bind, hosts }: SidecarEgress): readonly Rejection[] {
  const socket = bind?.value?.startsWith('unix://') ?? false;
  return [
    ...when((hosts?.items.length ?? 0) === 0, range, 'sidecar: egress listener must contain at least one host'),
    ...(hosts?.items ?? []).flatMap((each) => check(each, hostProblem)),
    ...check(port?.number, (value) => (value === 0 && socket ? undefined : portProblem(value))),
    ...check(port?.targetPort, (value) => (value > 0 ? 'targetPort has no impact on Sidecars' : undefined)),
    ...check(bind, (value) =>
      value === '' || value.startsWith('unix://') || isIpAddress(value) ? undefined : `${value} is not a valid IP`,
    ),
  ];
}

function policyRejections({ outboundTrafficPolicy }: Sidecar): readonly Rejection[] {
  if (!outboundTrafficPolicy) return [];
  const { range, mode, egressProxy } = outboundTrafficPolicy;
  return [
    ...check(mode, (value) =>
      value === 'ALLOW_ANY' || value === 'REGISTRY_ONLY' ? undefined : `Unsupported value: "${value}"`,
    ),
    ...when(
      egressProxy && (!mode || (mode.value !== undefined && mode.value !== 'ALLOW_ANY')),
      range,
      'sidecar: egress_proxy must be set only with ALLOW_ANY outbound_traffic_policy mode',
    ),
    ...when(egressProxy && !egressProxy.port, range, 'sidecar: egress_proxy port must be non-nil'),
    ...check(egressProxy?.host, fqdnProblem),
  ];
}

/** `namespace/host`, with `~` before the namespace for an exclusion. */
function hostProblem(written: string): string | undefined {
  const slash = written.indexOf('/');
  if (slash < 0) return 'host must be of form namespace/dnsName';
  const owner = written.slice(0, slash);
  const host = written.slice(slash + 1);
  if (owner === '' || host === '') return 'config namespace and dnsName in host entry cannot be empty';
  const bare = owner.startsWith('~') ? owner.slice(1) : owner;
  if (bare !== '' && bare !== '*' && bare !== '.' && !isDnsLabel(bare))
    return `invalid namespace value "${owner}" in sidecar`;
  if (host !== '*' && !host.includes('.')) return 'short names (non FQDN) are not allowed';
  const problem = wildcardDomainProblem(host);
  if (problem && !isIpAddress(host)) return problem;
  return partialWildcardProblem(host);
}
