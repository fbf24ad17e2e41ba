import { describe, expect, it } from 'vitest';
import { LineIndex } from './lines.ts';

describe('positions', () => {
  it('count lines and UTF-16 code units from 0', () => {
    const index = new LineIndex('a\nb😀c\r\nd\re');
    expect([0, 1, 2, 5, 6, 8, 9, 10].map((offset) => index.position(offset))).toEqual([
      { line: 0, character: 0 },
      { line: 0, character: 1 },
      { line: 1, character: 0 },
      { line: 1, character: 3 },
      { line: 1, character: 4 },
      { line: 2, character: 0 },
      { line: 2, character: 1 },
      { line: 3, character: 0 },
    ]);
  });

  it('stay in the text', () => {
    expect(new LineIndex('a\nb').range({ start: -1, end: 99 })).toEqual({
      start: { line: 0, character: 0 },
      end: { line: 1, character: 1 },
    });
    expect(new LineIndex('').position(0)).toEqual({ line: 0, character: 0 });
  });

  it('do not count a byte order mark', () => {
    const index = new LineIndex('\ufeffab\nc');
    expect([0, 1, 2, 4].map((offset) => index.position(offset))).toEqual([
      { line: 0, character: 0 },
      { line: 0, character: 0 },
      { line: 0, character: 1 },
      { line: 1, character: 0 },
    ]);
    expect(index.line(0)).toEqual({ text: 'ab', start: 1 });
  });

  it('know each line without its end', () => {
    const index = new LineIndex('a\r\nb\n');
    expect([0, 1, 2, 3].map((line) => index.line(line))).toEqual([
      { text: 'a', start: 0 },
      { text: 'b', start: 3 },
      { text: '', start: 5 },
      { text: '', start: 5 },
    ]);
  });
});
