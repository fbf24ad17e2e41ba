/** A field that must be there and is not. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'field-required',
  title: 'Required field missing',
  covers: ['IST0106'],
  page: {
    what: 'A field that must be there is missing, or a part says nothing.',
    why: 'Some fields have no default: without them Istio would not know what is meant. Others must not all be missing together, such as the actions of an HTTP rule.',
    symptom:
      "`kubectl apply` fails with `spec.servers[0].port.protocol: Required value`, or with the words of istiod's webhook.",
    remedy: 'Add the field. In files that are laid over others (patches, templates) nothing is reported.',
    bad: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http}
      hosts: ["*.example.com"]
`,
    good: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector:
    istio: egressgateway
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: ["*.example.com"]
`,
    sources: [
      'https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
