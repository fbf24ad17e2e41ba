/** A server name that no host of the VirtualService covers. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'sni-host-not-covered',
  title: 'Server name outside of the hosts',
  covers: ['IST0106'],
  page: {
    what: 'A server name in `sniHosts` that none of the hosts of the VirtualService covers.',
    why: 'The hosts say what a VirtualService is about, and its `sniHosts` choose among them. A wildcard host covers the names below it; a wildcard server name needs a host at least as wide.',
    symptom:
      '`kubectl apply` fails with `SNI host "www.example.com" is not a compatible subset of any of the virtual service hosts: [api.example.com]`.',
    remedy: 'Add the name to `hosts`, or match one that is there.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  tls:
    - match:
        - port: 443
          sniHosts: [www.example.com]
      route:
        - destination: {host: api.example.com}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  tls:
    - match:
        - port: 443
          sniHosts: [api.example.com]
      route:
        - destination: {host: api.example.com}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSMatchAttributes',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
