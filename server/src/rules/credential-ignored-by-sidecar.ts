/** A client certificate that sidecars do not fetch. */
import type { ClientTls, DestinationRule } from '../manifest/types.ts';
import { gatewayOf } from '../calls/proxies.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import { parseClusterName } from '../trace/cluster-names.ts';
import type { CallRule, Failure } from './rule.ts';
import { qualified } from './shared/message.ts';

export const rule: CallRule = {
  code: 'credential-ignored-by-sidecar',
  title: 'Credential that sidecars ignore',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'call',
  turn: 'first',
  ends: ['plain-to-tls'],
  explain(failure) {
    const { ending } = failure.outcome;
    if (gatewayOf(ending.at)) return undefined;
    const found = appliedRule(failure);
    const tls = found && credentials(found.resource).find((each) => each.credentialName?.value);
    if (!found || !tls?.credentialName) return undefined;
    const { credentialName } = tls;
    return {
      path: found.path,
      range: credentialName.range,
      cause: `sidecars ignore TLS with \`credentialName\` \`${credentialName.value}\` unless the rule has a workloadSelector`,
      remedy: 'Add one, or go through the gateway.',
      related: [
        {
          path: found.path,
          range: found.resource.name.range,
          message: `DestinationRule ${qualified(found.namespace, found.resource.name.value ?? '')} applies to the call.`,
        },
      ],
    };
  },
  page: {
    what: 'A DestinationRule without `workloadSelector` takes its certificate from `credentialName`, and the calls leave through sidecars.',
    why: 'A gateway reads the Secret in the namespace of its own pods. A sidecar reads none unless the DestinationRule says by `workloadSelector` whose sidecars they are; without it the TLS settings are left out as a whole.',
    symptom: 'The far side gets plain HTTP on its TLS port: 400, or the connection is closed.',
    remedy:
      'Add a `workloadSelector` (and keep the Secret in the namespace of these pods), or send the calls through an egress gateway and put the DestinationRule and the Secret into the namespace of its pods.',
    bad: `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP, targetPort: 443}
  resolution: DNS
# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: originate, namespace: team-a}
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: MUTUAL, credentialName: client-credential, sni: api.example.com}
`,
    good: `# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP, targetPort: 443}
  resolution: DNS
# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: originate, namespace: team-a}
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: SIMPLE, sni: api.example.com}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings',
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-tls-origination/',
      'istio/istio: pilot/pkg/networking/core/cluster_tls.go',
    ],
  },
};

/** The DestinationRule that the trace says applies to the call's cluster. */
function appliedRule({ outcome: { ending }, mesh }: Failure): MeshObject<DestinationRule> | undefined {
  const { config = '', name = '' } = ending.cluster ?? {};
  const host = parseClusterName(name)?.host;
  if (host === undefined) return undefined;
  return mesh
    .hosting('DestinationRule', host)
    .find(
      ({ namespace, resource }) =>
        config === `DestinationRule ${namespace ?? ''}/${resource.name.value ?? ''}` && !resource.workloadSelector,
    );
}

function credentials({ trafficPolicy, subsets }: DestinationRule): readonly ClientTls[] {
  const policies = [trafficPolicy, ...(subsets?.items ?? []).map((each) => each.trafficPolicy)];
  return policies.flatMap((policy) => [
    ...(policy?.tls ? [policy.tls] : []),
    ...(policy?.portLevelSettings?.items ?? []).flatMap((each) => each.tls ?? []),
  ]);
}
