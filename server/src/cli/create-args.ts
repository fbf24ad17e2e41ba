/** The command line of `create`, read into plain data. */
import { parseArgs } from 'node:util';
import { FORM_IDS, type FormId, PATTERN_IDS, type RouteRequest } from '../scaffold/request.ts';
import { requestProblem } from '../scaffold/request-problem.ts';
import { UsageError } from './args.ts';

export interface CreateCommand {
  readonly name: 'create';
  readonly request: RouteRequest;
  /** The folder to fit the route into, as written; undefined for none: then nothing is read. */
  readonly workspace: string | undefined;
  /** The folder to write to, as written; undefined prints. */
  readonly output: string | undefined;
  /** Print a diff and write nothing. */
  readonly preview: boolean;
}

/**
 * Reads the arguments that come after `create`.
 *
 * @throws UsageError
 */
export function parseCreate(args: readonly string[]): CreateCommand | { readonly name: 'help' } {
  const values = parse(args);
  if (values.help) return { name: 'help' };
  const { host, pattern: written } = values;
  if (host === undefined) throw new UsageError('name the host: --host api.example.com');
  if (written === undefined) throw new UsageError(`name the pattern: --pattern ${PATTERN_IDS.join('|')}`);
  const pattern = PATTERN_IDS.find((each) => each === written);
  if (pattern === undefined) throw new UsageError(`--pattern ${written}: use ${PATTERN_IDS.join(', ')}`);
  const { namespace, gateway, credential, server, subset, set } = values;
  const form = values.form === undefined ? undefined : formOf(values.form);
  const audience = values.for === undefined ? undefined : audienceOf(values.for);
  const port = portOf('port', values.port);
  const hopPort = portOf('hop-port', values['hop-port']);
  const addresses = listOf(values.address);
  const writeTo = [
    ...listOf(values['write-to']),
    ...(namespace === undefined ? [] : [namespace]),
    ...(gateway === undefined ? [] : [gateway.split('/')[0] ?? '']),
    ...(audience === undefined || audience === 'all' ? [] : audience),
  ];
  const request: RouteRequest = {
    host,
    pattern,
    writeTo: [...new Set(writeTo)],
    ...(form === undefined ? {} : { form }),
    ...(port === undefined ? {} : { port }),
    ...(hopPort === undefined ? {} : { hopPort }),
    ...(gateway === undefined ? {} : { gateway }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(audience === undefined ? {} : { audience }),
    ...(values['mtls-hop'] ? { mutualHop: true } : {}),
    ...(credential === undefined ? {} : { credential }),
    ...(addresses.length === 0 ? {} : { addresses }),
    ...(server === undefined ? {} : { server }),
    ...(subset === undefined ? {} : { subset }),
    ...(set === undefined ? {} : { set }),
    ...(values.extend === undefined ? {} : { extend: values.extend }),
  };
  const problem = requestProblem(request);
  if (problem !== undefined) throw new UsageError(inside(problem, request));
  const output = values.output === '-' ? undefined : values.output;
  const workspace = values.workspace ?? output;
  return { name: 'create', request, workspace, output, preview: values['dry-run'] ?? false };
}

/** The first word small, since the program's name stands before it; and the flag that is missing. */
function inside(problem: string, { pattern, port }: RouteRequest): string {
  if (pattern === 'tcp' && port === undefined)
    return 'the pattern tcp has no port of its own: add --port, such as --port 5432';
  return `${problem.charAt(0).toLowerCase()}${problem.slice(1).replace(/\.$/, '')}`;
}

function formOf(text: string): FormId {
  const form = FORM_IDS.find((each) => each === text);
  if (form === undefined) throw new UsageError(`--form ${text}: use ${FORM_IDS.join(' or ')}`);
  return form;
}

function audienceOf(text: string): NonNullable<RouteRequest['audience']> {
  return text === 'all' ? 'all' : listOf([text]);
}

function listOf(texts: readonly string[] | undefined): readonly string[] {
  return (texts ?? [])
    .flatMap((each) => each.split(','))
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function portOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`--${flag} ${text}: use a number from 1 to 65535`);
  return Number(text);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: false,
      options: {
        help: { type: 'boolean', short: 'h' },
        host: { type: 'string' },
        pattern: { type: 'string' },
        form: { type: 'string' },
        port: { type: 'string' },
        gateway: { type: 'string' },
        namespace: { type: 'string' },
        for: { type: 'string' },
        'mtls-hop': { type: 'boolean' },
        credential: { type: 'string' },
        workspace: { type: 'string' },
        output: { type: 'string' },
        'dry-run': { type: 'boolean' },
        address: { type: 'string', multiple: true },
        server: { type: 'string' },
        'hop-port': { type: 'string' },
        subset: { type: 'string' },
        set: { type: 'string' },
        extend: { type: 'string', multiple: true },
        'write-to': { type: 'string', multiple: true },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node adds advice that is longer than the fault.
    const [sentence = ''] = error.message.split(/\. |\n/);
    throw new UsageError(sentence.charAt(0).toLowerCase() + sentence.slice(1));
  }
}
