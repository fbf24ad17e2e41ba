/** Fields that exclude each other. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'fields-conflict',
  title: 'Fields that exclude each other',
  covers: ['IST0106'],
  page: {
    what: 'Two fields are there of which only one can be.',
    why: 'They answer the same question in different ways: where a request goes, how text is compared, where endpoints come from.',
    symptom:
      '`kubectl apply` fails with `must validate one and only one schema (oneOf)` or `HTTP route cannot contain both route and redirect`.',
    remedy: 'Keep the one that is meant.',
    bad: `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api
  namespace: egress
spec:
  host: api.example.com
  trafficPolicy:
    loadBalancer:
      simple: ROUND_ROBIN
      consistentHash: {useSourceIp: true}
`,
    good: `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api
  namespace: egress
spec:
  host: api.example.com
  trafficPolicy:
    loadBalancer:
      consistentHash: {useSourceIp: true}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
