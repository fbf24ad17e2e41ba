import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeAnyDocument } from './compose.ts';
import { readPlainBlocks } from './plain-blocks.ts';
import { splitDocuments } from './slices.ts';

const manifest = `# A route
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: api # its name
  labels: {app: api, x: 'y', z: "z"}

spec:
  hosts:
  - api.example.com
  - "*.example.com"
  gateways: [mesh, istio-system/egress]
  http:
    - match:
        - port: 080
          uri: {prefix: /a, ignore: yes}
      # between
      route:
        - destination:
            host: 'api'
            port:
              number: -1
      timeout: 5s
  empty: []
`;

/** What the quick reader made of each document that it took, and what the full parser makes of the same. */
function readings(text: string) {
  return splitDocuments(text).flatMap((range) => {
    const root = readPlainBlocks(text, range);
    return root ? [{ quick: { range, root, problems: [] }, full: composeAnyDocument(text, range) }] : [];
  });
}

function expectAgreement(text: string): void {
  for (const { quick, full } of readings(text)) expect(quick).toEqual(full);
}

describe('the quick reader', () => {
  it.each([
    ['line feeds', manifest],
    ['CRLF', manifest.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${manifest}`],
    ['several documents', `${manifest}---\n${manifest}...\n---\n${manifest}`],
    ['no line end at the end', manifest.trimEnd()],
    [
      'words of other languages',
      manifest.replace('# its name', '# 名前 😀').replace('name: api', 'name: ключ 한국 😀'),
    ],
  ])('reads an ordinary manifest with %s as the full parser does', (_, text) => {
    expect(readings(text)).toHaveLength(splitDocuments(text).length);
    expectAgreement(text);
  });

  it.each([
    ['a broken line', 'a: 1\nb\n'],
    ['a key that is there twice', 'a: 1\na: 2\n'],
    ['an anchor', 'a: &x 1\nb: *x\n'],
    ['a merge key', 'a:\n  <<: {b: 1}\n'],
    ['a tag', 'a: !!str 1\n'],
    ['a block scalar', 'a: |\n  text\n'],
    ['a value over several lines', 'a: one\n  two\n'],
    ['a tab', 'a:\t1\n'],
    ['an escape', 'a: "\\n"\n'],
    ['a template', 'a: {{ .Values.a }}\n'],
    ['a key without a value', 'a:\nb: 1\n'],
    ['odd indentation', 'a:\n    b: 1\n  c: 2\n'],
    ['a mapping on one line', 'a: b: c\n'],
    ['JSON', '{"a": 1}\n'],
    ['brackets over several lines', 'a: [1,\n  2]\n'],
  ])('leaves %s to the full parser', (_, text) => {
    expect(readings(text)).toEqual([]);
  });

  it('agrees with the full parser on manifests with anything put anywhere', () => {
    const pieces = [
      ...[' ', '  ', '\n', '\n\n', '\n  ', '\n    ', '-', '- ', '- - ', ':', ': ', '#', ' #', ' # c\n', '"', "'", ','],
      ...[
        '[',
        ']',
        '{',
        '}',
        '[a, b]',
        '{a: 1, b: [c]}',
        'key',
        'key:',
        'key: ',
        'a: b: c',
        '\t',
        '\r',
        '\r\n',
        '|',
        '>',
      ],
      ...[
        '&a ',
        '*a',
        '!',
        '!!str ',
        '?',
        '? ',
        '%',
        '@',
        '`',
        '---',
        '...',
        '\\',
        'é',
        '😀',
        '\u00a0',
        '\u0085',
        '\u2028',
      ],
      ...['\ufeff', '<<: ', 'null', '~', 'yes', '0x1f', '1_000', '-1', '=', '^', '(', 'x y', 'http://a.b:80/c'],
    ];
    const change = fc.record({
      at: fc.nat(manifest.length),
      removed: fc.integer({ min: 0, max: 6 }),
      piece: fc.constantFrom(...pieces),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let text = manifest;
        for (const { at, removed, piece } of changes) text = text.slice(0, at) + piece + text.slice(at + removed);
        expectAgreement(text);
      }),
      { numRuns: 3000, seed: 1 },
    );
  });
});
