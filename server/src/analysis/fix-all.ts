/** Applies the fixes that need no second thought, again and again, until there are none left. */
import type { Finding, Fix } from '../rules/finding.ts';
import { EditedText } from '../yaml/edited-text.ts';
import type { TextEdit } from '../yaml/edits.ts';
import { inOrder } from './order.ts';
import { pathsOf, resolveFix } from './resolve-fix.ts';

/** What fixing asks of those who have an analysis. */
export interface Fixable {
  /** The findings that are to be fixed, as they are now. */
  findings(): readonly Finding[];
  /** The text of a file, before anything was fixed; undefined where it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** Takes new texts of files in, as one change. */
  update(texts: ReadonlyMap<string, string>): Promise<void>;
  /** Whether a file may be changed. */
  mayWrite(path: string): boolean;
}

export interface AppliedFix {
  readonly finding: Finding;
  readonly title: string;
}

export interface Fixed {
  /** Each changed file; its edits are attributed to places in `applied`. */
  readonly files: ReadonlyMap<string, EditedText<number>>;
  readonly applied: readonly AppliedFix[];
}

/** Fixes may uncover others, so there is more than one round; two that undo each other must not go on for ever. */
const ROUNDS = 10;

/** The fix of a finding that may be applied unasked: the one right answer, which opens and deletes nothing. */
export function safeFixOf({ fixes }: Finding): Fix | undefined {
  return fixes.find((each) => each.preferred && each.safety === 'safe');
}

/**
 * Applies every fix that is preferred and safe. Of fixes that touch the same text, the first is applied, and the others are looked
 * at again in the next round.
 */
export async function fixAll(fixable: Fixable): Promise<Fixed> {
  const texts = new Map<string, EditedText<number>>();
  const applied: AppliedFix[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const chosen = await choose(fixable, texts);
    if (chosen.length === 0) break;
    const changed = new Map<string, Map<number, readonly TextEdit[]>>();
    for (const { finding, title, edits } of chosen) {
      const by = applied.push({ finding, title }) - 1;
      for (const [path, list] of edits) changed.set(path, (changed.get(path) ?? new Map()).set(by, list));
    }
    for (const [path, list] of changed) applyRound(texts.get(path), list);
    await fixable.update(new Map([...changed.keys()].map((path) => [path, texts.get(path)?.text ?? ''])));
  }
  return { files: new Map([...texts].filter(([, each]) => each.text !== each.first)), applied };
}

/** The edits of one round are all of the same text, and apart: from the end, the ranges of those before stay right. */
function applyRound(text: EditedText<number> | undefined, edits: ReadonlyMap<number, readonly TextEdit[]>): void {
  const all = [...edits].flatMap(([by, list]) => list.map((edit, index) => ({ by, edit, index })));
  all.sort((a, b) => b.edit.range.start - a.edit.range.start || b.by - a.by || b.index - a.index);
  for (const { by, edit } of all) text?.apply([edit], by);
}

interface Chosen extends AppliedFix {
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
}

async function choose(fixable: Fixable, texts: Map<string, EditedText<number>>): Promise<readonly Chosen[]> {
  const taken = new Map<string, TextEdit[]>();
  const chosen: Chosen[] = [];
  for (const finding of inOrder(fixable.findings())) {
    const fix = safeFixOf(finding);
    if (!fix?.edits.every(({ path }) => fixable.mayWrite(path))) continue;
    for (const path of pathsOf(fix.edits)) {
      const text = texts.has(path) ? undefined : await fixable.read(path);
      if (text !== undefined) texts.set(path, new EditedText(text));
    }
    const textOf = (path: string) => texts.get(path)?.text;
    const edits = resolveFix(fix.edits, textOf);
    if (!edits || !changes(edits, textOf) || clash(edits, taken)) continue;
    for (const [path, list] of edits) taken.set(path, [...(taken.get(path) ?? []), ...list]);
    chosen.push({ finding, title: fix.title, edits });
  }
  return chosen;
}

function changes(
  edits: ReadonlyMap<string, readonly TextEdit[]>,
  textOf: (path: string) => string | undefined,
): boolean {
  return [...edits].some(([path, list]) =>
    list.some(({ range, newText }) => textOf(path)?.slice(range.start, range.end) !== newText),
  );
}

/** Edits that meet are kept apart too: which of them goes first is not for us to say. */
function clash(
  edits: ReadonlyMap<string, readonly TextEdit[]>,
  taken: ReadonlyMap<string, readonly TextEdit[]>,
): boolean {
  for (const [path, list] of edits) {
    const others = taken.get(path) ?? [];
    for (const { range } of list) {
      if (others.some((other) => range.start <= other.range.end && other.range.start <= range.end)) return true;
    }
  }
  return false;
}
