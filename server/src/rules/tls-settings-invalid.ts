/** TLS settings that cannot work. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'tls-settings-invalid',
  title: 'TLS settings that cannot be',
  covers: ['IST0106'],
  page: {
    what: 'The `tls` of a server or a traffic policy lacks what its mode needs, or has what it cannot use.',
    why: 'SIMPLE and MUTUAL need certificates, from files or from a Secret that `credentialName` names, never from both. ISTIO_MUTUAL brings its own. A server for TLS or HTTPS needs `tls`; one for plain text cannot end it.',
    symptom:
      '`kubectl apply` fails with `server must have TLS settings for HTTPS/TLS protocols` or `client certificate required for mutual tls`.',
    remedy: 'Choose the mode, and give it what it needs.',
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
    - port: {number: 443, name: tls, protocol: TLS}
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
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: ["*.example.com"]
      tls: {mode: PASSTHROUGH}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/gateway/#ServerTLSSettings',
      'https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
