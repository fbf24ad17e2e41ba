/** Rules and matches that no request reaches (`analyzeUnreachableHTTPRules` and its kin). */
import type { YamlNode } from '../yaml/nodes.ts';
import type { View } from './view.ts';

/** Warns of rules behind one without matches, of matches that are written again, and of paths that an earlier prefix covers. */
export function checkReach(rules: readonly View[], protocol: 'http' | 'other'): void {
  if (rules.length === 0) return;
  const matches = rules.map((rule) => rule.objects('match'));
  if (rules.length === 1 && (matches[0]?.length ?? 0) < 2) return;
  const seen = new Map<string, View>();
  const prefixes: View[] = [];
  let catchAll: View | undefined;
  for (const [index, rule] of rules.entries()) {
    if (rule.count('match') === 0) {
      if (catchAll) behind(rule, catchAll);
      catchAll = rule;
      continue;
    }
    if (catchAll) {
      behind(rule, catchAll);
      continue;
    }
    for (const match of matches[index] ?? []) {
      const key = written(match.node, protocol === 'http' ? 'match' : 'fields');
      const first = seen.get(key);
      if (first) again(match, first);
      else {
        seen.set(key, match);
        if (protocol === 'http' && (match.object('uri')?.free('prefix') ?? '') !== '') prefixes.push(match);
      }
    }
  }
  checkPrefixes(prefixes);
}

function behind(rule: View, catchAll: View): void {
  const text = 'No request reaches this rule: one before it has no `match` and takes everything. Put that one last.';
  rule.found.warning('rule-unreachable', rule.mark, text, {
    related: [{ range: catchAll.mark, text: 'It takes everything.' }],
  });
}

function again(match: View, first: View): void {
  const text = 'No request reaches this match: the same match is written before. Remove it, or change what it matches.';
  match.found.warning('rule-unreachable', match.mark, text, {
    related: [{ range: first.mark, text: 'The same match.' }],
  });
}

function checkPrefixes(matches: readonly View[]): void {
  if (matches.length < 2) return;
  const conditions = matches.map(conditionsOf);
  const told = new Set<View>();
  for (const [i, a] of conditions.entries()) {
    for (const [j, b] of conditions.entries()) {
      const match = matches[j];
      const first = matches[i];
      if (j <= i || !match || !first || told.has(match) || a.prefix === b.prefix || !covers(a, b)) continue;
      told.add(match);
      const text = `No request reaches this match: the prefix \`${a.prefix}\` before it covers \`${b.prefix}\`. Put the longer one first.`;
      const range = match.object('uri')?.at('prefix') ?? match.mark;
      match.found.warning('rule-unreachable', range, text, {
        related: [{ range: first.mark, text: 'It comes first.' }],
      });
    }
  }
}

interface Conditions {
  readonly prefix: string;
  readonly port: number | undefined;
  readonly method: string;
  readonly authority: string;
  readonly maps: readonly ReadonlyMap<string, string>[];
}

function conditionsOf(match: View): Conditions {
  return {
    prefix: match.object('uri')?.free('prefix') ?? '',
    port: match.number('port'),
    method: textOf(match.object('method')) || 'exact:GET',
    authority: textOf(match.object('authority')),
    maps: ['headers', 'queryParams', 'withoutHeaders'].map(
      (key) => new Map(match.members(key).map((each) => [each.key, textOf(each.view)])),
    ),
  };
}

function textOf(text: View | undefined): string {
  const exact = text?.free('exact') ?? '';
  if (exact !== '') return `exact:${exact}`;
  const prefix = text?.free('prefix') ?? '';
  return prefix === '' ? '' : `prefix:${prefix}`;
}

/** Istio's own test, which looks at no gateways, source labels or namespaces. */
function covers(a: Conditions, b: Conditions): boolean {
  if (!b.prefix.startsWith(a.prefix) || a.port === undefined || a.port !== b.port) return false;
  if (!a.method.startsWith(b.method) || !a.authority.startsWith(b.authority)) return false;
  return a.maps.every((map, index) => {
    const other = b.maps[index];
    if (other === undefined || map.size !== other.size) return false;
    return [...map].every(([key, value]) => {
      const own = other.get(key);
      return own !== undefined && value.startsWith(own);
    });
  });
}

/** Maps from text: an empty one is none. */
const MAPS = new Set(['headers', 'withoutHeaders', 'queryParams', 'sourceLabels']);
/** Of these one is chosen: an empty text is not the same as none. */
const CHOICES = new Set(['exact', 'prefix', 'regex']);

/** What a match says, equal for two that say the same: without defaults, and without the name of an HTTP match. */
function written(node: YamlNode, kind: 'match' | 'fields' | 'map'): string {
  if (node.kind === 'scalar') return JSON.stringify(node.value);
  if (node.kind === 'sequence') return `[${node.items.map((each) => written(each, 'fields')).join()}]`;
  const parts: string[] = [];
  for (const { key, value } of node.entries) {
    const name = key.text;
    if (kind !== 'map' && isDefault(name, value)) continue;
    if (kind === 'match' && name === 'name') continue;
    parts.push(`${JSON.stringify(name)}:${written(value, MAPS.has(name) && kind !== 'map' ? 'map' : 'fields')}`);
  }
  return `{${parts.sort().join()}}`;
}

function isDefault(name: string, value: YamlNode): boolean {
  if (value.kind === 'sequence') return value.items.length === 0;
  if (value.kind === 'mapping') return MAPS.has(name) && value.entries.length === 0;
  if (value.value === null) return true;
  return !CHOICES.has(name) && (value.value === '' || value.value === 0 || value.value === false);
}
