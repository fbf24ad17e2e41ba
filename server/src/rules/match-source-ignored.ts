/** Conditions on the caller that a proxy does not look at. */
import type { HttpMatch, L4Match, VirtualService } from '../manifest/types.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { boundGateways } from '../mesh/virtual-service-rules.ts';
import type { MeshRule, Report } from './rule.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'match-source-ignored',
  title: 'Condition on the caller that has no effect',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'VirtualService',
  *check(subject, mesh) {
    const { http, tls, tcp } = subject.resource;
    for (const match of (http?.items ?? []).flatMap((each) => each.match?.items ?? []))
      yield* inHttp(subject, match, mesh);
    const l4 = [...(tls?.items ?? []), ...(tcp?.items ?? [])];
    for (const match of l4.flatMap((each) => each.match?.items ?? [])) yield* inL4(subject, match, mesh);
  },
  page: {
    what: 'A match asks for `sourceLabels` or `sourceNamespace` where the proxy does not look at them.',
    why: 'In an `http` match that names `gateways`, `sourceLabels` and `sourceNamespace` are not looked at. A gateway does not know the caller at all: there they are left out, or mean the pods of the gateway itself.',
    symptom: 'The rule takes the calls of every pod, or (without `gateways`, at a gateway) of none.',
    remedy:
      'Put the rules for sidecars into a VirtualService of their own, bound to `mesh` alone, and leave `gateways` out of its matches.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  gateways: [mesh]
  http:
    - match:
        - gateways: [mesh]
          sourceLabels: {app: web}
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  gateways: [mesh]
  http:
    - match:
        - sourceLabels: {app: web}
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest',
      'istio/istio: pilot/pkg/networking/core/route/route.go (sourceMatchHTTP)',
      'https://github.com/istio/istio/issues/60367',
    ],
  },
};

function* inHttp(subject: MeshObject<VirtualService>, match: HttpMatch, mesh: MeshReader): Iterable<Report> {
  const source = sourceOf(match);
  if (!source || !match.gateways || match.gateways.items.length === 0) return;
  yield {
    range: source.range,
    severity: sure(mesh, 'warning'),
    message: message(
      `\`${source.name}\` has no effect: an http match that names \`gateways\` does not look at it.`,
      'The rule takes the calls of all pods.',
      isOnlyMesh(subject)
        ? 'Leave `gateways` out of the match.'
        : 'Put the rules for sidecars into a VirtualService for `mesh` alone.',
    ),
    related: [{ path: subject.path, range: match.gateways.range, message: 'The gateways of the match.' }],
    ...(isOnlyMesh(subject)
      ? {
          fixes: [
            {
              title: 'Leave gateways out of the match',
              preferred: true,
              safety: 'review',
              edits: [{ path: subject.path, edit: { kind: 'remove-key', range: match.range, key: 'gateways' } }],
            },
          ],
        }
      : {}),
  };
}

function* inL4(subject: MeshObject<VirtualService>, match: L4Match, mesh: MeshReader): Iterable<Report> {
  const source = sourceOf(match);
  if (!source) return;
  const written = match.gateways?.items ?? [];
  if (written.some((each) => each.value === undefined)) return;
  const named = written.map((each) => gatewayKey(resolveGatewayName(each.value ?? '', subject.namespace)));
  const acting = written.length > 0 ? new Set(named) : boundGateways(subject);
  if (acting.size === 0 || acting.has(MESH_GATEWAY)) return;
  yield {
    range: source.range,
    severity: sure(mesh, 'warning'),
    message: message(
      `\`${source.name}\` has no effect at a gateway: it does not know the caller, and takes the connections of all.`,
      '',
      "Ask for it in the sidecars' rule.",
    ),
  };
}

function sourceOf({ sourceLabels, sourceNamespace }: HttpMatch | L4Match) {
  if (sourceLabels && Object.keys(sourceLabels.value ?? {}).length > 0)
    return { name: 'sourceLabels', range: sourceLabels.range };
  return sourceNamespace?.value ? { name: 'sourceNamespace', range: sourceNamespace.range } : undefined;
}

function isOnlyMesh(subject: MeshObject<VirtualService>): boolean {
  const bound = boundGateways(subject);
  return bound.size === 1 && bound.has(MESH_GATEWAY);
}
