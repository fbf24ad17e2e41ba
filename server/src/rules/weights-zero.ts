/** Destinations whose weights add up to nothing. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'weights-zero',
  title: 'Weights that add up to 0',
  covers: ['IST0106'],
  page: {
    what: 'A rule has several destinations, and their weights add up to 0.',
    why: 'A destination without a weight has the weight 0. With one destination it does not count; of several, those with weight 0 get no requests.',
    symptom: '`kubectl apply` fails with `total destination weight = 0`.',
    remedy: 'Give at least one destination a `weight`.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: one.example.com}
        - destination: {host: two.example.com}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: one.example.com}
          weight: 90
        - destination: {host: two.example.com}
          weight: 10
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRouteDestination',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
