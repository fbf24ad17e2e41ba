/** What users tell us about their meshes, from the editor or from `.istio-egress.yaml`. */

export interface Settings {
  readonly istio: {
    readonly version?: string;
    readonly rootNamespace?: string;
    readonly clusterDomain?: string;
    readonly outboundTrafficPolicy?: 'REGISTRY_ONLY' | 'ALLOW_ANY';
  };
  readonly egressGateways: readonly EgressGatewaySetting[];
  /** `Gateway namespace/name`, `ServiceEntry host`, …: lives elsewhere. */
  readonly external: readonly string[];
  /** Namespaces that are wholly here; `*` for all. */
  readonly complete: readonly string[];
  readonly clients: readonly string[];
  /** Paths, relative to the settings file, that are looked things up in and never reported on. */
  readonly context: readonly string[];
  /** Name of an apply set to the paths (relative, files or folders) that are applied together. */
  readonly sets: Readonly<Record<string, readonly string[]>>;
  readonly defaultNamespace?: string;
  /** Glob patterns of files that do not count. */
  readonly exclude: readonly string[];
}

export interface EgressGatewaySetting {
  /** `namespace/name`. */
  readonly service: string;
  readonly selector: Readonly<Record<string, string>>;
  /** A number stands for the same target port. */
  readonly ports: readonly (number | { readonly port: number; readonly targetPort: number; readonly name?: string })[];
}

/** What holds where nothing is said. */
export const DEFAULT_SETTINGS: Settings = {
  istio: {},
  egressGateways: [],
  external: [],
  complete: [],
  clients: [],
  context: [],
  sets: {},
  exclude: ['**/node_modules/**', '**/vendor/**', '**/third_party/**', '**/istio-[0-9]*/**'],
};

/**
 * Lays settings over others: later ones win key by key, inside `istio` too; `exclude` lists add up. `.istio-egress.yaml` is the team's
 * word and goes last.
 */
export function mergeSettings(base: Settings, ...overrides: readonly Partial<Settings>[]): Settings {
  let result = base;
  for (const next of overrides) {
    const exclude = [...new Set([...result.exclude, ...(next.exclude ?? [])])];
    result = { ...result, ...next, istio: { ...result.istio, ...next.istio }, exclude };
  }
  return result;
}
