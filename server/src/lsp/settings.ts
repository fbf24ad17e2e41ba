/** The editor's settings under `istioEgress`, as the analysis takes them. */
import type { EgressGatewaySetting, Settings } from '../workspace/settings.ts';

export interface EditorSettings {
  readonly scope: 'workspace' | 'openFiles';
  readonly analysis: Partial<Settings>;
}

/** Reads a `workspace/configuration` answer. What has the wrong type counts as not set. */
export function readEditorSettings(own: unknown, filesExclude: unknown): EditorSettings {
  const root = record(own);
  const diagnostics = record(root.diagnostics);
  const istio = record(root.istio);
  const policy = istio.outboundTrafficPolicy;
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
  return {
    scope: diagnostics.scope === 'openFiles' ? 'openFiles' : 'workspace',
    analysis: defined({
      istio: defined({
        version: text(istio.version),
        rootNamespace: text(istio.rootNamespace),
        clusterDomain: text(istio.clusterDomain),
        outboundTrafficPolicy: policy === 'REGISTRY_ONLY' || policy === 'ALLOW_ANY' ? policy : undefined,
      }),
      egressGateways: listOf(root.egressGateways, readGateway),
      external: strings(root.external),
      complete: strings(root.complete),
      clients: strings(root.clients),
      context: strings(root.context),
      defaultNamespace: text(root.defaultNamespace),
      exclude: [...(strings(root.exclude) ?? []), ...excluded(filesExclude)],
    }),
  };
}

function excluded(filesExclude: unknown): readonly string[] {
  return Object.entries(record(filesExclude)).flatMap(([glob, on]) => (on === true ? [glob] : []));
}

function readGateway(value: unknown): EgressGatewaySetting | undefined {
  const { service, selector, ports } = record(value);
  if (typeof service !== 'string') return undefined;
  const labels = Object.entries(record(selector)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const numbers = Array.isArray(ports) ? ports.filter((each): each is number => typeof each === 'number') : [];
  return { service, selector: Object.fromEntries(labels), ports: numbers };
}

function strings(value: unknown): readonly string[] | undefined {
  return listOf(value, (each) => (typeof each === 'string' ? each : undefined));
}

function listOf<T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] | undefined {
  return Array.isArray(value) ? value.flatMap((each) => read(each) ?? []) : undefined;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  // Only keys with a value are left.
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
