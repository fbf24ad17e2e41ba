/** Where the cases are that were measured on Istio's own control plane. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { OracleCase } from '../../server/src/cli/oracle-answers.ts';
import type { Hop } from '../../server/src/trace/types.ts';

export interface MeasuredCase extends OracleCase {
  readonly answer: {
    readonly traces: readonly Hop[];
    readonly rejected?: readonly { readonly resource: string; readonly error: string }[];
    readonly warned?: readonly object[];
  };
}

const folder = new URL('./cases/', import.meta.url);
/** All of them, in the workspaces that have it beside the repository. */
const collection = ['traces.jsonl', 'gateway-api.jsonl'].map(
  (name) => new URL(`../../../shared/oracle/${name}`, import.meta.url),
);

/** Names of the files of cases with calls; those of single resources are another test's. */
export const callFiles = readdirSync(folder)
  .filter((name) => name !== 'validation.jsonl')
  .sort();

/** The cases of one of these files. */
export function measuredIn(file: string): readonly MeasuredCase[] {
  return read(new URL(file, folder));
}

/** The whole collection; undefined where it is not there. */
export function measuredElsewhere(): readonly MeasuredCase[] | undefined {
  return collection.every((each) => existsSync(each)) ? collection.flatMap(read) : undefined;
}

function read(file: URL): readonly MeasuredCase[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as MeasuredCase);
}
