/** `exportTo` that means nothing, or contradicts itself. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'export-to-invalid',
  title: 'exportTo that cannot be',
  covers: ['IST0106'],
  page: {
    what: 'An entry of `exportTo` is no namespace, `.` or `*`, is there twice, or stands beside one that excludes it.',
    why: '`*` is every namespace and stands alone; `.` is the own namespace; anything else is the name of one. There are no patterns. `~` is for ServiceEntries that nobody is to see.',
    symptom: '`kubectl apply` fails with `only .,*, or a valid DNS 1123 label is allowed as exportTo entry`.',
    remedy: 'Name the namespaces, or write `.` or `*` alone.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: [api.example.com]
  exportTo: [team-a, "team-*"]
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
  hosts: [api.example.com]
  exportTo: [team-a, team-b]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
