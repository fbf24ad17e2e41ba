import { gatewayKey, resolveGatewayName } from '../mesh/gateway-names.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import { mayBeTemplated } from '../mesh/knowledge.ts';
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';
import { WORKLOAD_KINDS, workloadsWith } from '../mesh/workloads.ts';

export const rule: MeshRule<'Gateway'> = {
  code: 'gateway-selects-no-pod',
  title: 'Gateway for no pod',
  kind: 'fault',
  severity: 'warning',
  covers: ['IST0101', 'KIA0302'],
  subject: 'Gateway',
  *check(subject, mesh) {
    const { selector } = subject.resource;
    if (!selector?.value || Object.keys(selector.value).length === 0) return;
    // Only who has everything here knows that a pod is nowhere.
    if (!mesh.settings.complete.includes('*') || mesh.mesh.openBy !== undefined) return;
    if (WORKLOAD_KINDS.some((kind) => mayBeTemplated(mesh, kind)) || mayBeTemplated(mesh, 'Service')) return;
    if (isSelected(selector.value, mesh)) return;
    const text = Object.entries(selector.value)
      .map(([label, value]) => `${label}: ${value}`)
      .join(', ');
    yield {
      range: selector.range,
      severity: sure(mesh, isRouted(subject, mesh) ? 'hint' : 'warning'),
      message: message(
        `No pod is this gateway: nothing here has the labels \`${text}\`, so no proxy opens its ports.`,
        '',
        'Install an egress gateway, or correct the selector.',
      ),
    };
  },
  page: {
    what: 'The selector of a Gateway picks no pod of a workspace that is complete.',
    why: 'A Gateway is settings for pods that run already: it installs nothing. Istio has no egress gateway unless one is installed (`istioctl` with the `demo` profile, a component of the operator, or a release of the `gateway` chart), and the labels of its pods depend on how: `istio: egressgateway`, or `istio: NAME` for a chart release called `NAME` or `istio-NAME`.',
    symptom: 'Connections to the egress gateway are refused, or its Service does not exist (503).',
    remedy:
      'Install the gateway, or write the labels that its pods have. If it is installed from elsewhere, declare it under `egressGateways` in `.istio-egress.yaml`.',
    bad: `# -- .istio-egress.yaml
complete: ["*"]
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-egress}
spec:
  selector: {istio: egressgateway}
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [api.example.com]
      tls: {mode: AUTO_PASSTHROUGH}
# -- deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: egress-gw, namespace: istio-egress}
spec:
  template:
    metadata:
      labels: {istio: egress-gw}
`,
    good: `# -- .istio-egress.yaml
complete: ["*"]
# -- gateway.yaml
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: egress, namespace: istio-egress}
spec:
  selector: {istio: egress-gw}
  servers:
    - port: {number: 443, name: tls, protocol: TLS}
      hosts: [api.example.com]
      tls: {mode: AUTO_PASSTHROUGH}
# -- deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: egress-gw, namespace: istio-egress}
spec:
  template:
    metadata:
      labels: {istio: egress-gw}
`,
    sources: [
      'https://istio.io/latest/docs/tasks/traffic-management/egress/egress-gateway/#before-you-begin',
      'https://istio.io/latest/docs/reference/config/networking/gateway/#Gateway',
    ],
  },
};

function isSelected(labels: Readonly<Record<string, string>>, mesh: MeshReader): boolean {
  const { pods, gateways } = mesh.settings;
  const fits = (has: Readonly<Record<string, string>> | undefined) =>
    has !== undefined && Object.entries(labels).every(([label, value]) => has[label] === value);
  if (pods?.some((each) => fits(each.labels)) || gateways.some((each) => fits(each.labels))) return true;
  const [first] = Object.entries(labels);
  if (!first) return true;
  if (workloadsWith(mesh, labels).length > 0) return true;
  // Who has a Service has its pods: they may be of a kind that is not read.
  return mesh
    .labelled('Service', first[0], first[1])
    .some(({ resource: { selector } }) =>
      Object.entries(selector?.value ?? {}).every(
        ([label, value]) => labels[label] === value || labels[label] === undefined,
      ),
    );
}

/** Calls that a VirtualService sends there tell of it themselves. */
function isRouted({ namespace, resource: { name } }: MeshObject, mesh: MeshReader): boolean {
  return name.value !== undefined && mesh.boundTo(gatewayKey(resolveGatewayName(name.value, namespace))).length > 0;
}
