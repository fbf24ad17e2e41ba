/**
 * Fixes of what is wrong with Gateways and routes of Gateway API, in all measured cases that are at hand: after each its finding is gone, and no call of the
 * case ends worse. What is broken twice may show its second mistake then.
 */
import { expect, it } from 'vitest';
import { answerCase, type OracleCase } from '../../server/src/cli/oracle-answers.ts';
import type { Finding, Fix } from '../../server/src/rules/finding.ts';
import { count, findingsIn, ranksOf, withFix } from './fixed.ts';
import { callFiles, measuredElsewhere, measuredIn } from './measured.ts';

it('take their finding away and make no call worse', { timeout: 120_000 }, () => {
  const cases = (measuredElsewhere() ?? callFiles.flatMap(measuredIn)).filter(({ family }) =>
    /^gatewayApi/.test(family),
  );
  const proved = cases.flatMap(fixesOf);
  expect(proved.length).toBeGreaterThan(20);
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
      .filter((fix) => fix.edits.every(({ path }) => isOf(each, path)))
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

/** Fixes of the settings have nothing to change here. */
function isOf({ files }: OracleCase, path: string): boolean {
  return files.some((file) => path.endsWith(`/${file.path}`));
}

function problemOf(each: OracleCase, before: readonly Finding[], { code }: Finding, fix: Fix): string | undefined {
  const fixed = withFix(each, fix);
  if (!fixed) return 'cannot be applied';
  const findings = findingsIn(fixed);
  if (count(findings, code) >= count(before, code)) return 'the finding stays';
  if (each.mutations.length > 1) return undefined;
  const another = findings.find((found) => isGrave(found) && count(before, found.code) === 0);
  if (another) return `another finding: ${another.code}`;
  const after = ranksOf(answerCase(fixed));
  const worse = ranksOf(answerCase(each)).some((rank, call) => (after[call] ?? 0) > rank);
  return worse ? 'a call ends worse' : undefined;
}

function isGrave({ severity }: Finding): boolean {
  return severity === 'error' || severity === 'warning';
}
