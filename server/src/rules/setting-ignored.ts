/** A setting that does nothing here. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'setting-ignored',
  title: 'Setting without effect',
  covers: ['IST0133'],
  page: {
    what: 'A setting that does nothing where it stands, or more than it seems to.',
    why: 'They are let in by istiod with a warning, which GitOps controllers do not show. Certificates beside PASSTHROUGH are not used; a selector without labels selects every pod; a cipher suite that Envoy does not know is left out.',
    symptom: "The resource is applied, and `kubectl` prints a warning of istiod's webhook.",
    remedy: 'Remove the setting, or what makes it do nothing.',
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
      tls: {mode: PASSTHROUGH, credentialName: example-certs}
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
    sources: ['istio/istio: pkg/config/validation/validation.go'],
  },
});
