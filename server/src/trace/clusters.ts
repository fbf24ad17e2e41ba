/** Whether a cluster exists at a proxy, and what it is (`cluster.go`, `cluster_builder.go`, `cluster_tls.go`). */
import type { ClientTls, Field } from '../manifest/types.ts';
import { isWildcard } from '../mesh/hosts.ts';
import { cause } from './causes.ts';
import { automaticSni, type ClusterName, parseClusterName } from './cluster-names.ts';
import { destinationRuleFor, type MergedRule } from './destination-rules.ts';
import { type Endpoint, portEndpoints } from './endpoints.ts';
import { routingConfig } from './mesh-config.ts';
import { type MeshService, portOf, type ServicePort } from './model.ts';
import type { Plane } from './plane.ts';
import type { MeshProxy } from './proxy.ts';
import { serviceInScope } from './scope-services.ts';
import { type PortPolicy, portPolicy, subsetPolicy } from './traffic-policy.ts';
import type { Cause, ClusterTls, ClusterType } from './types.ts';

export interface Cluster {
  readonly type: ClusterType;
  readonly rule: MergedRule | undefined;
  readonly tls: ClusterTls | undefined;
  readonly endpoints: readonly Endpoint[];
  readonly because: readonly Cause[];
}

/** Undefined where the proxy has no such cluster. */
export function clusterOf(plane: Plane, proxy: MeshProxy, name: string): Cluster | undefined {
  const parsed = parseClusterName(name);
  const service = parsed && serviceInScope(plane, proxy.scope, parsed.host);
  const port = parsed && service && portOf(service, parsed.port);
  if (!parsed || !port || port.protocol === 'UDP' || service.resolution === 'alias') return undefined;
  const rule = destinationRuleFor(plane, service, proxy);
  const dynamic = isWildcard(service.hostname) && service.resolution === 'dynamic-dns';
  if (dynamic) return dynamicCluster(parsed, port, rule, proxy);

  const type = discoveryType(service, proxy);
  const dns = type === 'STRICT_DNS' || type === 'LOGICAL_DNS';
  const general = portEndpoints(plane, service, port, undefined);
  if (dns && general.length === 0) return undefined;
  if (parsed.subset === '') {
    const policy = portPolicy(rule?.trafficPolicy, port.number);
    return cluster(plane, proxy, parsed, service, rule, policy, type, general);
  }
  const subset = rule?.subsets.find((each) => each.name?.value === parsed.subset);
  if (!subset) return undefined;
  const endpoints = portEndpoints(plane, service, port, subset.labels?.value);
  const policy = subsetPolicy(rule?.trafficPolicy, subset, port.number);
  // A subset is made from what the rule's general settings made of the service's cluster.
  const basis = isPassthrough(portPolicy(rule?.trafficPolicy, port.number).simpleLoadBalancer) ? 'ORIGINAL_DST' : type;
  const passthrough = basis === 'ORIGINAL_DST' || isPassthrough(subset.trafficPolicy?.simpleLoadBalancer);
  if (dns && endpoints.length === 0 && !passthrough) return undefined;
  return cluster(plane, proxy, parsed, service, rule, policy, basis, endpoints);
}

/**
 * By the resolution (`convertResolution`). NONE and headless Services lead to where the client dialled; gateways have no such place, so there they
 * are told addresses, which a ServiceEntry with NONE does not have.
 */
function discoveryType(service: MeshService, { scope }: MeshProxy): ClusterType {
  switch (service.resolution) {
    case 'dns':
      return 'STRICT_DNS';
    case 'dns-round-robin':
      return 'LOGICAL_DNS';
    case 'passthrough':
      return scope.kind === 'gateway' ? 'EDS' : 'ORIGINAL_DST';
    default:
      return 'EDS';
  }
}

function cluster(
  plane: Plane,
  proxy: MeshProxy,
  name: ClusterName,
  service: MeshService,
  rule: MergedRule | undefined,
  policy: PortPolicy,
  type: ClusterType,
  endpoints: readonly Endpoint[],
): Cluster {
  const passthrough = isPassthrough(policy.simpleLoadBalancer);
  const actual: ClusterType = passthrough ? 'ORIGINAL_DST' : type;
  const first = endpoints[0];
  const { autoMtls } = routingConfig(plane);
  // Without settings an endpoint that says it speaks the mesh's mutual TLS is given it, unless it is outside.
  const automatic = !policy.tls && autoMtls && !service.meshExternal && first?.meshTls && actual === 'EDS';
  const tls = automatic
    ? ({ mode: 'istioMutual', sni: automaticSni(name) } as const)
    : upstreamTls(policy.tls, name, rule, proxy);
  return {
    type: actual,
    rule,
    tls,
    endpoints: actual === 'ORIGINAL_DST' ? [] : endpoints,
    because: [
      ...cause(service.source, undefined, 'declares the host and the port'),
      ...cause(
        rule?.source,
        policy.tls?.range,
        policy.tls ? 'sets TLS toward the destination' : 'applies to the destination',
      ),
    ],
  };
}

/** A wildcard with DYNAMIC_DNS: the name of each request is looked up; it has no endpoints and no subsets. */
function dynamicCluster(
  name: ClusterName,
  port: ServicePort,
  rule: MergedRule | undefined,
  proxy: MeshProxy,
): Cluster | undefined {
  const supported =
    port.protocol === 'HTTP' || port.protocol === 'TLS' || port.protocol === 'GRPC' || port.protocol === 'HTTP2';
  if (name.subset !== '' || !supported) return undefined;
  const { tls: written } = portPolicy(rule?.trafficPolicy, port.number);
  const tls = upstreamTls(written, name, rule, proxy);
  const dynamic =
    tls?.mode === 'istioMutual' && written?.sni === undefined ? ({ mode: tls.mode, autoSni: true } as const) : tls;
  return {
    type: 'STATIC',
    rule,
    tls: dynamic,
    endpoints: [],
    because: cause(rule?.source, written?.range, 'applies to the destination'),
  };
}

/** What the proxy adds toward the cluster. A sidecar without a workload selector in the rule leaves TLS with a credential out altogether. */
function upstreamTls(
  written: ClientTls | undefined,
  name: ClusterName,
  rule: MergedRule | undefined,
  { scope }: MeshProxy,
): ClusterTls | undefined {
  const sni = written?.sni?.value ?? '';
  const mode = written?.mode?.value ?? 'DISABLE';
  if (mode === 'ISTIO_MUTUAL') return { mode: 'istioMutual', sni: sni || automaticSni(name) };
  if (mode !== 'SIMPLE' && mode !== 'MUTUAL') return undefined;
  const credential = written?.credentialName?.value ?? '';
  const secret = credential !== '' && !credential.startsWith('configmap://');
  if (secret && scope.kind === 'sidecar' && !rule?.workloadSelector) return undefined;
  if (mode === 'MUTUAL' && credential === '' && !(written?.clientCertificate?.value && written.privateKey?.value))
    return undefined;
  const shown = mode === 'SIMPLE' ? 'simple' : 'mutual';
  return sni === '' ? { mode: shown, autoSni: true } : { mode: shown, sni };
}

function isPassthrough(simple: Field<string> | undefined): boolean {
  return simple?.value === 'PASSTHROUGH';
}
