/** A listener of a Sidecar that cannot be. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'sidecar-listener-invalid',
  title: 'Sidecar listener that cannot be',
  covers: ['IST0106'],
  page: {
    what: 'A listener of a Sidecar that cannot be: without a port and not the last, or bound to what it cannot bind to.',
    why: 'The egress listener without a port takes what the others leave, so there is one at most, and it is the last. A port 0 stands for a Unix domain socket.',
    symptom:
      '`kubectl apply` fails with `sidecar: the egress listener with empty port should be the last listener in the list`.',
    remedy: 'Put the listener without a port last; give the others ports.',
    bad: `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: default
  namespace: app
spec:
  egress:
    - hosts: ["istio-system/*"]
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: ["./*"]
`,
    good: `# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata:
  name: default
  namespace: app
spec:
  egress:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: ["./*"]
    - hosts: ["istio-system/*"]
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/#IstioEgressListener',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
