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
  /** By the code of a rule. */
  readonly rules: RuleLevels;
  /** For some files, in order: later ones go before earlier ones, and all before `rules`. */
  readonly overrides: readonly RuleOverride[];
  /** Whether rules that advise are on. */
  readonly advice: boolean;
  /**
   * Whether fields, types, enums and limits are compared with the schemas of Istio's kinds. `auto`: unless something else in the editor does.
   */
  readonly schema?: 'auto' | 'on' | 'off';
}

/** `default`: on, as severe as the rule says. */
export const RULE_LEVELS = ['default', 'error', 'warning', 'information', 'hint', 'off'] as const;

export type RuleLevel = (typeof RULE_LEVELS)[number];

export type RuleLevels = Readonly<Record<string, RuleLevel>>;

export interface RuleOverride {
  /** Glob patterns of files and folders, relative to the settings file; one without a slash holds at any depth. */
  readonly paths: readonly string[];
  readonly rules: RuleLevels;
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
  rules: {},
  overrides: [],
  advice: false,
};

/**
 * Lays settings over others: later ones win key by key, inside `istio` and `rules` too; `exclude` lists add up. `.istio-egress.yaml` is the team's
 * word and goes last.
 */
export function mergeSettings(base: Settings, ...overrides: readonly Partial<Settings>[]): Settings {
  let result = base;
  for (const next of overrides) {
    const exclude = [...new Set([...result.exclude, ...(next.exclude ?? [])])];
    const istio = { ...result.istio, ...next.istio };
    const rules = { ...result.rules, ...next.rules };
    result = { ...result, ...next, istio, exclude, rules };
  }
  return result;
}
