/** A match for a gateway that the VirtualService is not bound to. */
import type { VirtualService } from '../manifest/types.ts';
import { lookupGateway } from '../mesh/gateway-lookup.ts';
import { gatewayKey, MESH_GATEWAY, resolveGatewayName } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { isTypoOf } from '../mesh/near-miss.ts';
import { boundGateways, type RouteRule, rulesOf } from '../mesh/virtual-service-rules.ts';
import type { Fix } from './finding.ts';
import type { MeshRule, Report } from './rule.ts';
import { correctedGatewayName, isValidGatewayName } from './shared/gateway-name-form.ts';
import { type GatewayUse, listedGateways, matchedGateways } from './shared/gateway-uses.ts';
import { message, names, places } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'match-gateway-not-listed',
  title: 'Match for a gateway that is not listed',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'VirtualService',
  accountsFor: ['no-route', 'no-virtual-host', 'no-listener', 'no-filter-chain', 'bypass', 'loop'],
  *check(subject, mesh) {
    const { gateways, hosts } = subject.resource;
    // A name that nothing can have is told by itself; which one is meant, and so whether a match names it, may be unknown.
    if (gateways?.items.some(({ value }) => value === undefined || !isReadable(value))) return;
    // A delegate is bound where the VirtualService is that includes it.
    if ((hosts?.items.length ?? 0) === 0) return;
    const bound = boundGateways(subject);
    const unlisted = matchedGateways(subject).filter((use) => !bound.has(use.key) && isValidGatewayName(use.written));
    if (unlisted.length === 0) return;
    const corrected = keysOfCorrections(subject, mesh);
    for (const key of new Set(unlisted.map((use) => use.key))) {
      if (corrected.has(key)) continue;
      const [first, ...again] = unlisted.filter((use) => use.key === key);
      if (first) yield { ...reportOn(subject, first, again, bound), severity: sure(mesh, 'warning') };
    }
  },
  page: {
    what: 'A `match[].gateways` names a gateway that `spec.gateways` does not list.',
    why: 'A VirtualService is programmed only for the gateways in `spec.gateways`; without that list, for the sidecars alone (`mesh`). A match can narrow the list, never widen it, so a rule for another gateway is never used.',
    symptom:
      'The rule is dead: calls take the next rule, or the gateway answers 404, or (where `mesh` is missing) sidecars send the calls straight out.',
    remedy: 'Write the name as in `spec.gateways`, or add it there.',
    bad: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways:
    - mesh
    - istio-system/egress
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    good: `# -- route.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api
  namespace: team-a
spec:
  hosts: [api.example.com]
  gateways:
    - mesh
    - istio-system/egress
  http:
    - match:
        - gateways: [mesh]
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
    - match:
        - gateways: [istio-system/egress]
      route:
        - destination: {host: api.example.com, port: {number: 80}}
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest'],
  },
};

/** Whether a name can be a gateway's, or there is one alone that it can be meant for. */
function isReadable(written: string): boolean {
  return isValidGatewayName(written) || correctedGatewayName(written) !== undefined;
}

/** What listed names that are not found, or that nothing can have, should be: once they are corrected, matches that name it are right. */
function keysOfCorrections(subject: MeshObject<VirtualService>, mesh: MeshReader): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const use of listedGateways(subject)) {
    if (use.key === MESH_GATEWAY) continue;
    if (!isValidGatewayName(use.written)) {
      const corrected = correctedGatewayName(use.written);
      if (corrected !== undefined) keys.add(gatewayKey(resolveGatewayName(corrected, subject.namespace)));
      continue;
    }
    const lookup = lookupGateway(mesh, use.gateway, subject.namespace);
    if (lookup.status !== 'found' && use.gateway.name === MESH_GATEWAY) keys.add(MESH_GATEWAY);
    if (lookup.status === 'found' || !lookup.meant) continue;
    const name = lookup.meant.resource.name.value;
    if (name !== undefined) keys.add(gatewayKey({ form: 'qualified', namespace: lookup.meant.namespace, name }));
  }
  return keys;
}

function reportOn(
  subject: MeshObject<VirtualService>,
  first: GatewayUse,
  again: readonly GatewayUse[],
  bound: ReadonlySet<string>,
): Report {
  const listed = subject.resource.gateways?.items.flatMap((each) => each.value ?? []) ?? [];
  const meant = meantName(subject, first);
  const dead = rulesOf(subject).filter((rule) => rule.gateways.has(first.key));
  const never = dead.some((rule) => isDead(rule, bound)) ? 'This rule is never used' : 'This match never applies';
  const cause =
    listed.length === 0
      ? `${never}: without \`spec.gateways\` a VirtualService is for sidecars only, not for \`${first.written}\`.`
      : `${never}: \`spec.gateways\` lists ${names(listed)}, not \`${first.written}\`.`;
  const expansion =
    first.gateway.form === 'short' && first.gateway.namespace !== undefined
      ? `The short name means \`${first.key}\`.`
      : '';
  const remedy = meant === undefined ? `Add \`${first.written}\` there.` : `Use \`${meant}\`.`;
  return {
    range: first.field.range,
    message: message(cause, expansion, remedy),
    related: [
      ...(subject.resource.gateways
        ? [{ path: subject.path, range: subject.resource.gateways.range, message: 'The gateways that are listed.' }]
        : []),
      ...again.map(({ field }) => ({ path: subject.path, range: field.range, message: 'The same name here.' })),
    ],
    fixes: fixesFor(subject, [first, ...again], meant),
  };
}

function isDead(rule: RouteRule, bound: ReadonlySet<string>): boolean {
  return ![...rule.gateways].some((each) => bound.has(each));
}

/** `mesh` in other letters, or the one listed name that differs in its namespace alone, or by one slip. */
function meantName(subject: MeshObject<VirtualService>, use: GatewayUse): string | undefined {
  if (use.key === MESH_GATEWAY) return undefined;
  const isMesh = use.written.toLowerCase() === MESH_GATEWAY;
  if (isMesh && listedGateways(subject).some((each) => each.key === MESH_GATEWAY)) return MESH_GATEWAY;
  const listed = listedGateways(subject).filter(
    (each) => each.key !== MESH_GATEWAY && isValidGatewayName(each.written),
  );
  const same = listed.filter((each) => each.gateway.name === use.gateway.name);
  const [candidate, ...others] = same.length > 0 ? same : listed.filter((each) => isTypoOf(use.key, each.key));
  return others.length === 0 ? candidate?.written : undefined;
}

function fixesFor(
  subject: MeshObject<VirtualService>,
  uses: readonly GatewayUse[],
  meant: string | undefined,
): readonly Fix[] {
  const { path } = subject;
  const list = subject.resource.gateways;
  const [first] = uses;
  if (!first) return [];
  const rename: readonly Fix[] =
    meant === undefined
      ? []
      : [
          {
            title: `Use ${meant}${places(uses.length)}`,
            preferred: true,
            safety: 'safe',
            edits: uses.map(({ field }) => ({
              path,
              edit: { kind: 'replace-scalar', range: field.range, value: meant },
            })),
          },
        ];
  if (meant !== undefined || !list || list.items.length === 0) return rename;
  // Binding to one more gateway changes where the other rules act too.
  const add: Fix = {
    title: `Add ${first.written} to gateways`,
    preferred: true,
    safety: 'review',
    edits: [{ path, edit: { kind: 'append-item', range: list.range, value: first.written } }],
  };
  return [add];
}
