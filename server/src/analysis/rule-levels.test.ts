import { describe, expect, it } from 'vitest';
import { readContents } from '../manifest/read-contents.ts';
import type { MeshRule, Report } from '../rules/rule.ts';
import type { Settings } from '../workspace/settings.ts';
import { createAnalysis } from './analysis.ts';

const GATEWAY = (name: string) =>
  `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: ${name}}\nspec: {selector: {istio: egress}}\n`;

const PAGE = { what: '', why: '', symptom: '', remedy: '', sources: [] };

/** A rule that reports as told on every Gateway, and counts how often it looked. */
function ruleOf(
  options: Pick<MeshRule<'Gateway'>, 'kind' | 'severity'> & { readonly preview?: true },
  reports: readonly Partial<Report>[] = [{}],
) {
  let checks = 0;
  const rule: MeshRule<'Gateway'> = {
    code: 'gateway-looked-at',
    title: 'Looked at',
    covers: [],
    subject: 'Gateway',
    page: PAGE,
    ...options,
    *check({ resource }) {
      checks++;
      for (const each of reports) yield { range: resource.name.range, message: 'Looked at.', ...each };
    },
  };
  return { rule, checks: () => checks };
}

function analysisOf(rule: MeshRule<'Gateway'>, settings: Partial<Settings>) {
  const analysis = createAnalysis({ root: '/w', settings: { editor: settings }, rules: [rule] });
  analysis.update(
    ['a.yaml', 'dev/b.yaml'].map((path) => ({ path: `/w/${path}`, contents: readContents(path, GATEWAY(path)) })),
  );
  return analysis;
}

/** The severities on `a.yaml` and on `dev/b.yaml`. */
function severities(rule: MeshRule<'Gateway'>, settings: Partial<Settings> = {}): readonly string[] {
  const analysis = analysisOf(rule, settings);
  return ['/w/a.yaml', '/w/dev/b.yaml'].map(
    (path) =>
      analysis
        .findings(path)
        .map(({ severity }) => severity)
        .join() || 'none',
  );
}

const CODE = 'gateway-looked-at';

describe('the level of a rule', () => {
  const { rule } = ruleOf({ kind: 'fault', severity: 'warning' });
  it.each([
    ['default', 'warning'],
    ['error', 'error'],
    ['information', 'information'],
    ['hint', 'hint'],
    ['off', 'none'],
  ] as const)('%s makes it %s', (level, expected) => {
    expect(severities(rule, { rules: { [CODE]: level } })).toEqual([expected, expected]);
  });

  it('raises nothing that the rule itself reports as less, and lowers what is more', () => {
    const { rule: some } = ruleOf({ kind: 'fault', severity: 'warning' }, [
      { severity: 'hint', range: { start: 0, end: 10 } },
      { severity: 'error' },
    ]);
    expect(severities(some, { rules: { [CODE]: 'error' } })).toEqual(['hint,error', 'hint,error']);
    expect(severities(some, { rules: { [CODE]: 'information' } })).toEqual(['hint,information', 'hint,information']);
  });
});

describe('overrides', () => {
  const { rule } = ruleOf({ kind: 'fault', severity: 'error' });
  it.each([['dev/**'], ['dev'], ['dev/'], ['b.yaml'], ['./dev']])('%s holds for files in it alone', (glob) => {
    expect(severities(rule, { overrides: [{ paths: [glob], rules: { [CODE]: 'off' } }] })).toEqual(['error', 'none']);
  });

  it('go before the rest, the later before the earlier', () => {
    const settings: Partial<Settings> = {
      rules: { [CODE]: 'off' },
      overrides: [
        { paths: ['**'], rules: { [CODE]: 'hint' } },
        { paths: ['dev'], rules: { [CODE]: 'warning', 'another-rule': 'off' } },
        { paths: ['**'], rules: { 'another-rule': 'off' } },
      ],
    };
    expect(severities(rule, settings)).toEqual(['hint', 'warning']);
  });
});

describe('advice', () => {
  const { rule } = ruleOf({ kind: 'advice', severity: 'information' });
  it.each([
    ['nobody asks', {}, ['none', 'none']],
    ['it is asked for', { advice: true }, ['information', 'information']],
    ['the rule is switched on', { rules: { [CODE]: 'default' } }, ['information', 'information']],
    [
      'the rule is switched on for some files',
      { overrides: [{ paths: ['dev'], rules: { [CODE]: 'warning' } }] },
      ['none', 'warning'],
    ],
    ['all but the rule is asked for', { advice: true, rules: { [CODE]: 'off' } }, ['none', 'none']],
  ] as const)('where %s', (_title, settings, expected) => {
    expect(severities(rule, settings)).toEqual(expected);
  });
});

it('a rule on trial is never above hint', () => {
  const { rule } = ruleOf({ kind: 'fault', severity: 'error', preview: true });
  expect(severities(rule)).toEqual(['hint', 'hint']);
  expect(severities(rule, { rules: { [CODE]: 'error' } })).toEqual(['hint', 'hint']);
  expect(severities(rule, { rules: { [CODE]: 'off' } })).toEqual(['none', 'none']);
});

it('other levels check nothing again, and tell every file', () => {
  const { rule, checks } = ruleOf({ kind: 'fault', severity: 'error' });
  const analysis = analysisOf(rule, {});
  expect(checks()).toBe(2);
  const changed = analysis.configure({ editor: { rules: { [CODE]: 'hint' } } });
  expect([...changed].sort()).toEqual(['/w/a.yaml', '/w/dev/b.yaml']);
  expect(analysis.findings('/w/a.yaml').map(({ severity }) => severity)).toEqual(['hint']);
  analysis.configure({ editor: { rules: { [CODE]: 'off' } } });
  expect(analysis.findings('/w/a.yaml')).toEqual([]);
  analysis.configure({});
  expect(analysis.findings('/w/a.yaml').map(({ severity }) => severity)).toEqual(['error']);
  expect(checks()).toBe(2);
  expect(analysis.configure({}).size).toBe(0);
});

it('a rule that nobody asked for does not run until it is asked for', () => {
  const { rule, checks } = ruleOf({ kind: 'advice', severity: 'information' });
  const analysis = analysisOf(rule, {});
  expect(checks()).toBe(0);
  analysis.configure({ editor: { advice: true } });
  expect(analysis.findings('/w/a.yaml').map(({ severity }) => severity)).toEqual(['information']);
  expect(checks()).toBe(2);
});
