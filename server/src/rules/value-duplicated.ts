/** A value that must be there once. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'value-duplicated',
  title: 'Value that is there twice',
  covers: ['IST0106'],
  page: {
    what: 'Two hosts, ports, subsets or listeners that must differ are the same, or overlap.',
    why: 'A name or a number tells them apart. In a VirtualService a wildcard and a name that it covers count as the same host.',
    symptom: '`kubectl apply` fails with `duplicate hosts in virtual service` or `Duplicate value`.',
    remedy: 'Remove one of them, or give it another name.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com, "*.example.com"]
  http:
    - route:
        - destination: {host: api.example.com}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: ["*.example.com"]
  http:
    - route:
        - destination: {host: api.example.com}
`,
    sources: ['istio/istio: pkg/config/validation/validation.go'],
  },
});
