import { describe, expect, it } from 'vitest';
import { withLastGood } from './last-good.ts';
import { readContents } from './read-contents.ts';

const entry = (name: string, host: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {name: ${name}}\nspec:\n  hosts:\n  - ${host}\n`;

/** Name and hosts as others see them, after every text in turn. */
function seen(...texts: readonly string[]): readonly string[] {
  const [first = '', ...rest] = texts;
  let contents = readContents('/w/a.yaml', first);
  for (const text of rest) contents = withLastGood(contents, readContents('/w/a.yaml', text));
  return contents.resources.map((each) => {
    const hosts = each.kind === 'ServiceEntry' ? (each.hosts?.items.map(({ value }) => value ?? '?') ?? []) : [];
    return `${each.name.value ?? '?'} [${hosts.join(', ')}]${each.broken ? ' broken' : ''}`;
  });
}

describe('withLastGood', () => {
  const good = `${entry('a', 'a.com')}---\n${entry('b', 'b.com')}`;
  const unreadable = entry('b', 'b.com').replace('kind: ServiceEntry', 'kind: ServiceEntry\n  x: [');

  it('keeps what a document held before it was broken', () => {
    expect(seen(good, `${entry('a', 'a.com')}---\n${unreadable}`)).toEqual(['a [a.com]', 'b [b.com] broken']);
  });

  it('shows the values before the one that is being typed', () => {
    const typing = `${entry('a', 'a.com')}---\n${entry('b', '"b.co')}`;
    expect(seen(good, typing)).toEqual(['a [a.com]', 'b [b.com] broken']);
  });

  it('keeps it over several keystrokes, and lets it go when the text parses again', () => {
    const broken = `${entry('a', 'a.com')}---\n${unreadable}`;
    expect(seen(good, broken, broken)).toEqual(['a [a.com]', 'b [b.com] broken']);
    expect(seen(good, broken, entry('a', 'new.com'))).toEqual(['a [new.com]']);
    expect(seen(good, broken, good)).toEqual(['a [a.com]', 'b [b.com]']);
  });

  it('takes in what changes in the documents beside it', () => {
    expect(seen(good, `${entry('a', 'new.com')}---\n${unreadable}`)).toEqual(['a [new.com]', 'b [b.com] broken']);
  });

  it('keeps a new resource that is broken from the beginning', () => {
    expect(seen(entry('a', 'a.com'), `${entry('a', 'a.com')}---\n${entry('c', '"c.co')}`)).toEqual([
      'a [a.com]',
      'c [c.co] broken',
    ]);
  });

  it('changes nothing where all documents parse, or without a read before', () => {
    const now = readContents('/w/a.yaml', entry('a', 'a.com'));
    expect(withLastGood(readContents('/w/a.yaml', good), now)).toBe(now);
    expect(withLastGood(undefined, now)).toBe(now);
  });

  it('no longer says that a kept resource may be somewhere in the file', () => {
    const before = readContents('/w/a.yaml', good);
    const now = readContents('/w/a.yaml', `${entry('a', 'a.com')}---\n${unreadable}`);
    expect(now.mayHold).toEqual(['ServiceEntry']);
    expect(withLastGood(before, now).mayHold).toEqual([]);
  });
});
