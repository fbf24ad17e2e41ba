/** The command line, read into plain data. */
import { parseArgs } from 'node:util';
import { parseHeader, parseSource, readCall } from '../features/call-text.ts';
import type { Severity } from '../rules/finding.ts';
import type { Call } from '../trace/types.ts';

/** The lowest severity that makes the exit code 1. */
export type FailOn = Severity | 'never';

export interface CheckCommand {
  readonly name: 'check';
  /** A folder or a file as written; `-` for standard input. */
  readonly target: string;
  readonly format: 'text' | 'json';
  readonly fix: 'no' | 'write' | 'preview';
  /** Files and folders as written; undefined where all are reported on. */
  readonly only: readonly string[] | undefined;
  readonly failOn: FailOn;
}

export interface TraceCommand {
  readonly name: 'trace';
  /** A folder or a file as written. */
  readonly target: string;
  readonly format: 'text' | 'json';
  readonly call: Call;
  /** The name of an apply set; undefined where the command chooses. */
  readonly set: string | undefined;
}

export interface ExplainCommand {
  readonly name: 'explain';
  /** As written: whether there is such a rule is not known here. */
  readonly code: string;
}

export type Command =
  | CheckCommand
  | TraceCommand
  | ExplainCommand
  | { readonly name: 'help' }
  | { readonly name: 'version' };

/** The command line cannot be followed; the message says why. */
export class UsageError extends Error {}

const FORMATS = ['text', 'json'] as const;
const FAIL_ON = ['error', 'warning', 'information', 'hint', 'never'] as const;

/**
 * Reads the arguments that come after the program's name.
 *
 * @throws UsageError
 */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(spreadOnly(args));
  if (values.help) return { name: 'help' };
  if (values.version) return { name: 'version' };
  const [name, target, ...more] = positionals;
  if (name === undefined) throw new UsageError('a command is missing');
  if (name === 'help' && target === undefined) return { name: 'help' };
  if (name === 'trace') return traceCommand(values, target, more);
  if (name !== 'check') throw new UsageError(`unknown command '${name}'`);
  const foreign = (['from', 'method', 'header', 'address', 'set'] as const).find((each) => values[each] !== undefined);
  if (foreign) throw new UsageError(`--${foreign} goes with trace`);
  if (values.explain !== undefined) return explainCommand(values, values.explain, target);
  if (target === undefined) throw new UsageError(missingTarget(values.only));
  if (more.length > 0) throw new UsageError(`check takes one folder, and '${more[0]}' is a second one`);
  const format = oneOf('format', values.format ?? 'text', FORMATS);
  const fix = fixMode(values.fix, values['dry-run']);
  if (fix === 'preview' && format === 'json') throw new UsageError('--dry-run prints a diff: leave --format json out');
  if (fix === 'write' && target === '-')
    throw new UsageError('standard input cannot be fixed in place: add --dry-run for a diff');
  if (values.only && target === '-') throw new UsageError('--only needs a folder');
  const failOn = oneOf('fail-on', values['fail-on'] ?? 'error', FAIL_ON);
  return { name: 'check', target, format, fix, only: values.only, failOn };
}

type Values = ReturnType<typeof parse>['values'];

function explainCommand(values: Values, code: string, target: string | undefined): ExplainCommand {
  if (target !== undefined || Object.keys(values).length > 1) throw new UsageError('--explain CODE goes alone');
  return { name: 'explain', code };
}

function traceCommand(values: Values, target: string | undefined, [url, ...more]: readonly string[]): TraceCommand {
  const foreign = (['fix', 'dry-run', 'only', 'fail-on', 'explain'] as const).find(
    (each) => values[each] !== undefined,
  );
  if (foreign) throw new UsageError(`--${foreign} goes with check`);
  if (target === undefined) throw new UsageError('trace needs a folder and the address that is called');
  if (target.includes('://')) throw new UsageError(`trace needs a folder before ${target}`);
  if (url === undefined)
    throw new UsageError('trace needs the address that is called, for example http://api.example.com');
  if (more.length > 0) throw new UsageError(`trace follows one call, and '${more[0]}' is a second one`);
  if (values.from === undefined) throw new UsageError('say which namespace calls: --from team-a');
  const format = oneOf('format', values.format ?? 'text', FORMATS);
  const read = parseSource(values.from);
  if ('problem' in read) throw new UsageError(`--from: ${read.problem}`);
  const { method, address } = values;
  const reading = readCall({
    url,
    from: read.source,
    headers: Object.fromEntries((values.header ?? []).map(headerOf)),
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(address === undefined ? {} : { address }),
  });
  if ('problem' in reading) throw new UsageError(reading.problem);
  return { name: 'trace', target, format, call: reading.call, set: values.set };
}

/** `name=value`, or as it is written in HTTP: `name: value`. */
function headerOf(text: string): readonly [string, string] {
  const header = parseHeader(text);
  if ('problem' in header) throw new UsageError(`--header ${text}: write name=value`);
  return [header.name, header.value];
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'V' },
        format: { type: 'string' },
        fix: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        only: { type: 'string', multiple: true },
        'fail-on': { type: 'string' },
        explain: { type: 'string' },
        from: { type: 'string' },
        method: { type: 'string' },
        header: { type: 'string', multiple: true },
        address: { type: 'string' },
        set: { type: 'string' },
      },
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node adds advice that is longer than the fault.
    const [sentence = ''] = error.message.split(/\. |\n/);
    throw new UsageError(sentence.charAt(0).toLowerCase() + sentence.slice(1));
  }
}

/** `--only a b` is `--only=a --only=b`: everything up to the next flag. */
function spreadOnly(args: readonly string[]): string[] {
  const result: string[] = [];
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  let index = 0;
  while (index < end) {
    const each = args[index++] ?? '';
    if (each !== '--only') {
      result.push(each);
      continue;
    }
    const next = args.slice(index, end).findIndex((other) => other.startsWith('-') && other !== '-');
    const files = args.slice(index, next < 0 ? end : index + next);
    if (files.length === 0) throw new UsageError('--only names no file');
    result.push(...files.map((file) => `--only=${file}`));
    index += files.length;
  }
  return [...result, ...args.slice(end)];
}

function missingTarget(only: readonly string[] | undefined): string {
  return only
    ? 'check needs a folder: write it before --only, which takes everything up to the next flag'
    : 'check needs a folder, or - for standard input';
}

function fixMode(fix: boolean | undefined, preview: boolean | undefined): CheckCommand['fix'] {
  if (preview && !fix) throw new UsageError('--dry-run goes with --fix');
  if (!fix) return 'no';
  return preview ? 'preview' : 'write';
}

function oneOf<T extends string>(flag: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new UsageError(`--${flag} ${value}: use ${allowed.join(', ')}`);
  return found;
}
