/** The rules, sorted by what they are asked about. */
import type { CallRule, MeshRule, Rule } from '../rules/rule.ts';
import type { RuleTable } from './set-checker.ts';

export function ruleTable(rules: readonly Rule[]): RuleTable {
  const byKind = new Map<string, MeshRule[]>();
  for (const rule of rules) {
    if (rule.subject === 'file' || rule.subject === 'call' || rule.subject === 'suppression') continue;
    const list = byKind.get(rule.subject) ?? [];
    byKind.set(rule.subject, list);
    // A rule for one kind is only ever given objects of that kind: the table is looked up by it.
    list.push(rule as unknown as MeshRule);
  }
  const ofCalls = rules
    .filter((rule): rule is CallRule => rule.subject === 'call')
    .sort((a, b) => turnOf(a) - turnOf(b) || (a.code < b.code ? -1 : 1));
  return { byKind, ofCalls };
}

function turnOf({ turn }: CallRule): number {
  return turn === 'first' ? 0 : turn === 'last' ? 2 : 1;
}
