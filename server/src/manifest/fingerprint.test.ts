import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseDocuments } from '../yaml/documents.ts';
import { printsOf } from './fingerprint.ts';

function of(text: string): string {
  const root = parseDocuments(text).documents[0]?.root;
  if (root?.kind !== 'mapping') throw new Error(`nothing in ${text}`);
  return printsOf(root).fingerprint;
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

describe('shape', () => {
  const shape = (text: string) => {
    const root = parseDocuments(text).documents[0]?.root;
    if (root?.kind !== 'mapping') throw new Error(`nothing in ${text}`);
    return printsOf(root).shape;
  };
  const entry = (name: string, host: string, rest = 'ports: [{number: 443, name: tls, protocol: TLS}]') =>
    shape(`metadata: {name: ${name}, labels: {app: ${name}}}\nspec: {hosts: [${host}], ${rest}}\n`);

  it('is the same for other names', () => {
    expect(entry('a', 'api.example.com')).toBe(entry('another-one', 'www.example.org'));
  });

  it('tells equal names from different ones', () => {
    expect(entry('a', 'api.example.com, api.example.com')).not.toBe(entry('a', 'api.example.com, www.example.com'));
  });

  it.each([
    ['a name that is no label', entry('a_b', 'api.example.com')],
    ['a host that is none', entry('a', 'api.example.com:443')],
    ['a short host', entry('a', 'api')],
    ['an address', entry('a', '192.0.2.1')],
    ['another constant', entry('a', 'api.example.com', 'ports: [{number: 443, name: tls, protocol: TCP}]')],
    ['another number', entry('a', 'api.example.com', 'ports: [{number: 0, name: tls, protocol: TLS}]')],
    ['a label that istiod reads', shape('metadata: {name: a, labels: {istio.io/use-waypoint: w}}\nspec: {}\n')],
  ])('differs for %s', (_title, other) => {
    expect(other).not.toBe(entry('a', 'api.example.com'));
  });

  it('is none where a wildcard may cover something', () => {
    expect(entry('a', '"*.example.com"')).toBeUndefined();
  });

  it('keeps texts whose beginnings are compared', () => {
    const route = (prefix: string) => shape(`spec: {http: [{match: [{headers: {h: {prefix: ${prefix}}}}]}]}\n`);
    expect(route('api.example.com')).not.toBe(route('www.example.com'));
  });
});
