/** Answers to cases of Istio's own behaviour: each case is a whole cluster, and calls made in it. */
import { readContents } from '../manifest/read-contents.ts';
import { Mesh } from '../mesh/mesh.ts';
import { Tracer } from '../trace/tracer.ts';
import type { Call, Hop } from '../trace/types.ts';
import { DEFAULT_MESH_SETTINGS } from '../workspace/mesh-settings.ts';

export interface OracleCase {
  readonly id: string;
  readonly family: string;
  readonly mutations: readonly string[];
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** YAML of the mesh configuration; Istio's defaults where absent. */
  readonly meshConfig?: string;
  readonly gateways: readonly {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly ports?: Readonly<Record<string, number>>;
  }[];
  readonly calls: readonly Call[];
}

/** What our trace says to each call of a case. */
export function answerCase(each: OracleCase): readonly Hop[] {
  const tracer = tracerOf(each);
  return each.calls.map((call) => tracer.trace(call));
}

/** The cluster of a case: everything is there, nothing is assumed. */
export function tracerOf(each: OracleCase): Tracer {
  const told = /^outboundTrafficPolicy:/m.test(each.meshConfig ?? '');
  const mesh = new Mesh(undefined, {
    ...DEFAULT_MESH_SETTINGS,
    complete: ['*'],
    gateways: [],
    outboundTrafficPolicy: told ? undefined : 'ALLOW_ANY',
  });
  const files = each.meshConfig ? [...each.files, meshConfigFile(each.meshConfig)] : each.files;
  for (const { path, text } of files) {
    for (const resource of readContents(path, text).resources)
      mesh.add({ resource, path, namespace: resource.namespace?.value ?? 'default', context: false });
  }
  return new Tracer(mesh, {
    pods: each.gateways.map((pod) => ({ ...pod, ports: pod.ports ?? {}, evidence: 'workspace' })),
    // The control plane that was measured had no domain to complete short names with.
    shortNameDomain: '',
  });
}

/** The mesh configuration where a cluster keeps it. */
function meshConfigFile(config: string): { readonly path: string; readonly text: string } {
  const indented = config.replace(/^(?=.)/gm, '    ');
  const head =
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: istio\n  namespace: istio-system\ndata:\n  mesh: |\n';
  return { path: 'istio-configmap.yaml', text: `${head}${indented}` };
}
