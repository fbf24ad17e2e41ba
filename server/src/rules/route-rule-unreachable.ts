/** Rules and matches of a VirtualService that earlier ones leave nothing to. */
import type { VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { boundGateways } from '../mesh/virtual-service-rules.ts';
import type { MeshRule, Report } from './rule.ts';
import { conditionsOf, type Condition, covers } from './shared/route-conditions.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'route-rule-unreachable',
  title: 'Rule that is never reached',
  kind: 'fault',
  severity: 'warning',
  covers: ['IST0130', 'IST0131'],
  subject: 'VirtualService',
  *check(subject, mesh) {
    // What is left out as unknown may be a condition.
    if (subject.resource.templated) return;
    for (const block of ['http', 'tls', 'tcp'] as const) yield* checkBlock(subject, block, mesh);
  },
  page: {
    what: 'A rule, or one of its matches, comes after another that takes all its calls.',
    why: 'Rules are tried in the order in which they are written, for each proxy by itself, and the first that fits is used. A rule without a match takes everything. Matches that repeat an earlier one, or only narrow it, are never used.',
    symptom: 'The later rule has no effect, without a word: its destination gets no calls.',
    remedy: 'Move the more specific rule up, or delete it.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - uri: {prefix: /v2}
      route:
        - destination: {host: api-v2.team-a.svc.cluster.local, port: {number: 80}}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - match:
        - uri: {prefix: /v2}
      route:
        - destination: {host: api-v2.team-a.svc.cluster.local, port: {number: 80}}
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/concepts/traffic-management/#routing-rule-precedence',
      'https://istio.io/latest/docs/reference/config/analysis/ist0130/',
      'istio/istio: pilot/pkg/networking/core/route/route.go',
    ],
  },
};

function* checkBlock(
  subject: MeshObject<VirtualService>,
  block: 'http' | 'tls' | 'tcp',
  mesh: MeshReader,
): Iterable<Report> {
  const rules = subject.resource[block]?.items ?? [];
  const earlier: Condition[] = [];
  for (const [index, each] of rules.entries()) {
    const conditions = conditionsOf(subject, block, index);
    const own: Condition[] = [];
    const dead: { readonly condition: Condition; readonly by: Condition }[] = [];
    for (const condition of conditions) {
      const by = coveredBy(condition, [...earlier, ...own]);
      if (by && !isOfAnotherLeg(subject, by, condition)) dead.push({ condition, by });
      own.push(condition);
    }
    const [first] = dead;
    if (first && dead.length === conditions.length && dead.every(({ by }) => by.rule !== index)) {
      yield reportOn(subject, 'rule', each.range, first.by, first.condition, mesh);
    } else {
      for (const { condition, by } of dead)
        yield reportOn(subject, 'match', condition.range ?? each.range, by, condition, mesh);
    }
    earlier.push(...own);
  }
}

/** The first condition that takes everything that this one would, at each of its gateways one. */
function coveredBy(condition: Condition, earlier: readonly Condition[]): Condition | undefined {
  let first: Condition | undefined;
  for (const gateway of condition.gateways) {
    const by = earlier.find((each) => each.gateways.has(gateway) && covers(each, condition, gateway));
    if (!by) return undefined;
    first ??= by;
  }
  return first;
}

function reportOn(
  subject: MeshObject<VirtualService>,
  what: 'rule' | 'match',
  range: { readonly start: number; readonly end: number },
  by: Condition,
  condition: Condition,
  mesh: MeshReader,
): Report {
  const everything = by.isEmpty ? 'takes everything' : 'takes all that it would';
  const which = `${by.block} rule ${by.rule + 1}`;
  return {
    range,
    severity: sure(mesh, what === 'rule' ? 'warning' : 'hint'),
    message: message(
      `This ${what} is never reached: ${which} before it ${everything}.`,
      '',
      remedyFor(what, by, condition),
    ),
    related: [{ path: subject.path, range: by.place, message: 'Takes the calls.' }],
  };
}

function remedyFor(what: 'rule' | 'match', by: Condition, condition: Condition): string {
  if (what === 'match') return 'Delete it.';
  if (isTheSame(by, condition)) return 'Give them different matches, or delete one.';
  return `Move it before ${by.block} rule ${by.rule + 1}, or delete it.`;
}

function isTheSame(by: Condition, condition: Condition): boolean {
  return covers(condition, by, [...by.gateways][0] ?? MESH_GATEWAY);
}

/**
 * Legs that do not say for which gateways they are, and so take each other's calls, are another mistake: calls that go wrong tell of it. Those that go past the
 * gateway because the leg of sidecars is never reached do not.
 */
function isOfAnotherLeg(subject: MeshObject<VirtualService>, by: Condition, condition: Condition): boolean {
  const bound = boundGateways(subject);
  if (bound.size < 2 || !bound.has(MESH_GATEWAY) || by.namesGateways) return false;
  if (condition.namesGateways && condition.gateways.has(MESH_GATEWAY)) return false;
  return condition.namesGateways || isTheSame(by, condition);
}
