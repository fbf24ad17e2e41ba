/** Text that has not the form that its field takes. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'value-invalid',
  title: 'Value of the wrong form',
  covers: ['IST0106'],
  page: {
    what: 'Text that is no duration, address, regular expression or header value, where one must be.',
    why: 'Durations are written as in Go: `5s`, `1m30s`, `100ms`. Regular expressions are those of RE2, which knows no look-ahead and no back references. In header values `%` begins a variable, and `%%` is a percent sign.',
    symptom:
      '`kubectl apply` fails with `must be a valid duration greater than 1ms`, `is not a valid IP`, or `Istio uses RE2 style regex-based match`.',
    remedy: 'Write the value in the form that the message names.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  http:
    - timeout: 5 seconds
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
  http:
    - timeout: 5s
      route:
        - destination: {host: api.example.com}
`,
    sources: [
      'https://pkg.go.dev/time#ParseDuration',
      'https://github.com/google/re2/wiki/Syntax',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
