/** A value that is none of those that a field takes. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'value-not-allowed',
  title: 'Value that the field does not take',
  covers: ['IST0106'],
  page: {
    what: 'A value that is none of those that its field takes.',
    why: "Constants are compared letter by letter, in capitals; names of protocols alone may be written in any case. The API server knows the constants of the schema, istiod's webhook those that the schema gives as plain text.",
    symptom:
      '`kubectl apply` fails with `Unsupported value: "Simple": supported values: "DISABLE", "SIMPLE", "MUTUAL", "ISTIO_MUTUAL"`.',
    remedy: 'Write one of the values that the message or the reference page names.',
    bad: `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api
  namespace: egress
spec:
  host: api.example.com
  trafficPolicy:
    tls: {mode: Simple}
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
    tls: {mode: SIMPLE}
`,
    sources: [
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
