/** Every rule proves its own documentation. */
import { describe, expect, it } from 'vitest';
import { allRules } from '../server/src/rules/all.generated.ts';
import { absolute, analyze, applyFixes, filesOf, findingsOf } from './support/annotated.ts';

describe.each(allRules.map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
  const { bad, good } = rule.page;

  it('has a code, a title and texts that are sentences', () => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)+$/);
    for (const text of [rule.page.what, rule.page.why, rule.page.symptom, rule.page.remedy]) {
      expect(text).toMatch(/^['`A-Z][\s\S]*\.$/);
    }
    expect(rule.title).not.toMatch(/\.$/);
  });

  if (bad === undefined || good === undefined) {
    it('says in its page why no example shows it', () =>
      expect(['call-fails', 'file-too-large', 'gateway-bypassed']).toContain(code));
    return;
  }

  // Advice is off unless asked for.
  const rules = allRules.filter((each) => each.kind === 'fault' || each === rule);
  const asked = (fixture: string) => (rule.kind === 'advice' ? withAdvice(fixture) : fixture);

  it('finds one thing in its bad example, in each file that has to do with it', () => {
    const found = findingsOf(asked(bad), { rules });
    expect(new Set(found.map((each) => each.code))).toEqual(new Set([code]));
    expect(new Set(found.map((each) => each.path)).size).toBe(found.length);
  });

  it('finds nothing in its good example', () => {
    expect(findingsOf(asked(good), { rules })).toEqual([]);
  });

  it('has messages that fit into the Problems row', () => {
    for (const each of findingsOf(asked(bad), { rules })) expect(each.message.length).toBeLessThanOrEqual(200);
  });

  const found = findingsOf(asked(bad), { rules });
  const [fix, ...others] = found.flatMap(({ fixes }) => fixes);
  if (!fix) return;
  // Those that write settings, where the example has none, are tested with the settings.
  const files = filesOf(asked(bad));
  const here = [fix, ...others].filter(({ edits }) =>
    edits.every(({ path }) => [...files.keys()].some((each) => absolute(each) === path)),
  );
  it.each(here.map((each) => [each.title, each] as const))('is without a finding after: %s', (_title, each) => {
    const after = analyze(applyFixes(files, [each]), { rules });
    expect(
      after
        .paths()
        .flatMap(after.findings)
        .map(({ message }) => message),
    ).toEqual([]);
  });

  it('makes the good example of the bad one by its first fix', () => {
    expect(Object.fromEntries(applyFixes(filesOf(bad), [fix]))).toEqual(Object.fromEntries(filesOf(good)));
  });
});

/** With settings that ask for advice. */
function withAdvice(fixture: string): string {
  const header = '# -- .istio-egress.yaml\n';
  return fixture.includes(header)
    ? fixture.replace(header, `${header}advice: true\n`)
    : `${fixture}${header}advice: true\n`;
}
