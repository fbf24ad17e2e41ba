/** The host `*` for sidecars. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'mesh-with-wildcard-host',
  title: 'Host * for sidecars',
  covers: ['IST0106'],
  page: {
    what: 'A VirtualService with the host `*` is for sidecars: it names no gateways, or `mesh` among them.',
    why: 'A route for every host would take all the calls of all sidecars, so Istio allows it at gateways only.',
    symptom:
      '`kubectl apply` fails with `wildcard host * is not allowed for virtual services bound to the mesh gateway`.',
    remedy: 'Name the hosts, or gateways without `mesh`.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: ["*"]
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
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
