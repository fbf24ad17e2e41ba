/** The workspace and its findings, kept current. */
import type { Finding } from '../rules/finding.ts';
import { allRules } from '../rules/all.generated.ts';
import type { Rule } from '../rules/rule.ts';
import { DEFAULT_SETTINGS, mergeSettings } from '../workspace/settings.ts';
import { readSettings } from '../workspace/read-settings.ts';
import type { KnownCluster } from '../workspace/mesh-settings.ts';
import type { ApplySet, FileChange, WorkspaceChange } from '../workspace/types.ts';
import { createWorkspace } from '../workspace/workspace.ts';
import { withElsewhere } from './elsewhere.ts';
import { mergeFindings } from './merge.ts';
import { isInNeighbour } from './neighbours.ts';
import { Levels } from './rule-levels.ts';
import { ruleTable } from './rule-table.ts';
import { type Rechecks, SetChecker, toFinding } from './set-checker.ts';
import { summarize } from './summary.ts';
import { withoutSuppressed } from './suppressing.ts';
import type { Analysis, SettingsInput, UpdateSteps } from './types.ts';

export interface AnalysisOptions {
  /** The workspace folder, absolute, with forward slashes and none at its end. */
  readonly root: string;
  readonly settings?: SettingsInput;
  /** All rules but advice, unless given. */
  readonly rules?: readonly Rule[];
  /** What is known of the cluster beyond YAML. */
  readonly cluster?: KnownCluster;
  /** `what-changed`, unless given. */
  readonly rechecks?: Rechecks;
}

/** Fewer resources than these are checked before anybody could have looked. */
const SOON = 20;

const NO_FILES: ReadonlySet<string> = new Set();

/** Makes an analysis of an empty folder; `update` fills it. */
export function createAnalysis({
  root,
  settings = {},
  rules = allRules,
  cluster,
  rechecks,
}: AnalysisOptions): Analysis {
  const codes = rules.map(({ code }) => code);
  const fileRules = rules.flatMap((rule) => (rule.subject === 'file' ? rule : []));
  const first = effective(settings, codes);
  let current = first;
  const workspace = createWorkspace({ root, settings: first });
  let levels = new Levels(root, rules, first);
  let running = levels.running();
  let table = ruleTable(rules.filter(({ code }) => running.has(code)));
  const checkers = new Map<string, SetChecker>();
  const cache = new Map<string, readonly Finding[]>();
  /** The same before settings and comments have their say. */
  const foundCache = new Map<string, readonly Finding[]>();
  let settingsPath = settings.file?.path;
  let settingsFindings = findingsOfSettings(settings, codes);

  /** Sets to be indexed anew, and files to be told of: kept here so that steps left half-way are finished by the next update. */
  const dueSets = new Map<string, ApplySet>(workspace.snapshot.sets.map((set) => [set.id, set]));
  const dueFiles = new Set<string>();
  /** Files with a finding that what comes into another set can take away. */
  const missing = new Set<string>();

  function take(change: WorkspaceChange): void {
    for (const file of change.files) dueFiles.add(file.path);
    for (const id of change.removedSets) {
      for (const path of checkers.get(id)?.set.members.keys() ?? []) dueFiles.add(path);
      checkers.delete(id);
      dueSets.delete(id);
    }
    for (const set of change.changedSets) {
      for (const path of checkers.get(set.id)?.set.members.keys() ?? []) dueFiles.add(path);
      for (const path of set.members.keys()) dueFiles.add(path);
      dueSets.set(set.id, set);
    }
    for (const { set, path } of change.moved) {
      dueFiles.add(path);
      if (!dueSets.has(set)) checkers.get(set)?.replace(path, workspace.snapshot.files.get(path));
    }
    for (const file of change.files) {
      for (const set of workspace.snapshot.setsOf(file.path)) {
        if (!dueSets.has(set.id)) checkers.get(set.id)?.replace(file.path, file.after);
      }
    }
    for (const { set, path } of change.moved) {
      dueFiles.add(path);
      if (!dueSets.has(set)) checkers.get(set)?.replace(path, workspace.snapshot.files.get(path));
    }
    for (const path of dueFiles) forget(path);
  }

  function* settle(first: ReadonlySet<string> = NO_FILES): UpdateSteps {
    for (const [id, set] of dueSets) {
      checkers.set(id, build(set));
      dueSets.delete(id);
      yield undefined;
    }
    if (first.size > 0) {
      const left = [...checkers.values()].map((checker) => checker.settleFirst(first));
      if (Math.max(0, ...left) > SOON) {
        for (const path of first) forget(path);
        yield first;
      }
    }
    for (const checker of checkers.values()) {
      for (const path of yield* checker.settle()) dueFiles.add(path);
    }
    if (checkers.size > 1) for (const path of missing) dueFiles.add(path);
    missing.clear();
    const changed = new Set(dueFiles);
    dueFiles.clear();
    for (const path of changed) forget(path);
    return changed;
  }

  /** Takes in how severe findings are to be: only advice that is asked for now, or no longer, makes it check anew. */
  function weigh(next: Levels): void {
    if (next.key === levels.key) return;
    levels = next;
    for (const path of analysis.paths()) dueFiles.add(path);
    const needed = levels.running();
    if (needed.size === running.size && [...needed].every((code) => running.has(code))) return;
    running = needed;
    table = ruleTable(rules.filter(({ code }) => running.has(code)));
    for (const set of workspace.snapshot.sets) dueSets.set(set.id, set);
  }

  function build(set: ApplySet): SetChecker {
    const checker = new SetChecker(set, table, cluster, rechecks);
    for (const path of set.members.keys()) checker.replace(path, workspace.snapshot.files.get(path));
    return checker;
  }

  function forget(path: string): void {
    cache.delete(path);
    foundCache.delete(path);
  }

  /** What the rules say of a file, whether anybody wants to hear it or not. */
  function found(path: string): readonly Finding[] {
    const cached = foundCache.get(path);
    if (cached) return cached;
    const computed = find(path);
    foundCache.set(path, computed);
    return computed;
  }

  function find(path: string): readonly Finding[] {
    const { snapshot } = workspace;
    const file = snapshot.files.get(path);
    if (!file || file.context) return [];
    const own = fileRules.flatMap((rule) =>
      running.has(rule.code) ? Array.from(rule.check(path, file.contents), (each) => toFinding(rule, path, each)) : [],
    );
    const sets = snapshot.setsOf(path).flatMap((set) => {
      if (set.members.get(path)?.role === 'seen') return [];
      const checker = checkers.get(set.id);
      if (!checker) return [];
      const reported = [...checker.findings(path)];
      if (reported.some((each) => each.elsewhere !== undefined)) missing.add(path);
      return { set, findings: reported.filter((each) => !isInNeighbour(each, file, checker, checkers.values())) };
    });
    return [...own, ...mergeFindings(sets)].map((each) => levels.onTrial(each));
  }

  function compute(path: string): readonly Finding[] {
    if (path === settingsPath) return settingsFindings;
    const file = workspace.snapshot.files.get(path);
    if (!file || file.context) return [];
    const isOn = (code: string) => levels.isOn(code, path);
    const wanted = found(path).filter(({ code }) => isOn(code));
    return withoutSuppressed(path, file.contents, wanted, { rules, isOn })
      .flatMap((each) => levels.applied(each) ?? [])
      .map((each) => withElsewhere(each, settingsPath ?? `${root}/.istio-egress.yaml`))
      .sort((a, b) => a.range.start - b.range.start);
  }

  const analysis: Analysis = {
    get snapshot() {
      return workspace.snapshot;
    },
    get settings() {
      return current;
    },
    *updateInSteps(changes, first) {
      take(workspace.apply(changes));
      return yield* settle(first);
    },
    update: (changes: readonly FileChange[]) => finish(analysis.updateInSteps(changes)),
    configure(input) {
      const changed = new Set(settingsPath === undefined ? [] : [settingsPath]);
      settingsPath = input.file?.path;
      settingsFindings = findingsOfSettings(input, codes);
      if (settingsPath !== undefined) changed.add(settingsPath);
      for (const path of changed) forget(path);
      const next = effective(input, codes);
      current = next;
      take(workspace.configure(next));
      weigh(new Levels(root, rules, next));
      return new Set([...changed, ...finish(settle())]);
    },
    findings(path) {
      const cached = cache.get(path);
      if (cached) return cached;
      const computed = compute(path);
      cache.set(path, computed);
      return computed;
    },
    paths() {
      const paths = [...workspace.snapshot.files.values()].filter((file) => !file.context).map((file) => file.path);
      return settingsPath === undefined ? paths : [...paths, settingsPath];
    },
    summary: () => summarize(workspace.snapshot, analysis.paths().flatMap(analysis.findings), [...checkers.values()]),
    traceables: () =>
      workspace.snapshot.sets.flatMap(({ id, name }) => {
        const checker = checkers.get(id);
        return checker ? { id, name, mesh: checker.mesh, tracer: checker.tracer, findings: found } : [];
      }),
    explain: (path) => workspace.explain(path),
  };
  return analysis;
}

function effective(input: SettingsInput, codes: readonly string[]) {
  const file = input.file ? readSettings(input.file.text, codes).settings : {};
  return mergeSettings(DEFAULT_SETTINGS, input.editor ?? {}, file);
}

function findingsOfSettings({ file }: SettingsInput, codes: readonly string[]): readonly Finding[] {
  if (!file) return [];
  return readSettings(file.text, codes).problems.map((problem) => ({
    code: 'settings-invalid',
    severity: problem.severity,
    path: file.path,
    range: problem.range,
    message: problem.message,
    related: [],
    fixes: [],
  }));
}

/** Runs a stepped update to its end. */
function finish(steps: UpdateSteps): ReadonlySet<string> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
