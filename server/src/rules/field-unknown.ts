/** A field that the kind does not have. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'field-unknown',
  title: 'Unknown field',
  covers: ['IST0106'],
  page: {
    what: 'A field that the kind does not have: misspelled, in snake case, or on the wrong level.',
    why: 'The names of fields are compared letter by letter. `kubectl` asks the API server to refuse what it does not know; other clients, GitOps controllers among them, may let it drop the field and apply the rest without a word.',
    symptom:
      '`kubectl apply` fails with `strict decoding error: unknown field "spec.trafficPolicy.tls.credential_name"`; or the resource is applied without what the field says.',
    remedy: 'Write the name as the kind has it. Fields are in camel case.',
    bad: `# -- rule.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: api
  namespace: egress
spec:
  host: api.example.com
  trafficPolicy:
    tls:
      mode: SIMPLE
      credential_name: api-ca
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
    tls:
      mode: SIMPLE
      credentialName: api-ca
`,
    sources: ['https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation'],
  },
});
