/** NetworkPolicies that cut pods off from names. */
import type { NetworkPolicy } from '../manifest/types.ts';
import type { MeshObject } from '../mesh/mesh.ts';
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';
import { sayTheSame } from './shared/same-words.ts';

export const rule: MeshRule<'NetworkPolicy'> = {
  code: 'network-policy-without-dns',
  title: 'NetworkPolicy without DNS',
  kind: 'advice',
  severity: 'hint',
  covers: [],
  subject: 'NetworkPolicy',
  *check(subject, mesh) {
    const { egress, name } = subject.resource;
    if (!egress || egress.items.length === 0 || mayReachDns(subject)) return;
    // Policies add up: another one may allow it.
    const others = mesh.inNamespace('NetworkPolicy', subject.namespace).filter((each) => each !== subject);
    if (others.some((each) => mayReachDns(each) && mayBeForTheSame(subject, each))) return;
    yield {
      range: egress.range,
      message: message(
        `Pods under NetworkPolicy \`${name.value}\` cannot look names up: no rule of it allows port 53.`,
        '',
        'Allow UDP and TCP to the DNS pods, at the port that they listen on.',
      ),
    };
  },
  page: {
    what: 'A NetworkPolicy limits connections outwards and allows none to port 53.',
    why: 'A pod that may only call the egress gateway still has to look names up, and its sidecar has to reach istiod (port 15012). A policy is compared with the port of the pod, after the Service: some clusters run DNS on 5353 or 8053. Namespaces are best named by the label that every one has, `kubernetes.io/metadata.name`.',
    symptom: 'Sidecars do not become ready, or every call fails because its name is not found.',
    remedy: 'Allow UDP and TCP to DNS, and TCP 15012 to istiod, beside the gateway.',
    bad: `# -- policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-egress, namespace: team-a}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: istio-egress}
      ports:
        - {protocol: TCP, port: 8443}
`,
    good: `# -- policy.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: only-egress, namespace: team-a}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: istio-egress}
      ports:
        - {protocol: TCP, port: 8443}
    - to:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: kube-system}
      ports:
        - {protocol: UDP, port: 53}
        - {protocol: TCP, port: 53}
`,
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/#apply-kubernetes-network-policies',
      'https://github.com/istio/istio/issues/14736',
    ],
  },
};

const DNS_PORTS: readonly (number | string)[] = [53, 5353, 8053, 1053, 9153];

function mayReachDns({ resource: { egress } }: MeshObject<NetworkPolicy>): boolean {
  return (egress?.items ?? []).some(
    // A name may mean any port, and a rule without ports allows all.
    ({ ports }) =>
      !ports || ports.some((each) => each === undefined || typeof each === 'string' || DNS_PORTS.includes(each)),
  );
}

function mayBeForTheSame(a: MeshObject<NetworkPolicy>, b: MeshObject<NetworkPolicy>): boolean {
  const all = ({ resource: { selector } }: MeshObject<NetworkPolicy>) =>
    Object.keys(selector?.value ?? {}).length === 0;
  return all(b) || sayTheSame(a.resource.selector?.value, b.resource.selector?.value);
}
