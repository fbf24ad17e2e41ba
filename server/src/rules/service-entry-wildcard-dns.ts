/** A wildcard host that is to be looked up. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'service-entry-wildcard-dns',
  title: 'Wildcard host with DNS',
  covers: ['IST0106'],
  page: {
    what: 'A ServiceEntry with a wildcard host and `resolution: DNS` has no endpoints: there is no name to look up.',
    why: 'With DNS the proxy looks up the host itself, unless `endpoints` name what to look up. A wildcard is no name. With NONE the call goes to the address that the client dialled; with DYNAMIC_DNS each request is looked up by its own name.',
    symptom:
      '`kubectl apply` fails with `hosts must be FQDN or contain only prefix wildcards if no endpoints are provided for resolution mode DNS`.',
    remedy:
      'Use `resolution: NONE` where sidecars alone call; name the hosts where an egress gateway sends on, because it knows no address that a client dialled; or use `DYNAMIC_DNS`.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: ["*.example.com"]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: ["*.example.com"]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: NONE
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution',
      'https://istio.io/latest/docs/tasks/traffic-management/egress/wildcard-egress-hosts/',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
