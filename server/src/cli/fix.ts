/** Applies the fixes that need no second thought, again and again, until there are none left. */
import type { Finding, Fix } from '../rules/finding.ts';
import { applyTextEdits } from '../yaml/apply-edits.ts';
import type { TextEdit } from '../yaml/edits.ts';
import { inOrder } from './order.ts';
import type { Texts } from './texts.ts';

/** What fixing asks of the analysis. */
export interface Fixable {
  /** The findings that are reported now. */
  findings(): readonly Finding[];
  /** Takes new texts of files in, as one change. */
  update(texts: ReadonlyMap<string, string>): void;
  /** Whether a file may be written. */
  mayWrite(path: string): boolean;
}

export interface Fixed {
  /** Each changed file as it was and as it is now. */
  readonly files: ReadonlyMap<string, { readonly before: string; readonly after: string }>;
  readonly applied: readonly { readonly finding: Finding; readonly title: string }[];
}

/** Fixes may uncover others, so there is more than one round; two that undo each other must not go on for ever. */
const ROUNDS = 10;

/**
 * Applies every fix that is preferred and safe. Of fixes that touch the same text, the first is applied, and the others are looked
 * at again in the next round.
 *
 * @param texts follows the changes
 */
export function applyFixes(fixable: Fixable, texts: Texts): Fixed {
  const originals = new Map<string, string>();
  const applied: { finding: Finding; title: string }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const chosen = choose(fixable, texts);
    if (chosen.applied.length === 0) break;
    applied.push(...chosen.applied);
    const changed = new Map<string, string>();
    for (const [path, edits] of chosen.edits) {
      const { text } = texts.index(path);
      if (!originals.has(path)) originals.set(path, text);
      changed.set(path, applyTextEdits(text, edits));
    }
    for (const [path, text] of changed) texts.set(path, text);
    fixable.update(changed);
  }
  const files = new Map<string, { before: string; after: string }>();
  for (const [path, before] of originals) {
    const after = texts.index(path).text;
    if (after !== before) files.set(path, { before, after });
  }
  return { files, applied };
}

function choose(fixable: Fixable, texts: Texts) {
  const edits = new Map<string, TextEdit[]>();
  const applied: { finding: Finding; title: string }[] = [];
  for (const finding of inOrder(fixable.findings())) {
    const fix = finding.fixes.find((each) => each.preferred && each.safety === 'safe');
    if (!fix?.edits.every(({ path }) => fixable.mayWrite(path))) continue;
    const resolved = resolveChange(fix, texts);
    if (!resolved || clash(resolved, edits)) continue;
    for (const [path, list] of resolved) edits.set(path, [...(edits.get(path) ?? []), ...list]);
    applied.push({ finding, title: fix.title });
  }
  return { edits, applied };
}

/** The edits of a fix; undefined where they have no place or change nothing. */
function resolveChange(fix: Fix, texts: Texts): ReadonlyMap<string, readonly TextEdit[]> | undefined {
  const resolved = texts.resolve(fix.edits);
  const changes = [...(resolved ?? [])].some(([path, list]) => {
    const { text } = texts.index(path);
    return list.some(({ range, newText }) => text.slice(range.start, range.end) !== newText);
  });
  return changes ? resolved : undefined;
}

/** Edits that meet are kept apart too: which of them goes first is not for us to say. */
function clash(
  resolved: ReadonlyMap<string, readonly TextEdit[]>,
  taken: ReadonlyMap<string, readonly TextEdit[]>,
): boolean {
  for (const [path, list] of resolved) {
    const others = taken.get(path) ?? [];
    for (const { range } of list) {
      if (others.some((other) => range.start <= other.range.end && other.range.start <= range.end)) return true;
    }
  }
  return false;
}
