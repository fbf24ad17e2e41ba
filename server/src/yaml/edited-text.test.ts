import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyTextEdits } from './apply-edits.ts';
import { EditedText } from './edited-text.ts';

it('tells edits of several rounds as edits of the first text, with who made them', () => {
  const text = new EditedText<string>('one two three');
  text.apply([{ range: { start: 4, end: 7 }, newText: 'zwei' }], 'a');
  text.apply(
    [
      { range: { start: 0, end: 3 }, newText: 'eins' },
      { range: { start: 9, end: 14 }, newText: '' },
    ],
    'b',
  );
  expect(text.text).toBe('eins zwei ');
  text.apply([{ range: { start: 5, end: 9 }, newText: '2' }], 'c');
  expect(text.edits()).toEqual([
    { range: { start: 0, end: 3 }, newText: 'eins', by: new Set(['b']) },
    { range: { start: 4, end: 7 }, newText: '2', by: new Set(['a', 'c']) },
    { range: { start: 8, end: 13 }, newText: '', by: new Set(['b']) },
  ]);
});

it('leaves out what comes to nothing', () => {
  const text = new EditedText<string>('one');
  text.apply([{ range: { start: 0, end: 3 }, newText: 'two' }], 'a');
  text.apply([{ range: { start: 0, end: 3 }, newText: 'one' }], 'b');
  expect(text.edits()).toEqual([]);
});

it('comes to the same text as the edits one by one', () => {
  const round = fc.tuple(fc.nat(12), fc.nat(4), fc.string({ maxLength: 3 }));
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.array(round, { maxLength: 6 }), (first, rounds) => {
      const edited = new EditedText<number>(first);
      let text = first;
      rounds.forEach(([at, length, newText], index) => {
        const start = Math.min(at, text.length);
        const edit = { range: { start, end: Math.min(start + length, text.length) }, newText };
        text = applyTextEdits(text, [edit]);
        edited.apply([edit], index);
      });
      expect(edited.text).toBe(text);
      expect(applyTextEdits(first, edited.edits())).toBe(text);
    }),
  );
});
