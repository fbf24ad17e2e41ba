/**
 * Fixes of all rules, in the cases of this folder and, where the collection lies beside the repository, in every fourth case of it: after each its finding is
 * gone, no call fails that did not and of which nothing tells, and fixes that follow come to an end. What is broken twice may show its second mistake then.
 */
import { expect, it } from 'vitest';
import { VERDICT_RANKS } from '../../server/src/calls/endings.ts';
import { answerCase, type OracleCase } from '../../server/src/cli/oracle-answers.ts';
import type { Finding, Fix } from '../../server/src/rules/finding.ts';
import { findingsIn, ranksOf, withFix } from './fixed.ts';
import { isLoud } from './judged.ts';
import { callFiles, measuredElsewhere, measuredIn } from './measured.ts';

/** Of the collection one in so many: half a minute together. */
const EVERY = 4;
/** No case has more mistakes than this that show one after the other. */
const STEPS = 8;

const own = callFiles.flatMap(measuredIn);
const more = (measuredElsewhere() ?? []).filter((_each, index) => index % EVERY === 0);
// Gateway API has a test of its own.
const cases = [...new Map([...own, ...more].map((each) => [each.id, each])).values()].filter(
  ({ family }) => !/^gatewayApi/.test(family),
);

it(`hold in ${cases.length} cases${more.length > 0 ? '' : ' (the collection is not there)'}`, {
  timeout: 180_000,
}, () => {
  const proved = cases.flatMap(fixesOf);
  expect(new Set(proved.map(({ code }) => code)).size).toBeGreaterThan(10);
  expect(proved.filter(({ problem }) => problem !== undefined)).toEqual([]);
});

interface Proved {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly problem: string | undefined;
}

function fixesOf(each: OracleCase): readonly Proved[] {
  const before = findingsIn(each);
  return before.flatMap((finding) =>
    finding.fixes
      .filter((fix) => isOf(each, fix))
      .map(
        (fix): Proved => ({
          id: each.id,
          code: finding.code,
          title: fix.title,
          problem: problemOf(each, before, finding, fix),
        }),
      ),
  );
}

/** What says that something lives elsewhere is true or not: a case has no elsewhere. */
function isOf({ files }: OracleCase, { edits }: Fix): boolean {
  return edits.every((edit) => files.some(({ path }) => edit.path.endsWith(`/${path}`)));
}

function problemOf(each: OracleCase, before: readonly Finding[], finding: Finding, fix: Fix): string | undefined {
  const fixed = withFix(each, fix);
  if (!fixed) return 'cannot be applied';
  if (textOf(fixed) === textOf(each)) return 'changes nothing';
  const after = findingsIn(fixed);
  if (after.filter(isSame(finding)).length >= before.filter(isSame(finding)).length) return 'the finding stays';
  if (after.some(({ code }) => code === 'document-not-parsed')) return 'no YAML any more';
  const loud = after.filter(isLoud);
  if (loud.length === 0 && failsNewly(each, fixed)) return 'a call fails, and nothing tells';
  return loud.every((found) => before.some(isSame(found))) || comesToAnEnd(fixed) ? undefined : 'no end of fixes';
}

function isSame({ code, path, message }: Finding): (other: Finding) => boolean {
  return (other) => other.code === code && other.path === path && other.message === message;
}

function failsNewly(each: OracleCase, fixed: OracleCase): boolean {
  const right = ranksOf(answerCase(each));
  return ranksOf(answerCase(fixed)).some((rank, call) => rank === VERDICT_RANKS.failed && rank > (right[call] ?? 0));
}

/** Applies one right answer after the other, as a user would who asks for each. */
function comesToAnEnd(first: OracleCase): boolean {
  let each = first;
  for (let step = 0; step < STEPS; step++) {
    const next = nextOf(each);
    if (!next) return true;
    each = next;
  }
  return false;
}

function nextOf(each: OracleCase): OracleCase | undefined {
  const fixes = findingsIn(each)
    .filter(isLoud)
    .flatMap((finding) => finding.fixes.filter((fix) => fix.preferred && isOf(each, fix)));
  const [fix] = fixes;
  return fix && withFix(each, fix);
}

function textOf({ files }: OracleCase): string {
  return files.map(({ text }) => text).join('\n');
}
