import { isComplete, mayBeTemplated } from '../mesh/knowledge.ts';
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';
import { WORKLOAD_KINDS, workloadsIn } from '../mesh/workloads.ts';

export const rule: MeshRule<'Sidecar'> = {
  code: 'sidecar-selects-no-pod',
  title: 'Sidecar for no pod',
  kind: 'fault',
  severity: 'hint',
  covers: ['IST0101', 'KIA0004'],
  subject: 'Sidecar',
  *check(subject, mesh) {
    const { workloadSelector } = subject.resource;
    const labels = Object.entries(workloadSelector?.value ?? {});
    if (!workloadSelector || labels.length === 0 || subject.namespace === undefined) return;
    if (!isComplete(mesh.settings, subject.namespace) || mesh.mesh.openBy !== undefined) return;
    if (WORKLOAD_KINDS.some((kind) => mayBeTemplated(mesh, kind))) return;
    const workloads = workloadsIn(mesh, subject.namespace);
    if (
      workloads.some(({ resource }) => labels.every(([label, value]) => resource.podLabels?.value?.[label] === value))
    )
      return;
    // Without a single workload of the namespace, its pods are made by something that is not read.
    if (workloads.length === 0 && !mesh.settings.complete.includes('*')) return;
    yield {
      range: workloadSelector.range,
      message: message(
        `This Sidecar is for no pod: none in \`${subject.namespace}\` has the labels ${labels.map(([label, value]) => `\`${label}: ${value}\``).join(', ')}.`,
        '',
        'Correct the selector.',
      ),
    };
  },
  page: {
    what: 'The selector of a Sidecar picks no pod of its namespace, which is wholly in the workspace.',
    why: 'A Sidecar with a selector is for pods of its own namespace that have all of its labels.',
    symptom: 'The Sidecar has no effect.',
    remedy: 'Write labels that the pods have.',
    bad: `# -- .istio-egress.yaml
complete: [team-a]
# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: web, namespace: team-a}
spec:
  workloadSelector:
    labels: {app: web}
  egress:
    - hosts: ["./*"]
# -- deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: frontend, namespace: team-a}
spec:
  template:
    metadata:
      labels: {app: frontend}
`,
    good: `# -- .istio-egress.yaml
complete: [team-a]
# -- sidecar.yaml
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {name: web, namespace: team-a}
spec:
  workloadSelector:
    labels: {app: frontend}
  egress:
    - hosts: ["./*"]
# -- deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: frontend, namespace: team-a}
spec:
  template:
    metadata:
      labels: {app: frontend}
`,
    sources: ['https://istio.io/latest/docs/reference/config/networking/sidecar/#WorkloadSelector'],
  },
};
