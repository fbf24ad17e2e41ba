/** The command `trace`: reads, follows one call, and prints what Istio would do with it. */
import { chooseSet, setTitle } from '../features/choose-set.ts';
import type { Verdict } from '../calls/endings.ts';
import { type Traceable, traceCall } from '../features/trace-call.ts';
import { traceText } from '../features/trace-text.ts';
import type { TraceCommand } from './args.ts';
import { CannotRun } from './cannot-run.ts';
import type { Terminal } from './check.ts';
import { open } from './open.ts';
import { printable } from './columns.ts';
import { shownPath } from './paths.ts';
import { Texts } from './texts.ts';
import { jsonTrace } from './trace-json.ts';

const EXIT_CODES = {
  outside: 0,
  'outside-not-through-gateway': 0,
  blocked: 1,
  failed: 1,
  unknown: 2,
} as const satisfies Readonly<Record<Verdict, number>>;

/**
 * Runs `trace`.
 *
 * @returns the exit code: 0 where the call is routed to the outside, 1 where it is blocked or fails, 2 where that is not known
 * @throws CannotRun
 */
export async function trace(command: TraceCommand, terminal: Terminal): Promise<0 | 1 | 2> {
  const { target, call, format } = command;
  const opened = await open({ target, only: undefined }, terminal.folder, terminal.input);
  for (const note of opened.notes) await terminal.note(note);
  const texts = new Texts(opened.text);
  const sets = opened.analysis.traceables();
  const subject = pick(sets, command);
  const result = traceCall(subject, call);
  if (format === 'json') {
    await terminal.print(`${JSON.stringify(jsonTrace(result, texts, opened.root))}\n`);
  } else {
    const place = (path: string, offset: number) =>
      `${shownPath(path, terminal.folder)}:${texts.index(path).position(offset).line + 1}`;
    const { text } = traceText(result, { plane: subject.tracer.plane(), place });
    await terminal.print(text.split('\n').map(printable).join('\n'));
    if (sets.length > 1 && command.set === undefined) await terminal.print(otherSets(sets));
  }
  return EXIT_CODES[result.verdict];
}

function pick(sets: readonly Traceable[], { set, call, target }: TraceCommand): Traceable {
  const found =
    set === undefined ? chooseSet(sets, call) : sets.find((each) => setTitle(each) === set || each.id === set);
  if (found) return found;
  if (sets.length === 0) throw new CannotRun(`nothing for Istio in ${target}`);
  throw new CannotRun(`no apply set '${set}': there is ${sets.map((each) => `'${setTitle(each)}'`).join(', ')}`);
}

/** Which other sets the call could be followed in. */
function otherSets(sets: readonly Traceable[]): string {
  return `All apply sets here: ${sets.map(setTitle).join(', ')}. Follow the call in another with --set NAME.\n`;
}
