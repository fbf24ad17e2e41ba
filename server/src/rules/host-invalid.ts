/** A host that is no name. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'host-invalid',
  title: 'Host that is none',
  covers: ['IST0106'],
  warns: 'warning',
  page: {
    what: 'A host that is no name: with a scheme, a port or a path, with a `*` elsewhere than at its beginning, or short where a full name must be.',
    why: 'Hosts are names alone. A port has a field of its own, and what follows a slash is matched by rules. A wildcard is `*` or `*.` before a name.',
    symptom:
      '`kubectl apply` fails with `domain name "https://api.example.com" invalid`, or `short names (non FQDN) are not allowed`.',
    remedy: 'Write the name alone.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: ["https://api.example.com"]
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
  hosts: ["api.example.com"]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    sources: [
      'istio/istio: pkg/config/validation/validation.go',
      'istio/istio: pkg/config/validation/agent/validation.go',
    ],
  },
});
