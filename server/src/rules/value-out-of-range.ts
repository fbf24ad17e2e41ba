/** A number, a length or a count that is too small or too large. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'value-out-of-range',
  title: 'Value out of range',
  covers: ['IST0106'],
  page: {
    what: 'A number, a length or a count of items that is too small or too large.',
    why: "Ports are between 1 and 65535, shares between 0 and 100, whole numbers fit into 32 bits. Some limits are in the schema, some in istiod's webhook.",
    symptom: '`kubectl apply` fails with `port number 80443 must be in the range 1..65535`.',
    remedy: 'Write a value within the limits.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80443, name: tls, protocol: TLS}
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
    - {number: 8443, name: tls, protocol: TLS}
  resolution: DNS
`,
    sources: [
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
