/** A comment that silences nothing. */
import type { SuppressionRule } from './rule.ts';
import { suppressionText } from './shared/suppression-text.ts';

export const rule: SuppressionRule = {
  code: 'suppression-unused',
  title: 'Comment that ignores nothing',
  kind: 'fault',
  severity: 'hint',
  covers: [],
  subject: 'suppression',
  *check(path, suppression, { silenced, known, isOn }) {
    // While a document does not parse, little is found in it.
    if (suppression.broken) return;
    const unused = suppression.codes.filter(({ code }) => known.includes(code) && isOn(code) && !silenced.has(code));
    for (const { code, range } of unused) {
      const text = suppressionText(suppression, new Set([code]));
      yield {
        range,
        message: `Nothing to ignore: there is no ${code} here. Remove it, or the next one will not be seen.`,
        fixes: [
          {
            title: text === '' ? 'Remove this comment' : `Remove ${code} from this comment`,
            preferred: true,
            safety: 'review',
            edits: [{ path, edit: { kind: 'replace-comment', range: suppression.range, text } }],
          },
        ],
      };
    }
  },
  page: {
    what: 'A comment ignores a finding that is not there.',
    why: 'Comments stay when the mistake that they were written for is corrected. Then they hide the next one. A comment for a rule that is off is left alone, and so is one in a document that does not parse.',
    symptom: 'Nothing in a cluster: comments are not applied.',
    remedy: 'Remove the comment, or the code from its list.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: app
spec:
  hosts: [api.example.com]
  # istio-egress: ignore gateway-not-found -- shared gateways live elsewhere
  gateways: [mesh]
  http:
    - route:
        - destination: {host: api.example.com}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: app
spec:
  hosts: [api.example.com]
  gateways: [mesh]
  http:
    - route:
        - destination: {host: api.example.com}
`,
    sources: ['`docs/settings.md` of this project, "In a manifest"'],
  },
};
