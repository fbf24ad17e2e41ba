/**
 * Sound cases in which one slip was made: those by which a call fails are told, and what is offered mends them. The cases in this folder; where the whole collection
 * lies beside the repository, some of it in each family.
 */
import { describe, expect, it } from 'vitest';
import { VERDICT_RANKS } from '../../server/src/calls/endings.ts';
import { answerCase } from '../../server/src/cli/oracle-answers.ts';
import type { Finding, Fix } from '../../server/src/rules/finding.ts';
import type { Hop } from '../../server/src/trace/types.ts';
import { slipsIn } from '../support/slips.ts';
import { count, findingsIn, ranksOf, withFix } from './fixed.ts';
import { deserves, fails, isLoud, isSound } from './judged.ts';
import { callFiles, type MeasuredCase, measuredElsewhere, measuredIn } from './measured.ts';

/** Of each family of the collection the first one and every so many more: enough to meet most rules in half a minute. */
const EVERY = 40;

const own = callFiles.flatMap(measuredIn).filter(isSound);
const more = (measuredElsewhere() ?? []).filter(isSound).filter((_each, index) => index % EVERY === 0);
const sound = [...new Map([...own, ...more].map((each) => [each.id, each])).values()];

/** A case with a slip, and what becomes of it. */
interface Slipped {
  readonly what: string;
  readonly slipped: MeasuredCase;
  /** How its calls end without the slip. */
  readonly right: readonly number[];
  readonly hops: readonly Hop[];
  readonly findings: readonly Finding[];
}

describe(`slips in ${sound.length} sound cases${more.length > 0 ? '' : ' (the collection is not there)'}`, () => {
  const all = sound.flatMap(slippedOf);

  it('are told where a call fails by them', { timeout: 120_000 }, () => {
    const failing = all.filter(({ hops }) => hops.some(fails));
    expect(failing.length).toBeGreaterThan(100);
    expect(failing.filter((each) => !isTold(each)).map(({ what }) => what)).toEqual([]);
  });

  it('are mended by what is offered, and nothing else breaks', { timeout: 120_000 }, () => {
    const tried = all.flatMap(triedFixes);
    expect(tried.length).toBeGreaterThan(40);
    expect(tried.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });
});

function slippedOf(each: MeasuredCase): readonly Slipped[] {
  const right = ranksOf(answerCase(each));
  return each.files.flatMap(({ path, text }) =>
    [...slipsIn(text)].map(({ what, text: wrong }): Slipped => {
      const files = each.files.map((file) => (file.path === path ? { path, text: wrong } : file));
      const slipped = { ...each, files };
      return { what: `${each.id}: ${what}`, slipped, right, hops: answerCase(slipped), findings: findingsIn(slipped) };
    }),
  );
}

function isTold({ slipped, hops, findings }: Slipped): boolean {
  const loud = deserves(slipped, hops) === 'loud';
  return findings.some((each) => (loud ? isLoud(each) : each.severity !== 'hint'));
}

interface Tried {
  readonly what: string;
  readonly problem: string | undefined;
}

function triedFixes(each: Slipped): readonly Tried[] {
  const before = ranksOf(each.hops);
  const loud = each.findings.filter(isLoud);
  return loud.flatMap((finding) =>
    finding.fixes.flatMap((fix): readonly Tried[] => {
      // What says that something lives elsewhere is true or not: a case has no elsewhere.
      if (fix.edits.every(({ path }) => path.endsWith('.istio-egress.yaml'))) return [];
      const problem = problemOf(each, { before, loud }, finding, fix);
      return [{ what: `${each.what}, ${finding.code}: ${fix.title}`, problem }];
    }),
  );
}

function problemOf(
  { slipped, right }: Slipped,
  { before, loud }: { readonly before: readonly number[]; readonly loud: readonly Finding[] },
  finding: Finding,
  fix: Fix,
): string | undefined {
  const fixed = withFix(slipped, fix);
  if (!fixed) return 'cannot be applied';
  const left = findingsIn(fixed).filter(isLoud);
  if (count(left, finding.code) >= count(loud, finding.code)) return 'the finding stays';
  // What is rejected is not looked at: once it is let in, it may have more to say, and have a say.
  if (finding.message.startsWith('Rejected')) return undefined;
  const fresh = left.find(({ code }) => count(left, code) > count(loud, code));
  if (fresh) return `new: ${fresh.message}`;
  const after = ranksOf(answerCase(fixed));
  if (after.some((rank, call) => rank > Math.max(before[call] ?? 0, right[call] ?? 0))) return 'a call ends worse';
  const isTheOnlyAnswer = fix.preferred && finding.severity === 'error' && loud.length === 1;
  const isMended = after.every(
    (rank, call) => rank <= Math.max(right[call] ?? 0, VERDICT_RANKS['outside-not-through-gateway']),
  );
  return isTheOnlyAnswer && !isMended && !asksForMore(finding) ? 'a call does not go outside again' : undefined;
}

/** A leg for one of several hosts, of which each is told once the one before is there. */
function asksForMore({ code }: Finding): boolean {
  return code === 'gateway-leg-missing';
}
