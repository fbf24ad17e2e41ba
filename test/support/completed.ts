/** Completion in annotated YAML: the last `|` of a fixture is the cursor. */
import { complete, type Completion, type CompletionOptions } from '../../server/src/features/completion/complete.ts';
import { setOf } from '../../server/src/features/completion/set-of.ts';
import { absolute, analyze, filesOf } from './annotated.ts';

export interface Completed {
  /** `text · detail`, best first. */
  readonly choices: readonly string[];
  /** The text with the best choice in it. */
  readonly chosen: string;
  readonly completion: Completion;
}

export function completed(fixture: string, options: CompletionOptions = { schemas: 'here' }): Completed {
  const at = fixture.lastIndexOf('|');
  if (at < 0) throw new Error('A fixture has a `|` where the cursor is.');
  const files = filesOf(fixture);
  const [path, marked] = [...files].find(([, text]) => text.includes('|')) ?? ['', ''];
  const offset = marked.lastIndexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const analysis = analyze(new Map(files).set(path, text));
  const found = setOf(analysis.snapshot, analysis.traceables(), absolute(path));
  if (!found) throw new Error('The fixture has no apply set.');
  const completion = complete(found.set, { path: absolute(path), text, ...found.namespaces }, offset, options);
  const [best] = completion.items;
  const { start, end } = completion.range;
  return {
    completion,
    choices: completion.items.map((each) => (each.detail ? `${each.text} · ${each.detail}` : each.text)),
    chosen: best ? text.slice(0, start) + best.text + text.slice(end) : text,
  };
}

export function choicesAt(fixture: string): readonly string[] {
  return completed(fixture).choices;
}
