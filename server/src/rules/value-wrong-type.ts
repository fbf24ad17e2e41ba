/** A value that Kubernetes reads as another type than the field has. */
import type { TypeMismatch } from '../manifest/types.ts';
import type { Fix } from './finding.ts';
import type { JudgedRule } from './rule.ts';
import { sure } from './shared/severity.ts';

export const rule: JudgedRule = {
  code: 'value-wrong-type',
  title: 'Value of the wrong type',
  kind: 'fault',
  severity: 'error',
  covers: ['IST0106'],
  subject: 'judged',
  *check({ resource, path }, reader) {
    // A placeholder may become anything.
    if (resource.templated) return;
    for (const mismatch of resource.mismatches) {
      // What YAML 1.1 alone reads so nothing else in the editor sees.
      if (reader.mesh.settings.schema === 'off' && !mismatch.yaml11) continue;
      yield {
        range: mismatch.range,
        severity: sure(reader, mismatch.dropped ? 'hint' : 'error'),
        message: messageOf(mismatch),
        fixes: fixesOf(path, mismatch),
      };
    }
  },
  page: {
    what: 'A value is read by Kubernetes as another type than its field has.',
    why: 'Kubernetes reads YAML 1.1: an unquoted `y`, `yes`, `on`, `no` or `off` is a boolean, `0777` is 511, `1e3` is 1000. A field for text takes no number and no boolean, and a list takes no single value. A field that is left empty is dropped before anything is checked, so it is only pointed out: as a hint, unless it must be there.',
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
  integer: 'a whole number',
  boolean: 'a boolean',
  list: 'a list',
  object: 'an object',
  null: 'null',
};

function messageOf({ path, text, expected, actual, dropped }: TypeMismatch): string {
  if (dropped) return `\`${shortPath(path)}\` is empty: the API server drops it. Fill it in, or remove it.`;
  if (actual === 'null' && text === '')
    return `Rejected by the API server: \`${shortPath(path)}\` is empty, but takes ${ARTICLES[expected]}.`;
  const remedy = actual === 'null' ? ' Leave it out.' : isScalar(actual) && expected === 'string' ? ' Quote it.' : '';
  const what = expected === 'integer' && actual === 'string' ? 'a number' : ARTICLES[expected];
  const written = isScalar(actual) ? `\`${text}\` is ${ARTICLES[actual]}` : `here is ${ARTICLES[actual]}`;
  return `Rejected by the API server: ${written}, but \`${shortPath(path)}\` takes ${what}.${remedy}`;
}

/** The end of a path says more than its beginning. */
function shortPath(path: string): string {
  return path.length <= 70 ? path : `…${path.slice(-69)}`;
}

function fixesOf(path: string, { range, text, expected, actual }: TypeMismatch): readonly Fix[] {
  // A number in quotes was meant to be one only where all of it is digits.
  if ((expected === 'number' || expected === 'integer') && actual === 'string' && /^(["'])\d+\1$/.test(text)) {
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
