/** `istio-egress`, the program for terminals and CI. */
import './v8.ts';
import { version } from '../../../package.json';
import { parseCommand, UsageError } from './args.ts';
import { CannotRun } from './cannot-run.ts';
import { check, type Terminal } from './check.ts';
import { explain } from './explain.ts';
import { create } from './create.ts';
import { parseCreate } from './create-args.ts';
import { writeAll } from './output.ts';
import { trace } from './trace.ts';
import { HELP } from './usage.ts';

const { stdin, stdout, stderr } = process;

// A reader that went away is told to whoever writes; without a listener it would be a crash as well.
for (const stream of [stdout, stderr]) stream.on('error', () => {});

const terminal: Terminal = {
  folder: process.cwd(),
  variables: process.env,
  isTTY: stdout.isTTY === true,
  input: async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of stdin) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  },
  print: (text) => writeAll(stdout, text),
  note: (text) => writeAll(stderr, `${text}\n`),
};

async function run(args: readonly string[]): Promise<number> {
  try {
    const [name, ...rest] = args;
    const command = name === 'create' ? parseCreate(rest) : parseCommand(args);
    if (command.name === 'create') return await create(command, terminal);
    if (command.name === 'check') return await check(command, terminal);
    if (command.name === 'trace') return await trace(command, terminal);
    if (command.name === 'explain') {
      await terminal.print(explain(command.code));
      return 0;
    }
    await terminal.print(command.name === 'help' ? HELP : `${version}\n`);
    return 0;
  } catch (error) {
    await terminal.note(complaint(error));
    return 2;
  }
}

function complaint(error: unknown): string {
  if (error instanceof UsageError) return `istio-egress: ${error.message}\nTry istio-egress --help`;
  if (error instanceof CannotRun) return `istio-egress: ${error.message}`;
  if (terminal.variables.ISTIO_EGRESS_DEBUG && error instanceof Error) return error.stack ?? error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `istio-egress failed: ${message}. This is a fault of istio-egress: please report it, with what it prints under ISTIO_EGRESS_DEBUG=1.`;
}

process.on('uncaughtException', (error) => {
  stderr.write(`${complaint(error)}\n`, () => process.exit(2));
});

// Setting the code instead of ending the process lets everything that was printed be read to its end.
run(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
