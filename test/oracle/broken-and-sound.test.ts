/**
 * What is broken by Istio's own account has a finding, and what is sound has none that alarms. The cases in this folder are facts measured on Istio's control
 * plane; where the whole collection lies beside the repository, all of it is judged.
 */
import { describe, expect, it } from 'vitest';
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import { findingsOf } from '../../server/src/cli/oracle-answers.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import { deserves, isBroken, isLoud, isSound } from './judged.ts';
import { callFiles, type MeasuredCase, measuredElsewhere, measuredIn } from './measured.ts';

const collection = measuredElsewhere();
const cases = collection ?? callFiles.flatMap(measuredIn);
const findings = new Map(cases.map((each) => [each, findingsOf(each)] as const));
const scope = collection ? 'in the whole collection' : 'in the cases of this folder (the collection is not there)';

describe(`findings ${scope}`, () => {
  it('tell of every case in which a call fails or a resource is rejected', () => {
    const broken = cases.filter(isBroken);
    expect(broken.length).toBeGreaterThan(50);
    expect(broken.filter((each) => !isTold(each)).map(({ id, mutations }) => `${id} ${mutations.join()}`)).toEqual([]);
  });

  it('alarm on no case in which calls get outside as they should', () => {
    const sound = cases.filter(isSound);
    expect(sound.length).toBeGreaterThan(5);
    const alarms = sound.flatMap((each) =>
      findingsOf(each)
        .filter(isLoud)
        .map(({ code }) => `${each.id} ${code}`),
    );
    expect(alarms).toEqual([]);
  });

  it('fit into the Problems row', () => {
    const long = cases.flatMap(foundIn).filter(({ message }) => message.length > LONGEST);
    expect([...new Set(long.map(({ message }) => message))]).toEqual([]);
  });
});

describe(`sound workspaces side by side ${scope}`, () => {
  const sound = cases.filter(isSound);

  it.each([
    ['where each is told to be applied by itself', { sets: Object.fromEntries(sound.map(({ id }) => [id, [id]])) }],
    ['where nothing says what is applied together', {}],
  ])('alarm nobody %s', { timeout: 120_000 }, (_title, editor) => {
    const analysis = createAnalysis({ root: '/w', settings: { editor } });
    analysis.update(
      sound.flatMap(({ id, files }) =>
        files.map(({ path, text }) => ({ path: `/w/${id}/${path}`, contents: readContents(`/w/${id}/${path}`, text) })),
      ),
    );
    expect(analysis.paths().flatMap(analysis.findings).filter(isLoud)).toEqual([]);
  });
});

/** Names of 60 letters and more leave no room for words. */
const LONGEST = 215;

function foundIn(each: MeasuredCase) {
  return findings.get(each) ?? [];
}

/** Loudly, where the case deserves it. */
function isTold(each: MeasuredCase): boolean {
  const grave = each.answer.rejected !== undefined || deserves(each, each.answer.traces) === 'loud';
  return foundIn(each).some((finding) => (grave ? isLoud(finding) : finding.severity !== 'hint'));
}
