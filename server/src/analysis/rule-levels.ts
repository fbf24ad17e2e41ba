/** How severe findings are: what the rules say, and what the settings make of it. */
import type { Finding, Severity } from '../rules/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { fileMatcher } from '../workspace/globs.ts';
import { relativeTo } from '../workspace/paths.ts';
import type { RuleLevel, RuleLevels, Settings } from '../workspace/settings.ts';

type LevelSettings = Pick<Settings, 'rules' | 'overrides' | 'advice'>;

const RANKS: Readonly<Record<Severity, number>> = { error: 3, warning: 2, information: 1, hint: 0 };

export class Levels {
  /** Tells whether two are alike. */
  readonly key: string;
  readonly #root: string;
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #settings: LevelSettings;
  readonly #overrides: readonly { readonly holdsFor: (path: string) => boolean; readonly rules: RuleLevels }[];

  /** @param root of the workspace folder: paths of overrides are relative to it */
  constructor(root: string, rules: readonly Rule[], { rules: levels, overrides, advice }: LevelSettings) {
    this.key = JSON.stringify([levels, overrides, advice]);
    this.#root = root;
    this.#rules = new Map(rules.map((rule) => [rule.code, rule]));
    this.#settings = { rules: levels, overrides, advice };
    this.#overrides = overrides.map((each) => ({ holdsFor: fileMatcher(each.paths), rules: each.rules }));
  }

  /**
   * Codes of the rules that have to run: not advice that is on for no file. Faults run when they are off too: a failure that one of them
   * accounts for must not come back under the name of another.
   */
  running(): ReadonlySet<string> {
    const { rules, overrides } = this.#settings;
    const runs = (rule: Rule) =>
      rule.kind === 'fault' ||
      [rules, ...overrides.map((each) => each.rules)].some((levels) => this.#level(rule, levels[rule.code]) !== 'off');
    return new Set([...this.#rules.values()].filter(runs).map(({ code }) => code));
  }

  isOn(code: string, path: string): boolean {
    return this.#of(code, path) !== 'off';
  }

  /** A finding as it may be told at most: a rule on trial stays at hint. */
  onTrial(finding: Finding): Finding {
    const { preview } = this.#rules.get(finding.code) ?? {};
    return preview && finding.severity !== 'hint' ? { ...finding, severity: 'hint' } : finding;
  }

  /** A finding as the user wants it; undefined where its rule is off. What no rule reports stays as it is. */
  applied(finding: Finding): Finding | undefined {
    const rule = this.#rules.get(finding.code);
    if (!rule) return finding;
    const level = this.#of(finding.code, finding.path);
    if (level === 'off') return undefined;
    const severity = severityOf(rule, finding.severity, level);
    return severity === finding.severity ? finding : { ...finding, severity };
  }

  #of(code: string, path: string): RuleLevel {
    const rule = this.#rules.get(code);
    if (!rule) return 'off';
    const relative = relativeTo(this.#root, path);
    const override = this.#overrides.findLast((each) => code in each.rules && each.holdsFor(relative));
    return this.#level(rule, override?.rules[code] ?? this.#settings.rules[code]);
  }

  #level({ kind }: Rule, told: RuleLevel | undefined): RuleLevel {
    return told ?? (kind === 'advice' && !this.#settings.advice ? 'off' : 'default');
  }
}

/**
 * A level is what findings have that are as severe as the rule says. What a rule reports as less, because it cannot know or because less
 * breaks, is never raised by it.
 */
function severityOf(rule: Rule, found: Severity, level: Exclude<RuleLevel, 'off'>): Severity {
  if (rule.preview) return found;
  if (level === 'default') return found;
  return found === rule.severity || RANKS[level] < RANKS[found] ? level : found;
}
