/** YAML that cannot be read. */
import type { FileRule } from './rule.ts';

const SYNTAX = new Set(['syntax', 'tab-indentation', 'unresolved-alias']);

export const rule: FileRule = {
  code: 'document-not-parsed',
  title: 'YAML that cannot be read',
  kind: 'fault',
  severity: 'error',
  covers: [],
  subject: 'file',
  *check(_path, contents) {
    for (const problem of contents.problems) {
      if (!SYNTAX.has(problem.code)) continue;
      yield { range: problem.range, message: `Not applied, the document cannot be read: ${problem.message}` };
    }
  },
  page: {
    what: 'A document that should hold a resource is not valid YAML.',
    why: 'Kubernetes reads a stream document by document and rejects the ones that do not parse. Other documents of the file are read and checked as usual, and while a document is being typed, others still see what it held before.',
    symptom: '`kubectl apply` fails with `error converting YAML to JSON` or `error parsing`.',
    remedy: 'Correct the place that is underlined: it is where the reader gave up, the cause can be a line above.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
spec:
  http:
    - route:
        - destination: {host: api.example.com}
  hosts: [api.example.com
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
spec:
  http:
    - route:
        - destination: {host: api.example.com}
  hosts: [api.example.com]
`,
    sources: ['https://yaml.org/spec/1.2.2/'],
  },
};
