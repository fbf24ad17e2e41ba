/** Several hosts on a port that does not tell them apart. */
import { problemRule } from './shared/problem-rule.ts';

export const rule = problemRule({
  code: 'tcp-port-several-hosts',
  title: 'Several hosts on a TCP port',
  covers: ['IST0106'],
  page: {
    what: 'Several hosts of a ServiceEntry share a port on which nothing tells them apart.',
    why: 'HTTP requests name their host, and TLS its server name. Plain TCP names nothing, so a proxy could not know for which host a connection is. With addresses of their own, TLS hosts have the same trouble: the address is shared.',
    symptom: '`kubectl apply` fails with `multiple hosts provided with non-HTTP, non-TLS ports`.',
    remedy: 'Make a ServiceEntry of each host, or name the protocol (HTTP, TLS).',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: [db1.example.com, db2.example.com]
  addresses: [192.0.2.10]
  ports:
    - {number: 5432, name: tcp-postgres, protocol: TCP}
  resolution: DNS
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: egress
spec:
  hosts: [db1.example.com]
  addresses: [192.0.2.10]
  ports:
    - {number: 5432, name: tcp-postgres, protocol: TCP}
  resolution: DNS
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/service-entry/#ServiceEntry',
      'istio/istio: pkg/config/validation/validation.go',
    ],
  },
});
