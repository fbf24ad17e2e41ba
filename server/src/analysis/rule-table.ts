/** The rules, sorted by what they are asked about. */
import type { CallRule, JudgedRule, MeshRule, Rule } from '../rules/rule.ts';
import type { RuleTable } from './set-checker.ts';

export function ruleTable(rules: readonly Rule[]): RuleTable {
  const byKind = new Map<string, MeshRule[]>();
  for (const rule of rules) {
    if (['file', 'call', 'suppression', 'judged'].includes(rule.subject)) continue;
    for (const kind of rule.subject === 'api-route' ? (rule.kinds ?? ['HTTPRoute', 'TLSRoute']) : [rule.subject]) {
      const list = byKind.get(kind) ?? [];
      byKind.set(kind, list);
      // A rule for one kind is only ever given objects of that kind: the table is looked up by it.
      list.push(rule as unknown as MeshRule);
    }
  }
  const ofCalls = rules
    .filter((rule): rule is CallRule => rule.subject === 'call')
    .sort((a, b) => turnOf(a) - turnOf(b) || (a.code < b.code ? -1 : 1));
  const judged = rules.filter((rule): rule is JudgedRule => rule.subject === 'judged');
  return { byKind, ofCalls, judged };
}

function turnOf({ turn }: CallRule): number {
  return turn === 'first' ? 0 : turn === 'last' ? 2 : 1;
}
