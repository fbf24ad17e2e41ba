/** Two Sidecars for the same pods. */
import type { Sidecar } from '../manifest/types.ts';
import { isAmbiguous } from '../mesh/knowledge.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { MeshRule, Report } from './rule.ts';
import { message } from './shared/message.ts';
import { sayTheSame } from './shared/same-words.ts';
import { sureOfBoth } from './shared/severity.ts';
import { workloadsIn } from '../mesh/workloads.ts';

export const rule: MeshRule<'Sidecar'> = {
  code: 'sidecar-conflict',
  title: 'Two Sidecars for the same pods',
  kind: 'fault',
  severity: 'warning',
  covers: ['IST0110', 'IST0111', 'KIA0002', 'KIA0003'],
  subject: 'Sidecar',
  *check(subject, mesh) {
    if (subject.namespace === undefined || isAmbiguous(subject, mesh)) return;
    const labels = labelsOf(subject);
    if (!labels) return;
    for (const other of mesh.inNamespace('Sidecar', subject.namespace)) {
      if (other === subject || other.resource.broken || isAmbiguous(other, mesh)) continue;
      if (other.resource.name.value === subject.resource.name.value) continue;
      const others = labelsOf(other);
      if (!others || isForAll(labels) !== isForAll(others)) continue;
      if (isForAll(labels)) {
        yield reportOn(subject, other, 'Both are for all pods', mesh);
        return;
      }
      const pod = commonPod(labels, others, subject.namespace, mesh);
      if (pod === undefined && !sayTheSame(labels, others)) continue;
      yield reportOn(subject, other, pod ? `Both select the pods of \`${pod}\`` : 'Both select the same pods', mesh);
      return;
    }
  },
  page: {
    what: 'Two Sidecars of a namespace are for the same pods.',
    why: 'A pod has one Sidecar: one whose selector fits goes before one without selector; of several that fit, the oldest counts, and age is not in YAML. They are not put together.',
    symptom: 'Hosts that one of them imports are unknown to the pods: calls fail, or go past the egress gateway.',
    remedy: 'Put them into one, or give them selectors that have no pod in common.',
    bad: `# -- default.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-a}
spec:
  egress:
    - hosts: ["./*", "istio-system/*"]
# -- egress.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: egress, namespace: team-a}
spec:
  egress:
    - hosts: ["egress-config/*"]
`,
    good: `# -- default.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: default, namespace: team-a}
spec:
  egress:
    - hosts: ["./*", "istio-system/*", "egress-config/*"]
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/networking/sidecar/',
      'https://istio.io/latest/docs/reference/config/analysis/ist0111/',
      'istio/istio: pilot/pkg/model/push_context.go (getSidecarScope)',
    ],
  },
};

type LabelMap = Readonly<Record<string, string>>;

/** Empty for a Sidecar without selector; undefined where it is not known. */
function labelsOf({ resource }: MeshObject<Sidecar>): LabelMap | undefined {
  return resource.workloadSelector ? resource.workloadSelector.value : {};
}

function isForAll(labels: LabelMap): boolean {
  return Object.keys(labels).length === 0;
}

/** A workload of the namespace whose pods both select. */
function commonPod(a: LabelMap, b: LabelMap, namespace: string, mesh: MeshReader): string | undefined {
  const fits = (labels: LabelMap, has: LabelMap) =>
    Object.entries(labels).every(([label, value]) => has[label] === value);
  const found = workloadsIn(mesh, namespace).find(({ resource }) => {
    const has = resource.podLabels?.value;
    return has !== undefined && fits(a, has) && fits(b, has);
  });
  return found?.resource.name.value;
}

function reportOn(subject: MeshObject<Sidecar>, other: MeshObject<Sidecar>, what: string, mesh: MeshReader): Report {
  return {
    range: subject.resource.name.range,
    severity: sureOfBoth(mesh, subject, other, 'warning'),
    message: message(
      `Only one of the Sidecars \`${subject.resource.name.value}\` and \`${other.resource.name.value}\` acts, the oldest.`,
      `${what}.`,
      'Put them into one.',
    ),
    related: [{ path: other.path, range: other.resource.name.range, message: 'The other one.' }],
  };
}
