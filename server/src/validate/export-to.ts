/** `validateExportTo` in `pkg/config/validation/validation.go`. */
import type { ExportTo, Field } from '../manifest/types.ts';
import { isDnsLabel, quoted } from '../schema/names.ts';
import type { Problem, ProblemFix } from '../schema/problem.ts';

export type ExportToKind = 'service-entry' | 'rule-with-selector' | 'other';

/**
 * What is wrong with `exportTo`; each entry once.
 *
 * @param namespace the resource's own, which `.` stands for; undefined where it is not known, empty where there is none
 */
export function exportToProblems(
  exportTo: ExportTo | undefined,
  namespace: string | undefined,
  kind: ExportToKind,
): readonly Problem[] {
  const items = exportTo?.items ?? [];
  if (items.length === 0) return [];
  const problems: Problem[] = [];
  const seen = new Map<string, Field<string>>();
  for (const item of items) {
    if (item.value === undefined) continue;
    const key = item.value === '.' ? (namespace ?? '.') : item.value;
    const first = seen.get(key);
    if (first) problems.push(twice(item, first, namespace));
    else if (isEntry(key, kind)) seen.set(key, item);
    else problems.push(problem(item, wrongEntry(item.value, kind), fixesOf(item)));
  }
  if (items.some((each) => each.value === undefined)) return problems;
  return [...problems, ...togetherProblems(items, seen, namespace, kind)];
}

function togetherProblems(
  items: readonly Field<string>[],
  seen: ReadonlyMap<string, Field<string>>,
  namespace: string | undefined,
  kind: ExportToKind,
): readonly Problem[] {
  const everybody = seen.get('*');
  if (everybody && items.length > 1) {
    const text =
      '`*` exports to every namespace: nothing can stand beside it. Write `*` alone, or name the namespaces.';
    return [problem(everybody, text)];
  }
  const nobody = seen.get('~');
  if (nobody && items.length > 1) return [problem(nobody, '`~` exports to nobody: nothing can stand beside it.')];
  if (kind !== 'rule-with-selector' || seen.size === 0) return [];
  const own = namespace === undefined ? seen.get('.') : (seen.get(namespace) ?? seen.get('.'));
  const other = [...seen].find(([, each]) => each !== own)?.[1];
  // A namespace that is not known may be the one that is named.
  if (!other || (namespace === undefined && !own && seen.size === 1 && other.value !== '*')) return [];
  const text =
    'A DestinationRule with a `workloadSelector` is for its own namespace alone: export it to `.`, or leave `exportTo` out.';
  return [problem(other, text)];
}

function isEntry(key: string, kind: ExportToKind): boolean {
  if (key === '*' || key === '.') return true;
  return key === '~' ? kind === 'service-entry' : isDnsLabel(key);
}

function wrongEntry(written: string, kind: ExportToKind): string {
  if (written === '') return 'An entry of `exportTo` is empty. Write `.`, `*` or the name of a namespace.';
  if (written === '~') return '`~` (nobody) is for ServiceEntries alone. Write `.` for the own namespace.';
  if (written === '.') return '`.` stands for the own namespace, which has no name here.';
  const choices = kind === 'service-entry' ? '`.`, `*`, `~`' : '`.`, `*`';
  return `${quoted(written)} is no namespace: \`exportTo\` takes ${choices} or the name of one; no patterns.`;
}

/** A pattern for everything was meant for everything. */
function fixesOf({ value, range }: Field<string>): readonly ProblemFix[] {
  if (value !== '*/*' && value !== './*') return [];
  const meant = value === '*/*' ? '*' : '.';
  return [{ title: `Use ${meant}`, preferred: true, repairs: [{ kind: 'replace', range, value: meant }] }];
}

function twice(item: Field<string>, first: Field<string>, namespace: string | undefined): Problem {
  const isOwn = item.value !== first.value;
  const text = isOwn
    ? `\`.\` and ${quoted(namespace ?? '')} are the same namespace. Keep one of them.`
    : `${quoted(item.value ?? '')} is here twice.`;
  return { ...problem(item, text), related: [{ range: first.range, text: 'The first one.' }] };
}

function problem({ range }: Field<string>, text: string, fixes: readonly ProblemFix[] = []): Problem {
  return { code: 'export-to-invalid', by: 'webhook', level: 'error', range, text, fixes };
}
