import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseDocuments } from '../yaml/documents.ts';
import { fingerprint } from './fingerprint.ts';

function of(text: string): string {
  const root = parseDocuments(text).documents[0]?.root;
  if (!root) throw new Error(`nothing in ${text}`);
  return fingerprint(root);
}

describe('fingerprint', () => {
  const one = of('a: [x, "1"]\nb: {c: true}\n');

  it('does not depend on style, comments, place or the order of keys', () => {
    expect(of("# c\n\nb:\n  'c': yes # d\na:\n- x\n- '1'\n")).toBe(one);
    expect(of('{"b": {"c": true}, "a": ["x", "1"]}')).toBe(one);
  });

  it.each([
    ['another value', 'a: [y, "1"]\nb: {c: true}\n'],
    ['another type', 'a: [x, 1]\nb: {c: true}\n'],
    ['another order of items', 'a: ["1", x]\nb: {c: true}\n'],
    ['another key', 'a: [x, "1"]\nb: {d: true}\n'],
    ['another depth', 'a: [x, "1"]\nb:\n c: true\nd:\n'],
    ['values of two keys exchanged', 'b: [x, "1"]\na: {c: true}\n'],
  ])('differs for %s', (_title, text) => {
    expect(of(text)).not.toBe(one);
  });

  it('differs for different data', () => {
    const data = fc.jsonValue({ maxDepth: 3 });
    const read = (value: unknown) => of(`v: ${JSON.stringify(value)}`);
    fc.assert(
      fc.property(data, data, (a, b) => {
        // As Kubernetes reads them: minus zero is zero.
        const same = stringify(a, { sortMapEntries: true }) === stringify(b, { sortMapEntries: true });
        expect(read(a) === read(b)).toBe(same);
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
