/** A name that nothing can have. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'name-invalid',
  title: 'Name that is none',
  covers: ['IST0106'],
  page: {
    what: 'A name of a port, subset, Gateway, namespace, label, header or annotation that nothing of this kind can have.',
    why: 'Names of ports, subsets and Gateways are DNS labels: letters, digits and dashes inside, 63 characters at most. Labels are compared as they are written: a selector takes no `*`.',
    symptom: '`kubectl apply` fails with `invalid port name: tls_443` or `wildcard is not supported in selector`.',
    remedy: 'Use letters, digits and dashes.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls_443, protocol: TLS}
  resolution: DNS
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls-443, protocol: TLS}
  resolution: DNS
`,
    sources: ['istio/istio: pkg/config/validation/validation.go'],
  },
});
