/** One apply set, indexed and checked: re-checks only what asked for something that changed. */
import { ownText } from '../manifest/own-text.ts';
import { type Bag, membersOf, withMember, withoutMember } from '../mesh/bag.ts';
import { Mesh, type MeshObject, type MeshReader } from '../mesh/mesh.ts';
import { isApiRoute, type RouteObject } from '../mesh/route-rules.ts';
import type { Finding } from '../rules/finding.ts';
import type { CallEnd, CallRule, JudgedRule, MeshRule, Report } from '../rules/rule.ts';
import type { Known } from '../rules/shared/accounts-for.ts';
import { type Explained, explainCalls, isCalled } from '../rules/shared/explain-calls.ts';
import { Tracer } from '../trace/tracer.ts';
import { hasProblems } from '../validate/judge.ts';
import { checkRoute, type RouteCheck } from './route-check.ts';
import type { KnownCluster } from '../workspace/mesh-settings.ts';
import type { ApplySet, WorkspaceFile } from '../workspace/types.ts';

/** A key and the objects whose check asked for it. Checks hold these, not strings: each key is in memory once. */
interface Asked {
  readonly key: string;
  by: Bag<MeshObject>;
}

/** The rules that look into a mesh, sorted by what they are asked about. */
export interface RuleTable {
  readonly byKind: ReadonlyMap<string, readonly MeshRule[]>;
  /** In the order in which they are asked. */
  readonly ofCalls: readonly CallRule[];
  /** Run on what the API server or the webhook has something to say of. */
  readonly judged: readonly JudgedRule[];
}

interface Check {
  readonly reads: readonly Asked[];
  readonly findings: readonly Finding[];
}

/**
 * What is checked again after a change: what asked for something that it touched, for which every look-up is written down; or everything, which is less work where
 * no change is expected.
 */
export type Rechecks = 'what-changed' | 'everything';

const NO_CALLS: Explained = { reports: [], needs: [] };

/** How many resources are checked between two chances to do something else. */
const SLICE = 20;

export class SetChecker {
  readonly mesh: Mesh;
  /** Follows calls in the mesh; knows of every change. */
  readonly tracer: Tracer;
  readonly #rules: ReadonlyMap<string, readonly MeshRule[]>;
  readonly #callRules: readonly CallRule[];
  readonly #judged: readonly JudgedRule[];
  readonly #objects = new Map<string, readonly MeshObject[]>();
  readonly #possible = new Map<string, readonly string[]>();
  readonly #checks = new Map<MeshObject, Check>();
  readonly #routes = new Map<MeshObject, RouteCheck>();
  readonly #asked = new Map<string, Asked>();
  readonly #pending = new Set<MeshObject>();
  readonly #rechecks: Rechecks;
  /** Where no look-up is written down: what is asked by the resources of one file, which have much in common. */
  #shared: { readonly path: string; readonly reader: MeshReader } | undefined;
  /** Findings by the file that they are reported on. */
  readonly #reported = new Map<string, Set<Finding>>();

  constructor(
    readonly set: ApplySet,
    { byKind, ofCalls, judged }: RuleTable,
    cluster: KnownCluster = {},
    rechecks: Rechecks = 'what-changed',
  ) {
    this.#rechecks = rechecks;
    this.#rules = byKind;
    this.#callRules = ofCalls;
    this.#judged = judged;
    const { name, openBy, ambiguous, changedBy, divided } = set;
    this.mesh = new Mesh(name, { ...set.settings, ...cluster }, openBy, ambiguous, changedBy, divided);
    this.tracer = new Tracer(this.mesh);
  }

  /** Takes a file's resources in, in place of those it had; undefined where the file is gone. */
  replace(path: string, file: WorkspaceFile | undefined): void {
    const possible = this.set.members.has(path) ? (file?.contents.mayHold ?? []) : [];
    const couldHold = this.#possible.get(path) ?? [];
    if (possible.join() !== couldHold.join()) {
      this.#touch([...this.mesh.removePossible(couldHold), ...this.mesh.addPossible(possible)]);
      this.#possible.set(path, possible);
    }
    const before = this.#objects.get(path) ?? [];
    const after = this.#place(path, file, before);
    const kept = new Set(after);
    const had = new Set(before);
    for (const object of before) {
      if (kept.has(object)) continue;
      this.#touch(this.mesh.remove(object));
      this.#forget(object);
      this.#pending.delete(object);
    }
    for (const object of after) {
      if (had.has(object)) continue;
      this.#touch(this.mesh.add(object));
      if (this.#isChecked(object) && !object.resource.broken && this.#judges(path)) {
        this.#pending.add(object);
      }
    }
    if (after.length > 0) this.#objects.set(path, after);
    else this.#objects.delete(path);
  }

  /** Runs what is due of these files, before all else; returns how many resources of others are due. */
  settleFirst(paths: ReadonlySet<string>): number {
    this.#awakenSettled();
    for (const object of this.#pending) if (paths.has(object.path)) this.#check(object);
    return this.#pending.size;
  }

  /** Runs what is due; yields now and then. Returns the files whose findings changed. */
  *settle(): Generator<undefined, ReadonlySet<string>> {
    this.#awakenSettled();
    let count = 0;
    for (const object of this.#pending) {
      this.#check(object);
      if (++count % SLICE === 0) {
        yield undefined;
        // The mesh may have changed meanwhile.
        this.#awakenSettled();
      }
    }
    const changed = new Set(this.#stale);
    this.#stale.clear();
    return changed;
  }

  #check(object: MeshObject): void {
    this.#pending.delete(object);
    this.#withdraw(object);
    for (const finding of this.#run(object)) this.#stale.add(finding.path);
  }

  /** The egress routes of this set, as of the last `settle`. */
  get routes(): Iterable<RouteCheck> {
    return this.#routes.values();
  }

  /** What is reported on a file, as of the last `settle`. */
  findings(path: string): Iterable<Finding> {
    return this.#reported.get(path) ?? [];
  }

  /** Files whose findings changed since the last `settle` was through. */
  readonly #stale = new Set<string>();

  #place(path: string, file: WorkspaceFile | undefined, before: readonly MeshObject[]): readonly MeshObject[] {
    const membership = this.set.members.get(path);
    if (!file || !membership) return [];
    const known = new Map(before.map((object) => [object.resource, object]));
    return file.contents.resources.map((resource) => {
      const written = resource.namespace ? resource.namespace.value : membership.defaultNamespace;
      const namespace = membership.namespace ?? written;
      const existing = known.get(resource);
      return existing && existing.namespace === namespace
        ? existing
        : { resource, path, namespace, context: file.context };
    });
  }

  #isChecked({ resource, namespace }: MeshObject): boolean {
    const { kind } = resource;
    if (this.#rules.has(kind) || (this.#callRules.length > 0 && isCalled(kind))) return true;
    return this.#judged.length > 0 && hasProblems(resource, namespace);
  }

  #judges(path: string): boolean {
    return this.set.members.get(path)?.role !== 'seen';
  }

  #touch(keys: readonly string[]): void {
    if (this.#rechecks === 'everything') {
      this.#shared = undefined;
      for (const object of this.#checks.keys()) this.#pending.add(object);
    }
    this.#awaken(keys);
    this.#awaken(this.tracer.changed(keys));
  }

  /** A change is complete: what it made of summaries that checks asked for counts now. */
  #awakenSettled(): void {
    this.#awaken(this.tracer.settle((key) => this.#asked.has(key)));
  }

  #awaken(keys: readonly string[]): void {
    for (const key of keys) {
      for (const asker of membersOf(this.#asked.get(key)?.by)) this.#pending.add(asker);
    }
  }

  #run(object: MeshObject): readonly Finding[] {
    const reads = new Set<string>();
    const findings: Finding[] = [];
    if (!object.context) {
      const reader = this.#rechecks === 'everything' ? this.#readerFor(object.path) : this.mesh.reader(reads);
      const own = this.#checkResource(object, reader);
      const knownOf = (other: MeshObject, end: CallEnd) =>
        other === object ? own : this.#checkFor(end, other, reader);
      const calls = isCalled(object.resource.kind)
        ? explainCalls({ ...this.tracer.plane(reader), openers: 'not named' }, object, this.#callRules, knownOf)
        : NO_CALLS;
      const settled = new Set(calls.reports.flatMap(({ rule }) => rule.settles ?? []));
      for (const { finding } of own) if (!settled.has(finding.code)) findings.push(finding);
      for (const { rule, report } of calls.reports) findings.push(toFinding(rule, object.path, report));
      const route = isRoute(object) ? checkRoute(reader, object, calls.needs) : undefined;
      if (route) this.#routes.set(object, route);
    }
    for (const finding of findings) {
      const reported = this.#reported.get(finding.path);
      if (reported) reported.add(finding);
      else this.#reported.set(finding.path, new Set([finding]));
    }
    const before = this.#checks.get(object)?.reads ?? [];
    const asked = Array.from(reads, (key) => this.#ask(key, object));
    // Most of what is asked is asked again.
    for (const each of before) if (!reads.has(each.key)) this.#unask(each, object);
    this.#checks.set(object, { reads: asked, findings });
    return findings;
  }

  #readerFor(path: string): MeshReader {
    if (this.#shared?.path !== path) this.#shared = { path, reader: this.mesh.reader() };
    return this.#shared.reader;
  }

  /** What the rules for its kind say of a resource, and those that show what keeps it out. */
  #checkResource(object: MeshObject, reader: MeshReader): readonly Known[] {
    const judged = hasProblems(object.resource, object.namespace) ? this.#judge(object, reader) : [];
    const own = knownBy(this.#rules.get(object.resource.kind) ?? [], object, reader);
    if (judged.length === 0) return own;
    const told = own.filter(({ finding }) => !judged.some((each) => isEcho(finding, each)));
    return [...told, ...judged.map((finding) => ({ finding, ends: [] }))];
  }

  /** What those rules say of a resource that account for calls which end so. */
  #checkFor(end: CallEnd, object: MeshObject, reader: MeshReader): readonly Known[] {
    const rules = (this.#rules.get(object.resource.kind) ?? []).filter(({ accountsFor }) => accountsFor?.includes(end));
    return knownBy(rules, object, reader);
  }

  #judge(object: MeshObject, reader: MeshReader): readonly Finding[] {
    return this.#judged.flatMap((rule) =>
      Array.from(rule.check(object, reader), (report) => toFinding(rule, object.path, report)),
    );
  }

  #ask(key: string, object: MeshObject): Asked {
    const known = this.#asked.get(key);
    const asked = known ?? { key: ownText(key), by: undefined };
    asked.by = withMember(asked.by, object);
    if (!known) this.#asked.set(asked.key, asked);
    return asked;
  }

  #unask(asked: Asked, object: MeshObject): void {
    asked.by = withoutMember(asked.by, object);
    if (asked.by === undefined) this.#asked.delete(asked.key);
  }

  #forget(object: MeshObject): void {
    this.#withdraw(object);
    for (const asked of this.#checks.get(object)?.reads ?? []) this.#unask(asked, object);
    this.#checks.delete(object);
  }

  /** Takes back what was found in a resource. */
  #withdraw(object: MeshObject): void {
    this.#routes.delete(object);
    for (const finding of this.#checks.get(object)?.findings ?? []) {
      const reported = this.#reported.get(finding.path);
      reported?.delete(finding);
      if (reported?.size === 0) this.#reported.delete(finding.path);
      this.#stale.add(finding.path);
    }
  }
}

function knownBy(rules: readonly MeshRule[], object: MeshObject, reader: MeshReader): readonly Known[] {
  const known: Known[] = [];
  for (const rule of rules) {
    // The table is by kind, so the rule is one for this object's kind.
    for (const each of (rule as unknown as MeshRule<never>).check(object as never, reader))
      known.push({ finding: toFinding(rule, object.path, each), ends: rule.accountsFor ?? [] });
  }
  return known;
}

function isRoute(object: MeshObject): object is RouteObject {
  return object.resource.kind === 'VirtualService' || isApiRoute(object);
}

/** By the code of what keeps a resource out: what the same mistake is called where it gets in. */
const CONSEQUENCES: Readonly<Record<string, string>> = { 'tcp-port-several-hosts': 'service-entry-address-missing' };

/** What is wrong with a token by itself. */
const ENDINGS: ReadonlySet<string> = new Set([
  'host-invalid',
  'name-invalid',
  'tcp-port-several-hosts',
  'value-wrong-type',
]);

/** A finding about a token that keeps its resource out of the mesh: what it would do there is not worth telling. */
function isEcho({ code, path, range }: Finding, judged: Finding): boolean {
  if (judged.severity !== 'error' || judged.path !== path) return false;
  const isSame = judged.range.start === range.start && judged.range.end === range.end;
  return CONSEQUENCES[judged.code] === code || (isSame && ENDINGS.has(judged.code));
}

/** A rule's report as a finding: with the rule's code and severity where the report has none of its own. */
export function toFinding(rule: Pick<MeshRule | CallRule, 'code' | 'severity'>, path: string, report: Report): Finding {
  return {
    code: rule.code,
    severity: report.severity ?? rule.severity,
    path: report.path ?? path,
    range: report.range,
    message: report.message,
    related: report.related ?? [],
    fixes: report.fixes ?? [],
    ...(report.elsewhere === undefined ? {} : { elsewhere: report.elsewhere }),
  };
}
