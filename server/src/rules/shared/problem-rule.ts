/** Rules that show what the API server and istiod's webhook say of one resource. */
import type { MeshObject, MeshReader } from '../../mesh/mesh.ts';
import type { Judge, Problem, ProblemCode, ProblemFix, Repair } from '../../schema/problem.ts';
import { isRejecting, problemsOf } from '../../validate/judge.ts';
import type { YamlEdit } from '../../yaml/edits.ts';
import type { Fix, Severity } from '../finding.ts';
import type { JudgedRule, Report, RulePage } from '../rule.ts';
import { short } from '../../schema/names.ts';
import { sure } from './severity.ts';

interface Facts {
  readonly code: ProblemCode;
  readonly title: string;
  readonly covers: readonly string[];
  /** Of what the webhook lets in with a warning; `information` unless given. */
  readonly warns?: Severity;
  /** In place of the fixes that the resource alone tells: what others tell. Undefined where they tell nothing. */
  readonly fixes?: (problem: Problem, subject: MeshObject, mesh: MeshReader) => readonly Fix[] | undefined;
  readonly page: RulePage;
}

/** A rule that shows the problems of one code. */
export function problemRule({ code, title, covers, warns = 'information', fixes, page }: Facts): JudgedRule {
  return {
    code,
    title,
    kind: 'fault',
    severity: onlyWarns(code) ? warns : 'error',
    covers,
    subject: 'judged',
    *check(subject, mesh) {
      for (const problem of problemsOf(subject.resource, subject.namespace)) {
        if (problem.code !== code || !isShown(problem, subject, mesh)) continue;
        const report = reportOf(problem, subject, mesh, warns);
        yield { ...report, fixes: fixes?.(problem, subject, mesh) ?? report.fixes };
      }
    },
    page,
  };
}

function onlyWarns(code: ProblemCode): boolean {
  return code === 'setting-ignored' || code === 'setting-outdated';
}

function isShown({ code, by }: Problem, { resource, path }: MeshObject, { mesh }: MeshReader): boolean {
  if (by === 'schema' && mesh.settings.schema === 'off') return false;
  // What is missing may come from a template, or from what a patch is laid over.
  return code !== 'field-required' || !(resource.templated || isPatchByName(path));
}

/** Whether a file calls itself a patch, in its name or that of its folder. */
function isPatchByName(path: string): boolean {
  return path
    .split('/')
    .slice(-2)
    .some((part) => /(^|[-_.])patch(es)?([-_.]|$)/i.test(part));
}

const JUDGES: Readonly<Record<Judge, string>> = {
  schema: 'Rejected by the API server: ',
  api: 'Rejected by the API server: ',
  webhook: "Rejected by istiod's webhook: ",
};

function reportOf(
  problem: Problem,
  { path }: MeshObject,
  mesh: MeshReader,
  warns: Severity,
): Report & { readonly fixes: readonly Fix[] } {
  const { by, later, range, text, related = [], fixes = [] } = problem;
  const rejects = isRejecting(problem, 'written');
  // Where it is judged as a version that asks for it, the object is lost.
  const asked = later && mesh.settings.judgedAs === 'stored' ? 'warning' : 'information';
  return {
    range,
    severity: sure(mesh, rejects ? 'error' : later ? asked : warns),
    message: short(rejects ? `${JUDGES[by]}${text}` : text, 200),
    related: related.slice(0, 5).map((each) => ({ path, range: each.range, message: each.text })),
    fixes: fixes.map((fix) => fixOf(fix, path)),
  };
}

function fixOf({ title, preferred, repairs }: ProblemFix, path: string): Fix {
  return {
    title,
    preferred,
    safety: preferred && repairs.every(isSafe) ? 'safe' : 'review',
    edits: repairs.map((each) => ({ path, edit: editOf(each) })),
  };
}

/** Nothing is deleted, and nothing opened. */
function isSafe(repair: Repair): boolean {
  return repair.kind !== 'remove-key' && !String(repair.value).includes('*');
}

function editOf(repair: Repair): YamlEdit {
  switch (repair.kind) {
    case 'replace':
    case 'rename':
      return { kind: 'replace-scalar', range: repair.range, value: repair.value };
    case 'remove-key':
      return { kind: 'remove-key', range: repair.range, key: repair.key };
    case 'set-key':
      return { kind: 'set-key', range: repair.range, key: repair.key, value: repair.value };
  }
}
