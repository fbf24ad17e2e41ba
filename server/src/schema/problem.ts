/** What is wrong with one object, as far as the object alone tells. */
import type { Range, YamlEntry, YamlMapping } from '../yaml/nodes.ts';

/**
 * The rule that shows a problem. Of some, a rule that sees the whole mesh tells more: `rule-unreachable`, `import-repeated` and
 * `tcp-port-without-address` are shown by none, and count for what the webhook warns of.
 */
export type ProblemCode =
  | 'export-to-invalid'
  | 'field-required'
  | 'field-unknown'
  | 'fields-conflict'
  | 'gateway-name-invalid'
  | 'host-invalid'
  | 'import-repeated'
  | 'mesh-with-wildcard-host'
  | 'name-invalid'
  | 'rule-unreachable'
  | 'service-entry-conflict'
  | 'service-entry-wildcard-dns'
  | 'setting-ignored'
  | 'setting-outdated'
  | 'sidecar-listener-invalid'
  | 'sni-host-not-covered'
  | 'tcp-port-several-hosts'
  | 'tcp-port-without-address'
  | 'tls-settings-invalid'
  | 'value-duplicated'
  | 'value-invalid'
  | 'value-not-allowed'
  | 'value-out-of-range'
  | 'weights-zero';

/**
 * Who says so. `schema` is what any reader of the schema can see; `api` the rules of the API server beyond it; `webhook` istiod's.
 */
export type Judge = 'schema' | 'api' | 'webhook';

/** A change that repairs it, in the file that it is in. */
export type Repair =
  | { readonly kind: 'replace'; readonly range: Range; readonly value: string | number }
  | { readonly kind: 'rename'; readonly range: Range; readonly value: string }
  | { readonly kind: 'remove-key'; readonly range: Range; readonly key: string }
  | { readonly kind: 'set-key'; readonly range: Range; readonly key: string; readonly value: string };

export interface ProblemFix {
  readonly title: string;
  /** Whether there is no other right answer. */
  readonly preferred: boolean;
  readonly repairs: readonly Repair[];
}

/** Plain data: it crosses to other threads with the resource that it is about. */
export interface Problem {
  readonly code: ProblemCode;
  readonly by: Judge;
  /** A warning does not keep the object out. */
  readonly level: 'error' | 'warning';
  /** Only later versions than the one that is written ask for it: an API server may well let the object in. */
  readonly later?: true;
  readonly range: Range;
  /** One or two plain sentences: what is wrong with names as written, and a remedy. */
  readonly text: string;
  readonly related?: readonly { readonly range: Range; readonly text: string }[];
  readonly fixes?: readonly ProblemFix[];
}

/** A value whose type is not the field's. */
export interface TypeMismatch {
  readonly range: Range;
  /** Dotted path, for example `spec.hosts[0]`. */
  readonly path: string;
  readonly expected: 'string' | 'number' | 'integer' | 'boolean' | 'list' | 'object';
  readonly actual: 'string' | 'number' | 'boolean' | 'null' | 'list' | 'object';
  /** As written, at most 60 characters. */
  readonly text: string;
  /** Whether only YAML 1.1, which Kubernetes reads, gives this type: `yes`, `0o7`. Readers of YAML 1.2 see nothing wrong. */
  readonly yaml11: boolean;
  /** An empty field that need not be there: the API server takes it out before it looks at the rest. */
  readonly dropped?: true;
}

export interface Judgement {
  readonly mismatches: readonly TypeMismatch[];
  /** In text order; absent where there are none. */
  readonly problems?: readonly Problem[];
}

/** What the checks of one object write into. */
export class Findings {
  readonly mismatches: TypeMismatch[] = [];
  readonly problems: Problem[] = [];

  constructor(
    /** The file. */
    readonly text: string,
    /** Whether values are looked at for placeholders: only where something seems wrong, for it costs time. */
    readonly careful: boolean,
  ) {}

  readonly #renamed = new Map<YamlMapping, Map<string, YamlEntry>>();

  /** Notes that an entry was meant to have another key: what is said of it must not be said again of what is missing by it. */
  rename(node: YamlMapping, meant: string, entry: YamlEntry): void {
    const known = this.#renamed.get(node);
    if (known) known.set(meant, entry);
    else this.#renamed.set(node, new Map([[meant, entry]]));
  }

  /** The entry that was meant to have this key. */
  meant(node: YamlMapping, key: string): YamlEntry | undefined {
    return this.#renamed.size === 0 ? undefined : this.#renamed.get(node)?.get(key);
  }

  get isClean(): boolean {
    return this.problems.length === 0 && this.mismatches.length === 0;
  }

  /** Reports what keeps the object out. */
  error(code: ProblemCode, by: Judge, range: Range, text: string, more: Pick<Problem, 'related' | 'fixes'> = {}): void {
    this.problems.push({ code, by, level: 'error', range, text, ...more });
  }

  /** Reports what istiod's webhook warns of. */
  warning(code: ProblemCode, range: Range, text: string, more: Pick<Problem, 'related' | 'fixes'> = {}): void {
    this.problems.push({ code, by: 'webhook', level: 'warning', range, text, ...more });
  }
}
