import { expect, it } from 'vitest';
import type { Finding } from '../rules/finding.ts';
import type { YamlEdit } from '../yaml/edits.ts';
import { fixAll } from './fix-all.ts';

/** One file in which findings are made anew of every text. */
function fileOf(text: string, findingsIn: (text: string) => readonly Finding[]) {
  let now = text;
  const updates: string[] = [];
  const fixable = {
    findings: () => findingsIn(now),
    read: async () => text,
    update: async (texts: ReadonlyMap<string, string>) => {
      now = texts.get('a.yaml') ?? now;
      updates.push(now);
    },
    mayWrite: (path: string) => path === 'a.yaml',
  };
  return { fixable, updates };
}

/** A finding on every value with this text, with a fix that writes another one. */
function replacing(text: string, value: string, by: string): readonly Finding[] {
  return [...text.matchAll(new RegExp(`\\b${value}\\b`, 'g'))].map(({ index }): Finding => {
    const range = { start: index, end: index + value.length };
    const edit: YamlEdit = { kind: 'replace-scalar', range, value: by };
    const fix = { title: `${value} to ${by}`, preferred: true, safety: 'safe' as const };
    const base = { code: 'a-rule', severity: 'error' as const, path: 'a.yaml', message: '', related: [] };
    return { ...base, range, fixes: [{ ...fix, edits: [{ path: 'a.yaml', edit }] }] };
  });
}

it('applies what fixes uncover in further rounds, and tells which edit is whose', async () => {
  const { fixable, updates } = fileOf('a: one\nb: one\n', (text) => [
    ...replacing(text, 'one', 'two'),
    ...replacing(text, 'two', 'three'),
  ]);
  const { files, applied } = await fixAll(fixable);
  expect(updates).toEqual(['a: two\nb: two\n', 'a: three\nb: three\n']);
  expect(applied.map(({ title }) => title)).toEqual(['one to two', 'one to two', 'two to three', 'two to three']);
  expect(files.get('a.yaml')?.edits()).toEqual([
    { range: { start: 3, end: 6 }, newText: 'three', by: new Set([0, 2]) },
    { range: { start: 10, end: 13 }, newText: 'three', by: new Set([1, 3]) },
  ]);
});

it('of two fixes at one place applies the first, and the other only if it is still wanted', async () => {
  const { fixable, updates } = fileOf('a: one\n', (text) => [
    ...replacing(text, 'one', 'two'),
    ...replacing(text, 'one', 'three'),
  ]);
  await fixAll(fixable);
  expect(updates).toEqual(['a: two\n']);
});

it('ends where two fixes undo each other, and says that nothing was changed', async () => {
  const { fixable, updates } = fileOf('a: one\n', (text) => [
    ...replacing(text, 'one', 'two'),
    ...replacing(text, 'two', 'one'),
  ]);
  const { files } = await fixAll(fixable);
  expect(updates.length).toBe(10);
  expect([...files]).toEqual([]);
});

it.each([
  ['not preferred', { preferred: false }],
  ['to be reviewed', { safety: 'review' as const }],
  [
    'also in a file that is not to be written',
    { edits: [{ path: 'b.yaml', edit: { kind: 'append-path' as const, path: ['a'], value: 'b' } }] },
  ],
])('leaves alone what is %s', async (_title, more) => {
  const { fixable, updates } = fileOf('a: one\n', (text) =>
    replacing(text, 'one', 'two').map((each) => ({ ...each, fixes: each.fixes.map((fix) => ({ ...fix, ...more })) })),
  );
  expect((await fixAll(fixable)).applied).toEqual([]);
  expect(updates).toEqual([]);
});
