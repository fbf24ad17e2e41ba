/** `npm run oracle -- traces|findings|validation FILE`: reads cases of Istio's behaviour as JSON lines and writes our answers as JSON lines. */
import { readFileSync, writeSync } from 'node:fs';
import { answerCase, findingsOf, type OracleCase, verdictOf } from './oracle-answers.ts';

const USAGE = 'usage: oracle traces|findings|validation CASES.jsonl';

const ANSWERS: Readonly<Record<string, (each: OracleCase & { readonly text: string }) => object>> = {
  traces: (each) => ({ id: each.id, traces: answerCase(each) }),
  findings: (each) => ({ id: each.id, findings: findingsOf(each) }),
  validation: ({ id, text }) => ({ id, ...verdictOf(text) }),
};

function main([mode = '', file]: readonly string[]): number {
  const answer = ANSWERS[mode];
  if (answer === undefined || file === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line !== '') print(answer(JSON.parse(line) as OracleCase & { readonly text: string }));
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
