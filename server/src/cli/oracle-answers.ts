/** Answers to cases of Istio's own behaviour: each case is a whole cluster, and calls made in it. */
import { createAnalysis } from '../analysis/analysis.ts';
import type { Analysis } from '../analysis/types.ts';
import { readContents } from '../manifest/read-contents.ts';
import { readObject } from '../manifest/read-resource.ts';
import type { Finding } from '../rules/finding.ts';
import type { Tracer } from '../trace/tracer.ts';
import type { Call, Hop } from '../trace/types.ts';
import { isRejected, problemsOf } from '../validate/judge.ts';
import { relativeTo } from '../workspace/paths.ts';
import { parseDocuments } from '../yaml/documents.ts';

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

const ROOT = '/cluster';

/** What our trace says to each call of a case. */
export function answerCase(each: OracleCase): readonly Hop[] {
  const tracer = tracerOf(each);
  return each.calls.map((call) => tracer.trace(call));
}

/** What our rules say of a case, as they are without settings. */
export function findingsOf(
  each: OracleCase,
): readonly (Pick<Finding, 'code' | 'severity' | 'message'> & { path: string })[] {
  const analysis = analysisOf(each);
  return analysis
    .paths()
    .flatMap(analysis.findings)
    .map(({ code, severity, path, message }) => ({ code, severity, path: relativeTo(ROOT, path), message }));
}

/** Traces in the cluster of a case. */
export function tracerOf(each: OracleCase): Tracer {
  const [cluster] = analysisOf(each, 'no rules').traceables();
  if (!cluster) throw new Error('a case is one apply set');
  return cluster.tracer;
}

/** The cluster of a case: everything is there and applied together, nothing is assumed. */
export function analysisOf(each: OracleCase, rules: 'all rules' | 'no rules' = 'all rules'): Analysis {
  const told = /^outboundTrafficPolicy:/m.test(each.meshConfig ?? '');
  const analysis = createAnalysis({
    root: ROOT,
    settings: {
      editor: {
        complete: ['*'],
        defaultNamespace: 'default',
        sets: { cluster: ['.'] },
        istio: told ? {} : { outboundTrafficPolicy: 'ALLOW_ANY' },
      },
    },
    ...(rules === 'no rules' ? { rules: [] } : {}),
    cluster: {
      pods: each.gateways.map((pod) => ({ ...pod, ports: pod.ports ?? {} })),
      // The control plane that was measured had no domain to complete short names with.
      shortNameDomain: '',
      secrets: 'none',
      judgedAs: 'stored',
    },
  });
  const files = each.meshConfig ? [...each.files, meshConfigFile(each.meshConfig)] : each.files;
  analysis.update(files.map(({ path, text }) => ({ path: `${ROOT}/${path}`, contents: readContents(path, text) })));
  return analysis;
}

/** The mesh configuration where a cluster keeps it. */
function meshConfigFile(config: string): { readonly path: string; readonly text: string } {
  const indented = config.replace(/^(?=.)/gm, '    ');
  const head =
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: istio\n  namespace: istio-system\ndata:\n  mesh: |\n';
  return { path: 'istio-configmap.yaml', text: `${head}${indented}` };
}

export interface Verdict {
  readonly rejected: boolean;
  /** Whether istiod's webhook lets it in with a warning. */
  readonly warned: boolean;
}

/** What the API server and istiod's webhook say of one object; one without a namespace has none. */
export function verdictOf(text: string): Verdict {
  const root = parseDocuments(text).documents[0]?.root;
  const resource = root?.kind === 'mapping' ? readObject(text, root, { broken: false, templated: false }) : undefined;
  if (!resource) return { rejected: true, warned: false };
  const namespace = resource.namespace ? resource.namespace.value : '';
  const warned = problemsOf(resource, namespace).some((each) => each.level === 'warning');
  // Measured was the schema by itself. An API server drops empty fields before it compares with it.
  const rejected = isRejected(resource, namespace, 'stored') || resource.mismatches.some((each) => each.dropped);
  return { rejected, warned: warned && !rejected };
}
