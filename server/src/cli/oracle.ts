/** `npm run oracle -- traces FILE`: reads cases of Istio's behaviour as JSON lines and writes our answers as JSON lines. */
import { readFileSync, writeSync } from 'node:fs';
import { answerCase, type OracleCase } from './oracle-answers.ts';

const USAGE = 'usage: oracle traces CASES.jsonl';

function main(args: readonly string[]): number {
  const [mode, file] = args;
  if (mode !== 'traces' || file === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const each = JSON.parse(line) as OracleCase;
    print({ id: each.id, traces: answerCase(each) });
  }
  return 0;
}

/** Without the YAML that caused each step: the cases do not tell it. */
function print(answer: object): void {
  writeAll(`${JSON.stringify(answer, (key, value: unknown) => (key === 'because' ? undefined : value))}\n`);
}

/** A pipe may take less than it is given. */
function writeAll(text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(process.stdout.fd, rest));
}

process.exitCode = main(process.argv.slice(2));
