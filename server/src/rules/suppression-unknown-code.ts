/** A comment that would silence findings and names none that there are. */
import { closestTo } from '../workspace/closest.ts';
import type { Range } from '../yaml/nodes.ts';
import type { Fix } from './finding.ts';
import type { SuppressionRule } from './rule.ts';

export const rule: SuppressionRule = {
  code: 'suppression-unknown-code',
  title: 'Comment that ignores an unknown code',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'suppression',
  *check(path, { range, codes }, { known }) {
    if (codes.length === 0) {
      yield { range, message: 'Ignores nothing: name what is ignored, as in `ignore gateway-not-found -- reason`.' };
    }
    for (const { code, range: place } of codes) {
      if (known.includes(code)) continue;
      if (code === '*') {
        yield { range: place, message: 'Ignores nothing: `*` is no code. Name what is ignored.' };
        continue;
      }
      const meant = closestTo(code, known);
      const hint = meant === undefined ? 'See the list of rules.' : `Did you mean \`${meant}\`?`;
      yield {
        range: place,
        message: `Ignores nothing: there is no rule \`${code.slice(0, 60)}\`. ${hint}`,
        fixes: meant === undefined ? [] : [renaming(path, place, meant)],
      };
    }
  },
  page: {
    what: 'A comment ignores a code that no rule has.',
    why: 'A comment silences the rules that it names, one by one: a slip in a name, a code of another tool, or `*` silences nothing. Codes of istioctl go into the annotation `galley.istio.io/analyze-suppress`.',
    symptom: 'Nothing in a cluster: comments are not applied. The finding that was to be ignored is still shown.',
    remedy: 'Write the code as the finding shows it. Several are separated by commas; a reason follows after ` -- `.',
    bad: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: # istio-egress: ignore *
  name: egress
  namespace: istio-system
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
`,
    good: `# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: egress
  namespace: istio-system
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 80, name: http, protocol: HTTP}
      hosts: [api.example.com]
`,
    sources: ['`docs/settings.md` of this project, "In a manifest"'],
  },
};

function renaming(path: string, range: Range, code: string): Fix {
  return {
    title: `Ignore ${code}`,
    preferred: true,
    safety: 'review',
    edits: [{ path, edit: { kind: 'replace-comment', range, text: code } }],
  };
}
