/** Namespaces that istiod is told not to look at, and that hold what it should know. */
import type { Kind } from '../manifest/types.ts';
import type { MeshObject, MeshReader } from '../mesh/mesh.ts';
import type { MeshRule } from './rule.ts';
import { message } from './shared/message.ts';
import { sure } from './shared/severity.ts';

export const rule: MeshRule<'Namespace'> = {
  code: 'namespace-not-discovered',
  title: 'Namespace that istiod does not look at',
  kind: 'fault',
  severity: 'warning',
  covers: [],
  subject: 'Namespace',
  *check(subject, mesh) {
    const name = subject.resource.name.value;
    if (name === undefined || subject.resource.templated) return;
    const [config, ...others] = mesh.all('MeshConfig');
    const selectors = config?.resource.config.discoverySelectors;
    if (!config || others.length > 0 || !selectors || selectors.items.length === 0) return;
    const labels: Readonly<Record<string, string>> = {
      'kubernetes.io/metadata.name': name,
      ...subject.resource.labels,
    };
    const selected = selectors.items.some(({ matchLabels, hasExpressions }) => {
      if (hasExpressions || (matchLabels && matchLabels.value === undefined)) return true;
      return Object.entries(matchLabels?.value ?? {}).every(([label, value]) => labels[label] === value);
    });
    const held = selected ? undefined : whatItHolds(name, mesh);
    if (!held) return;
    yield {
      range: subject.resource.name.range,
      severity: sure(mesh, 'warning'),
      message: message(
        `istiod does not look at \`${name}\`: no label of the namespace is in \`discoverySelectors\`, so its ${held.resource.kind} \`${held.resource.name.value}\` is unknown.`,
        '',
        'Add the label.',
      ),
      related: [
        { path: config.path, range: selectors.range, message: 'The namespaces that istiod looks at.' },
        { path: held.path, range: held.resource.name.range, message: 'Is in the namespace.' },
      ],
    };
  },
  page: {
    what: 'The mesh configuration limits istiod to some namespaces by `discoverySelectors`, and a namespace with resources of the egress path is not among them.',
    why: 'With `discoverySelectors` istiod knows nothing of other namespaces: neither their Services and pods nor their Istio resources.',
    symptom: 'Everything looks right, and the calls fail with 503 (NC or UH), or the Gateway has no listener.',
    remedy: 'Give the namespace the label that the mesh configuration asks for.',
    bad: `# -- operator.yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  meshConfig:
    discoverySelectors:
      - matchLabels: {istio-discovery: enabled}
# -- namespace.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: egress-config
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: egress-config}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    good: `# -- operator.yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
spec:
  meshConfig:
    discoverySelectors:
      - matchLabels: {istio-discovery: enabled}
# -- namespace.yaml
apiVersion: v1
kind: Namespace
metadata:
  name: egress-config
  labels: {istio-discovery: enabled}
# -- entry.yaml
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: api, namespace: egress-config}
spec:
  hosts: [api.example.com]
  ports:
    - {number: 443, name: tls, protocol: TLS}
  resolution: DNS
`,
    sources: [
      'https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/#MeshConfig-discovery_selectors',
      'https://github.com/istio/istio/issues/39520',
    ],
  },
};

const KINDS = [
  'ServiceEntry',
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'Sidecar',
] as const satisfies readonly Kind[];

function whatItHolds(name: string, mesh: MeshReader): MeshObject | undefined {
  return KINDS.flatMap((kind): readonly MeshObject[] => mesh.inNamespace(kind, name))[0];
}
