/** What is lost where two DestinationRules of a host become one. */
import type { DestinationRule, Subset } from '../manifest/types.ts';
import { resolveShortHost, serviceOfHost } from '../mesh/hosts.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { MeshRule, Report } from './rule.ts';
import { message } from './shared/message.ts';
import { sayTheSame } from './shared/same-words.ts';
import { sure, sureOfBoth } from './shared/severity.ts';

export const rule: MeshRule<'DestinationRule'> = {
  code: 'destination-rule-partly-ignored',
  title: 'DestinationRule of which a part is lost',
  kind: 'fault',
  severity: 'warning',
  covers: ['KIA0201'],
  subject: 'DestinationRule',
  *check(subject, mesh) {
    yield* twiceInside(subject, mesh);
    for (const other of mergedWith(subject, mesh)) {
      yield* subsetsLost(subject, other, mesh);
      const report = policyLost(subject, other, mesh);
      if (report) yield report;
    }
  },
  page: {
    what: 'Two DestinationRules for one host, in one namespace, define the same subset or both a traffic policy: one of the two definitions is lost.',
    why: 'Istio makes one of them. Subsets are put together, but of two with one name the first stays, and so does the first traffic policy. First is the oldest, and age is not in YAML. Two DestinationRules whose subsets have different names do no harm.',
    symptom: 'TLS settings of a subset have no effect: the gateway closes the connection, or calls go on in plain.',
    remedy: 'Give every subset a name of its own, and keep the traffic policy in one DestinationRule.',
    bad: `# -- a.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress-a, namespace: istio-system}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: external
      trafficPolicy:
        tls: {mode: ISTIO_MUTUAL, sni: a.example.com}
# -- b.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress-b, namespace: istio-system}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: external
      trafficPolicy:
        tls: {mode: ISTIO_MUTUAL, sni: b.example.com}
`,
    good: `# -- a.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress-a, namespace: istio-system}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: a
      trafficPolicy:
        tls: {mode: ISTIO_MUTUAL, sni: a.example.com}
# -- b.yaml
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: egress-b, namespace: istio-system}
spec:
  host: istio-egressgateway.istio-system.svc.cluster.local
  subsets:
    - name: b
      trafficPolicy:
        tls: {mode: ISTIO_MUTUAL, sni: b.example.com}
`,
    sources: [
      'https://istio.io/latest/docs/ops/best-practices/traffic-management/#split-virtual-services',
      'istio/istio: pilot/pkg/model/destination_rule.go (mergeDestinationRule)',
    ],
  },
};

/** Other rules of the host, namespace and `exportTo`: those that become one with it. */
function mergedWith(subject: MeshObject<DestinationRule>, mesh: MeshReader): readonly MeshObject<DestinationRule>[] {
  const full = fullHost(subject, mesh);
  if (full === undefined || subject.namespace === undefined || !canMerge(subject, mesh)) return [];
  const service = serviceOfHost(full, mesh.settings.clusterDomain);
  const found = [full, ...(service ? [service.name] : [])].flatMap((each) => mesh.hosting('DestinationRule', each));
  return found.filter(
    (each) =>
      each !== subject &&
      each.namespace === subject.namespace &&
      each.resource.name.value !== subject.resource.name.value &&
      fullHost(each, mesh) === full &&
      canMerge(each, mesh) &&
      sameExport(subject, each),
  );
}

function canMerge(object: MeshObject<DestinationRule>, mesh: MeshReader): boolean {
  const { workloadSelector, broken, templated } = object.resource;
  return !workloadSelector && !broken && !templated && !isAmbiguous(object, mesh);
}

function fullHost({ resource, namespace }: MeshObject<DestinationRule>, mesh: MeshReader): string | undefined {
  const host = resource.host?.value;
  return host === undefined ? undefined : resolveShortHost(host, namespace, mesh.settings.clusterDomain);
}

function sameExport(a: MeshObject<DestinationRule>, b: MeshObject<DestinationRule>): boolean {
  const [first, second] = [a, b].map(({ resource }) =>
    [...new Set(resource.exportTo?.items.map((each) => each.value ?? '?'))].sort().join(),
  );
  return first === second;
}

function* twiceInside({ resource, path }: MeshObject<DestinationRule>, mesh: MeshReader): Iterable<Report> {
  const seen = new Map<string, Subset>();
  for (const subset of resource.subsets?.items ?? []) {
    const { name } = subset;
    if (name?.value === undefined) continue;
    const first = seen.get(name.value);
    if (!first) {
      seen.set(name.value, subset);
      continue;
    }
    yield {
      range: name.range,
      severity: sure(mesh, sayTheSame(first, subset) ? 'hint' : 'warning'),
      message: message(
        `This subset is lost: the DestinationRule defines \`${name.value}\` before it, and the first counts.`,
        '',
        'Give it another name.',
      ),
      related: [{ path, range: first.name?.range ?? first.range, message: 'The one that counts.' }],
    };
  }
}

function* subsetsLost(
  subject: MeshObject<DestinationRule>,
  other: MeshObject<DestinationRule>,
  mesh: MeshReader,
): Iterable<Report> {
  for (const subset of subject.resource.subsets?.items ?? []) {
    const { name } = subset;
    if (name?.value === undefined) continue;
    const rival = other.resource.subsets?.items.find((each) => each.name?.value === name.value);
    if (!rival) continue;
    yield {
      range: name.range,
      severity: sureOfBoth(mesh, subject, other, sayTheSame(subset, rival) ? 'hint' : 'warning'),
      message: message(
        `Subset \`${name.value}\` is also in DestinationRule \`${other.resource.name.value}\` for the same host: only the oldest counts.`,
        'Which is not in YAML.',
        'Give it another name.',
      ),
      related: [{ path: other.path, range: rival.name?.range ?? rival.range, message: 'The same subset.' }],
    };
  }
}

function policyLost(
  subject: MeshObject<DestinationRule>,
  other: MeshObject<DestinationRule>,
  mesh: MeshReader,
): Report | undefined {
  const { trafficPolicy } = subject.resource;
  const rival = other.resource.trafficPolicy;
  if (!trafficPolicy || !rival) return undefined;
  return {
    range: trafficPolicy.range,
    severity: sureOfBoth(mesh, subject, other, sayTheSame(trafficPolicy, rival) ? 'hint' : 'warning'),
    message: message(
      `DestinationRule \`${other.resource.name.value}\` has a traffic policy for the same host too: only the oldest counts.`,
      'Which is not in YAML.',
      'Keep one.',
    ),
    related: [{ path: other.path, range: rival.range, message: 'The other policy.' }],
  };
}
