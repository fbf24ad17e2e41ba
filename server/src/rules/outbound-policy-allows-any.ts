/** An outbound policy that hides calls which miss the egress gateway. */
import { isEgressRoute } from '../mesh/egress-routes.ts';
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';

export const rule: MeshRule<'MeshConfig'> = {
  code: 'outbound-policy-allows-any',
  title: 'Outbound policy hides what misses the gateway',
  kind: 'advice',
  severity: 'hint',
  covers: [],
  subject: 'MeshConfig',
  *check(subject, mesh) {
    const { outboundTrafficPolicy: policy } = subject.resource.config;
    if (policy?.value !== 'ALLOW_ANY') return;
    if (!mesh.all('VirtualService').some((each) => isEgressRoute(each, mesh.settings.clusterDomain))) return;
    yield {
      range: policy.range,
      message: message(
        'With ALLOW_ANY calls that miss the egress gateway go straight out, and nobody notices.',
        '',
        'Use REGISTRY_ONLY, and a NetworkPolicy that allows nothing but the gateway.',
      ),
    };
  },
  page: {
    what: 'The mesh configuration allows calls to any host, beside routes through an egress gateway.',
    why: 'With ALLOW_ANY a call that no rule takes is sent to where the application dialled. A host without ServiceEntry, a port without rule, a misspelt name: all seem to work, past the gateway. REGISTRY_ONLY shows them. Neither keeps a pod from going around its sidecar: that takes a NetworkPolicy or a firewall.',
    symptom: 'Every test passes, and the log of the egress gateway stays empty.',
    remedy:
      'Set `outboundTrafficPolicy.mode: REGISTRY_ONLY`, and let a NetworkPolicy allow calls outwards from the gateway alone.',
    bad: `# -- operator.yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  meshConfig:
    outboundTrafficPolicy: {mode: ALLOW_ANY}
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    good: `# -- operator.yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  meshConfig:
    outboundTrafficPolicy: {mode: REGISTRY_ONLY}
# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/#additional-security-considerations',
    ],
  },
};
