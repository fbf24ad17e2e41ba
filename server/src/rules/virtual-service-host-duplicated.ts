/** Two VirtualServices that route one host in the same sidecars. */
import { compact } from '../manifest/optional.ts';
import type { Field, L4Match, VirtualService } from '../manifest/types.ts';
import { MESH_GATEWAY } from '../mesh/gateway-names.ts';
import { resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import { isAmbiguous, mayBeApart } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { boundGateways, type RouteRule, rulesOf } from '../mesh/virtual-service-rules.ts';
import type { MeshRule, Report } from './rule.ts';
import { haveCommonAudience } from './shared/audience.ts';
import { message, qualified } from './shared/message.ts';
import { sayTheSame } from './shared/same-words.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'VirtualService'> = {
  code: 'virtual-service-host-duplicated',
  title: 'Host routed by two VirtualServices',
  kind: 'fault',
  severity: 'warning',
  covers: ['IST0109', 'KIA1106'],
  subject: 'VirtualService',
  accountsFor: ['bypass', 'no-route'],
  *check(subject, mesh) {
    if (!boundGateways(subject).has(MESH_GATEWAY) || isUnsure(subject, mesh)) return;
    for (const host of subject.resource.hosts?.items ?? []) {
      const full = fullHost(subject, host, mesh);
      if (full === undefined) continue;
      const others = routing(mesh, full, subject).filter((other) => isRival(subject, other, mesh));
      const [first] = others;
      if (first) yield reportOn(subject, mesh, host, first, others);
    }
  },
  page: {
    what: 'Two VirtualServices route the same host in the same sidecars: only one of them acts.',
    why: 'At a gateway the rules of several VirtualServices for a host are put together; in sidecars they are not. The oldest keeps the host, and its age is not in YAML. A wildcard beside an exact host is no conflict, nor are two that `exportTo` shows to different namespaces, nor `http` rules in one and `tls` rules in the other.',
    symptom:
      'The route that was added last has no effect: calls go straight out, or take the rules of the other VirtualService. After a new installation it may be the other way round.',
    remedy: 'Put the rules for sidecars into one VirtualService, or keep the two apart with `exportTo`.',
    bad: `# -- egress.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api-egress, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
# -- timeout.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api-timeout, namespace: team-b}
spec:
  hosts: [api.example.com]
  exportTo: [team-a]
  http:
    - timeout: 3s
      route:
        - destination: {host: api.example.com}
`,
    good: `# -- egress.yaml
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: api-egress, namespace: team-a}
spec:
  hosts: [api.example.com]
  http:
    - timeout: 3s
      route:
        - destination: {host: istio-egressgateway.istio-system.svc.cluster.local, port: {number: 80}}
`,
    sources: [
      'https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services',
      'https://istio.io/latest/docs/reference/config/analysis/ist0109/',
      'istio/istio: pilot/pkg/networking/core/httproute.go',
    ],
  },
};

/** Whether a part of it may be left out, or another definition may be the one that is applied. */
function isUnsure(object: MeshObject<VirtualService>, mesh: MeshReader): boolean {
  return object.resource.templated || object.resource.broken || isAmbiguous(object, mesh);
}

/** The rules that act in sidecars; undefined where labels of pods decide which do. */
function sidecarRules(object: MeshObject<VirtualService>): readonly RouteRule[] | undefined {
  const rules = rulesOf(object).filter((each) => each.gateways.has(MESH_GATEWAY));
  const chosen = rules.some((each) => each.matches.length > 0 && each.matches.every(isForSomePods));
  return rules.length === 0 || chosen ? undefined : rules;
}

function isForSomePods(match: RouteRule['matches'][number]): boolean {
  const { sourceLabels, sourceNamespace } = match as L4Match;
  return sourceLabels !== undefined || sourceNamespace !== undefined;
}

/** The VirtualServices for sidecars that list this host in any of its forms. */
function routing(
  mesh: MeshReader,
  full: string,
  subject: MeshObject<VirtualService>,
): readonly MeshObject<VirtualService>[] {
  const service = serviceOfHost(full, mesh.settings.clusterDomain);
  return [full, ...(service ? [service.name] : [])]
    .flatMap((each) => mesh.hosting('VirtualService', each))
    .filter((each) => each !== subject && boundGateways(each).has(MESH_GATEWAY))
    .filter((each) => each.resource.hosts?.items.some((host) => fullHost(each, host, mesh) === full));
}

function fullHost({ namespace }: MeshObject, { value }: Field<string>, mesh: MeshReader): string | undefined {
  return value === undefined ? undefined : resolveShortHost(value, namespace, mesh.settings.clusterDomain);
}

function isRival(subject: MeshObject<VirtualService>, other: MeshObject<VirtualService>, mesh: MeshReader): boolean {
  if (isUnsure(other, mesh) || haveCommonAudience(subject, other, mesh) !== true) return false;
  // The same resource from another file of the set is one resource.
  if (other.namespace === subject.namespace && other.resource.name.value === subject.resource.name.value) return false;
  const [own, others] = [sidecarRules(subject), sidecarRules(other)];
  return own?.some((each) => others?.some((rival) => overlap(each, rival))) ?? false;
}

/** Whether two rules are for the same calls, as far as a sidecar chooses a VirtualService by them. */
function overlap(a: RouteRule, b: RouteRule): boolean {
  if (a.block !== b.block) return false;
  const [first, second] = [conditions(a), conditions(b)];
  return first.some((one) => second.some((two) => overlapping(a.block, one, two)));
}

function conditions({ matches }: RouteRule): readonly Pick<L4Match, 'port' | 'sniHosts' | 'destinationSubnets'>[] {
  const acting = (matches as readonly L4Match[]).filter(
    ({ gateways }) => !gateways || gateways.items.some((each) => each.value === MESH_GATEWAY),
  );
  return acting.length > 0 ? acting : [{}];
}

function overlapping(
  block: RouteRule['block'],
  a: ReturnType<typeof conditions>[number],
  b: ReturnType<typeof conditions>[number],
): boolean {
  if (a.port && b.port && a.port.value !== b.port.value) return false;
  if (block === 'http') return true;
  if (block === 'tcp') return !a.destinationSubnets && !b.destinationSubnets;
  const names = new Set(a.sniHosts?.items.flatMap((each) => each.value ?? []));
  return b.sniHosts?.items.some((each) => each.value !== undefined && names.has(each.value)) ?? false;
}

function reportOn(
  subject: MeshObject<VirtualService>,
  mesh: MeshReader,
  host: Field<string>,
  first: MeshObject<VirtualService>,
  others: readonly MeshObject<VirtualService>[],
): Report {
  const isSure = others.some((each) => !mayBeApart(subject, each, mesh) && !doTheSame(subject, each));
  const name = qualified(first.namespace, first.resource.name.value ?? '');
  const more = others.length > 1 ? ` (and ${others.length - 1} more)` : '';
  return {
    range: host.range,
    severity: sure(mesh, isSure && !mayBeKeptApart(mesh) ? 'warning' : 'hint'),
    message: message(
      `In sidecars only one VirtualService for \`${host.value}\` acts, the oldest: this one or \`${name}\`${more}.`,
      'Which is not in YAML.',
      'Put their rules into one.',
    ),
    related: others.map(({ resource, path }) => ({
      path,
      range: (resource.hosts?.items.find((each) => each.value === host.value) ?? resource.name).range,
      message: 'Routes the same host.',
    })),
  };
}

/** Whether it makes no difference which of the two acts. */
function doTheSame(a: MeshObject<VirtualService>, b: MeshObject<VirtualService>): boolean {
  return sayTheSame(words(a), words(b));
}

function words({ resource: { gateways, http, tls, tcp } }: MeshObject<VirtualService>): object {
  return compact({ gateways, http, tls, tcp });
}

/** A Sidecar for the whole mesh may show every namespace its own alone. */
function mayBeKeptApart(mesh: MeshReader): boolean {
  const root = mesh.settings.rootNamespace ?? 'istio-system';
  return mesh
    .inNamespace('Sidecar', root)
    .some(({ resource }) => !resource.workloadSelector && resource.egress !== undefined);
}
