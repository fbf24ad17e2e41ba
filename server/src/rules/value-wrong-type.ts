/** A value that Kubernetes reads as another type than the field has. */
import type { TypeMismatch } from '../manifest/types.ts';
import type { Fix } from './finding.ts';
import type { FileRule } from './rule.ts';

export const rule: FileRule = {
  code: 'value-wrong-type',
  title: 'Value of the wrong type',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0106'],
  subject: 'file',
  *check(path, contents) {
    if (contents.class !== 'read') return;
    for (const resource of contents.resources) {
      // A placeholder may become anything.
      if (resource.templated || resource.broken) continue;
      for (const mismatch of resource.mismatches) {
        yield {
          range: mismatch.range,
          message: messageOf(mismatch),
          fixes: fixesOf(path, mismatch),
        };
      }
    }
  },
  page: {
    what: 'A value is read by Kubernetes as another type than its field has.',
    why: 'Kubernetes reads YAML 1.1: an unquoted `y`, `yes`, `on`, `no` or `off` is a boolean, `0777` is 511, `1e3` is 1000. A field for text takes no number and no boolean, and a list takes no single value.',
    symptom:
      '`kubectl apply` fails: `Invalid value: "boolean": spec.hosts[0] in body must be of type string`. Nothing of the resource is applied.',
    remedy: 'Quote the value, or write it in the type of the field.',
    bad: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
spec:
  hosts: [api.example.com]
  exportTo: [on]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    good: `# -- external.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
spec:
  hosts: [api.example.com]
  exportTo: ["on"]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    sources: ['https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/'],
  },
};

const ARTICLES: Readonly<Record<TypeMismatch['expected'] | TypeMismatch['actual'], string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'a boolean',
  list: 'a list',
  object: 'an object',
  null: 'null',
};

function messageOf({ path, text, expected, actual }: TypeMismatch): string {
  const remedy = isScalar(actual) && expected === 'string' ? ' Quote it.' : '';
  const written = isScalar(actual) ? `\`${text}\` is ${ARTICLES[actual]}` : `here is ${ARTICLES[actual]}`;
  return `Rejected by the API server: ${written}, but \`${path}\` takes ${ARTICLES[expected]}.${remedy}`;
}

function fixesOf(path: string, { range, text, expected, actual }: TypeMismatch): readonly Fix[] {
  // A number in quotes was meant to be one only where all of it is digits.
  if (expected === 'number' && actual === 'string' && /^(["'])\d+\1$/.test(text)) {
    const value = Number(text.slice(1, -1));
    return [replacement(path, range, value, 'Remove the quotes')];
  }
  if (expected !== 'string' || (actual !== 'boolean' && actual !== 'number')) return [];
  return [replacement(path, range, text, 'Quote it')];
}

function replacement(path: string, range: TypeMismatch['range'], value: string | number, title: string): Fix {
  return {
    title,
    preferred: true,
    safety: 'safe',
    edits: [{ path, edit: { kind: 'replace-scalar', range, value } }],
  };
}

function isScalar(actual: TypeMismatch['actual']): boolean {
  return actual !== 'list' && actual !== 'object';
}
