/** Parts of a ServiceEntry that do not go together. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'service-entry-conflict',
  title: 'ServiceEntry that contradicts itself',
  covers: ['IST0106'],
  page: {
    what: 'Hosts, addresses, endpoints or ports of a ServiceEntry do not go with its `resolution`, or with each other.',
    why: 'The resolution says where addresses come from. NONE takes those that clients dial, so endpoints would never be used; STATIC takes addresses alone; DNS takes names; DYNAMIC_DNS looks up wildcards request by request.',
    symptom:
      '`kubectl apply` fails with `CIDR addresses are allowed only for NONE/STATIC resolution types`, `NONE mode cannot set endpoints` or `endpoint port 8443 is not defined by the service entry`.',
    remedy: 'Choose the resolution that goes with what is there.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: [db.example.com]
  addresses: [192.0.2.0/24]
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
  hosts: [db.example.com]
  addresses: [192.0.2.0/24]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: NONE
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry-Resolution',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
