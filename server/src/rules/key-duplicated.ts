/** A key that is there twice. */
import type { FileRule } from './rule.ts';

export const rule: FileRule = {
  code: 'key-duplicated',
  title: 'Key written twice',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'file',
  *check(_path, contents) {
    for (const problem of contents.problems) {
      if (problem.code === 'duplicate-key') yield { range: problem.range, message: problem.message };
    }
  },
  page: {
    what: 'A mapping has the same key twice: the last one counts, and what the others say is lost.',
    why: "Kubernetes' reader takes the last of several equal keys. Newer `kubectl` versions refuse such a file; GitOps controllers and older versions apply it without a word.",
    symptom: 'A part of the resource is missing in the cluster, or `kubectl` says `key already set in map`.',
    remedy: 'Merge the two into one, or delete the one that is not meant.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
spec:
  hosts: [api.example.com]
  http:
    - match:
        - uri: {prefix: /one}
      route:
        - destination: {host: one.example.com}
  http:
    - route:
        - destination: {host: two.example.com}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
spec:
  hosts: [api.example.com]
  http:
    - match:
        - uri: {prefix: /one}
      route:
        - destination: {host: one.example.com}
    - route:
        - destination: {host: two.example.com}
`,
    sources: ['https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation'],
  },
};
