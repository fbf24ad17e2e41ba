import { describe, expect, it } from 'vitest';
import { excerpt } from './excerpt.ts';
import { LineIndex } from './lines.ts';

function shown(text: string, token: string): string {
  const start = text.indexOf(token);
  const { line, source, underline } = excerpt(new LineIndex(text), { start, end: start + token.length });
  return `${line}\n${source}\n${underline}`;
}

describe('an excerpt', () => {
  it('underlines the token in its line', () => {
    expect(shown('hosts:\n- httpbin.com # why\n', 'httpbin.com')).toBe('2\n- httpbin.com # why\n  ^^^^^^^^^^^');
  });

  it('reads lines that end with CRLF', () => {
    expect(shown('a: 1\r\nb: two\r\n', 'two')).toBe('2\nb: two\n   ^^^');
  });

  it('shows tabs as blanks, so that both lines are aligned', () => {
    expect(shown('{\t"a":\t"b"}', '"b"')).toBe('1\n{    "a":    "b"}\n             ^^^');
  });

  it('gives wide characters and emoji two columns, and what combines none', () => {
    expect(shown('名前: x', 'x')).toBe('1\n名前: x\n      ^');
    expect(shown('- 👩‍💻 ✈️ x', 'x')).toBe('1\n- 👩‍💻 ✈️ x\n        ^');
    expect(shown('e\u0301: x', 'x')).toBe('1\ne\u0301: x\n   ^');
    expect(shown('a: 한국', '한국')).toBe('1\na: 한국\n   ^^^^');
  });

  it('marks an empty range', () => {
    expect(excerpt(new LineIndex('a:\nb'), { start: 2, end: 2 })).toEqual({ line: 1, source: 'a:', underline: '  ^' });
  });

  it('goes to the end of the first line where the range goes on', () => {
    expect(shown('a: one\n  two\n', 'one\n  two')).toBe('1\na: one\n   ^^^');
  });

  it('cuts long lines around the token', () => {
    const { source, underline } = excerpt(new LineIndex(`${'a'.repeat(5000)}TOKEN${'b'.repeat(5000)}`), {
      start: 5000,
      end: 5005,
    });
    expect(source).toBe(`…${'a'.repeat(77)}TOKEN${'b'.repeat(77)}…`);
    expect(underline).toBe(`${' '.repeat(78)}^^^^^`);
  });

  it('never hands control characters to the terminal', () => {
    expect(shown('a: \u001b[31mred\u202e', 'red')).toBe('1\na: \ufffd[31mred\ufffd\n        ^^^');
  });
});
