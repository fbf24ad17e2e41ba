/**
 * Fixes of what fails at gateways, in the cases of this folder: after each its finding is gone, and no call of the case ends worse. What is broken twice may
 * show its second mistake then.
 */
import { expect, it } from 'vitest';
import { endingsOf, type Verdict, worst } from '../../server/src/calls/endings.ts';
import { analysisOf, type OracleCase, tracerOf } from '../../server/src/cli/oracle-answers.ts';
import type { Finding, Fix } from '../../server/src/rules/finding.ts';
import { applyTextEdits } from '../../server/src/yaml/apply-edits.ts';
import { resolveEdits } from '../../server/src/yaml/resolve-edits.ts';
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

const RANK: Readonly<Record<Verdict, number>> = {
  outside: 0,
  'outside-not-through-gateway': 1,
  unknown: 2,
  blocked: 3,
  failed: 4,
};

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
  const worse = ranks(fixed).some((rank, call) => rank > (ranks(each)[call] ?? 0));
  return worse ? 'a call ends worse' : undefined;
}

function withFix(each: OracleCase, fix: Fix): OracleCase | undefined {
  const files = each.files.map(({ path, text }) => {
    const edits = fix.edits.filter((edit) => edit.path.endsWith(`/${path}`)).map(({ edit }) => edit);
    const resolved = resolveEdits(text, edits);
    return resolved && { path, text: applyTextEdits(text, resolved) };
  });
  const known = files.flatMap((file) => file ?? []);
  return known.length === files.length ? { ...each, files: known } : undefined;
}

function ranks(each: OracleCase): readonly number[] {
  const tracer = tracerOf(each);
  return each.calls.map((call) => {
    const end = worst(endingsOf(tracer.trace(call)));
    return end ? RANK[end.verdict] : 0;
  });
}

function findingsIn(each: OracleCase): readonly Finding[] {
  const analysis = analysisOf(each);
  return analysis.paths().flatMap((path) => [...analysis.findings(path)]);
}

function count(findings: readonly Finding[], code: string): number {
  return findings.filter((each) => each.code === code).length;
}
