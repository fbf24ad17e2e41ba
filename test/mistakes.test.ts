/** Every mistake that the page of mistakes names a rule for is found in a wrong example, and the right one is silent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MISTAKES } from '../scripts/generate/mistakes.mjs';
import { allRules } from '../server/src/rules/all.generated.ts';
import { expectFindings, findingsOf } from './support/annotated.ts';

const FOLDER = new URL('fixtures/mistakes/', import.meta.url);

const found = MISTAKES.filter((each) => each.rules.length > 0);
const unseen = MISTAKES.filter((each) => each.rules.length === 0);

it('there are fifty, and each is found or says why not', () => {
  expect(MISTAKES.map((each) => each.id)).toEqual(
    Array.from({ length: 50 }, (_, index) => `B-${String(index + 1).padStart(2, '0')}`),
  );
  for (const { id, says } of unseen) expect(says, id).not.toBe('');
});

it('no example is left over', () => {
  const named = new Set(found.flatMap(({ id }) => [`${id}-bad.yaml`, `${id}-good.yaml`, `${id}-bad-2.yaml`]));
  expect(readdirSync(FOLDER).filter((each) => !named.has(each))).toEqual([]);
});

describe.each(found)('$id: $title', ({ id, rules }) => {
  // Advice is off unless asked for.
  const asked = { rules: allRules.filter((each) => each.kind === 'fault' || rules.includes(each.code)) };

  it('is found by one of its rules, and by nothing else', () => {
    const bad = read(`${id}-bad.yaml`);
    expectFindings(bad, asked);
    const codes = findingsOf(bad, asked).map((each) => each.code);
    expect(codes).not.toEqual([]);
    expect(codes.filter((code) => !rules.includes(code))).toEqual([]);
  });

  it('has an example for each of its rules: here, or on the page of the rule', () => {
    const more = existsSync(new URL(`${id}-bad-2.yaml`, FOLDER)) ? [read(`${id}-bad-2.yaml`)] : [];
    for (const each of more) expectFindings(each, asked);
    const codes = [read(`${id}-bad.yaml`), ...more].flatMap((each) => findingsOf(each, asked).map(({ code }) => code));
    const byPage = allRules.filter(({ page }) => page.bad !== undefined).map(({ code }) => code);
    expect(rules.filter((code) => !codes.includes(code) && !byPage.includes(code))).toEqual([]);
  });

  it('is silent where it is right', () => {
    expect(findingsOf(read(`${id}-good.yaml`), asked)).toEqual([]);
  });
});

function read(name: string): string {
  const path = new URL(name, FOLDER);
  expect(existsSync(path), name).toBe(true);
  return readFileSync(path, 'utf8');
}
