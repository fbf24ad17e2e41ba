/** Conditions on the source of calls that are not looked at. */
import type { HttpMatch } from '../manifest/types.ts';
import type { MeshRule, Report } from './rule.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'match-source-ignored',
  title: 'Source conditions ignored',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'VirtualService',
  *check({ resource }) {
    const matches = (resource.http?.items ?? []).flatMap((rule) => [...(rule.match?.items ?? [])]);
    for (const match of matches) yield* reports(match);
  },
  page: {
    what: 'An `http` match has conditions on the source of calls beside `gateways`: they are not looked at.',
    why: 'In an `http` match `gateways` takes the place of `sourceLabels` and `sourceNamespace`. The rule is followed by every sidecar that the gateways mean, whatever its labels and namespace. In `tls` and `tcp` matches both count.',
    symptom: 'The rule is followed by clients that it was not meant for; nothing tells.',
    remedy:
      'Put the rule into a VirtualService that is bound to `mesh` alone, without `gateways` in the match, and the rule for the gateway into another.',
    bad: example('- gateways: [mesh]\n          sourceNamespace: team-a\n          port: 80'),
    good: example('- gateways: [mesh]\n          port: 80'),
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest',
      'istio/istio: pilot/pkg/networking/core/route/route.go',
    ],
  },
};

function* reports({ gateways, sourceLabels, sourceNamespace }: HttpMatch): Iterable<Report> {
  if ((gateways?.items.length ?? 0) === 0) return;
  const written = { sourceLabels, sourceNamespace };
  for (const key of ['sourceLabels', 'sourceNamespace'] as const) {
    const condition = written[key];
    if (!condition) continue;
    yield {
      range: condition.range,
      message: `Every client follows this rule: \`${key}\` is not looked at in an \`http\` match that names \`gateways\`. Use a VirtualService for \`mesh\` alone, without \`gateways\` in the match.`,
    };
  }
}

function example(match: string): string {
  return `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways: [mesh]
  http:
    - match:
        ${match}
      route:
        - destination: {host: api.example.com, port: {number: 80}}
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  ports:
    - {number: 80, name: http, protocol: HTTP}
  resolution: DNS
`;
}
