/**
 * Fixes of what fails at gateways, in the cases of this folder: after each its finding is gone, and no call of the case ends worse. What is broken twice may
 * show its second mistake then.
 */
import { expect, it } from 'vitest';
import { answerCase, type OracleCase } from '../../server/src/cli/oracle-answers.ts';
import type { Finding, Fix } from '../../server/src/rules/finding.ts';
import { count, findingsIn, ranksOf, withFix } from './fixed.ts';
import { callFiles, measuredIn } from './measured.ts';

const CODES: ReadonlySet<string> = new Set([
  'gateway-leg-missing',
  'gateway-port-not-open',
  'gateway-redirects-to-https',
  'gateway-selector-mismatch',
  'hop-tls-mismatch',
  'match-port-mismatch',
  'match-source-at-gateway',
  'request-not-routed',
  'route-loops',
  'server-host-missing',
  'server-mode-mismatch',
  'server-name-not-taken',
]);

it('take their finding away and make no call worse', { timeout: 60_000 }, () => {
  const cases = callFiles.flatMap(measuredIn);
  const proved = cases.flatMap(fixesOf);
  expect(proved.length).toBeGreaterThan(10);
  expect(proved.filter(({ problem }) => problem !== undefined)).toEqual([]);
});

function fixesOf(
  each: OracleCase,
): readonly { readonly id: string; readonly title: string; readonly problem: string | undefined }[] {
  const before = findingsIn(each);
  return before
    .filter(({ code }) => CODES.has(code))
    .flatMap((finding) =>
      finding.fixes.map((fix) => ({ id: each.id, title: fix.title, problem: problemOf(each, before, finding, fix) })),
    );
}

function problemOf(each: OracleCase, before: readonly Finding[], { code }: Finding, fix: Fix): string | undefined {
  const fixed = withFix(each, fix);
  if (!fixed) return 'cannot be applied';
  if (count(findingsIn(fixed), code) >= count(before, code)) return 'the finding stays';
  const right = ranksOf(answerCase(each));
  const worse = ranksOf(answerCase(fixed)).some((rank, call) => rank > (right[call] ?? 0));
  return worse ? 'a call ends worse' : undefined;
}
