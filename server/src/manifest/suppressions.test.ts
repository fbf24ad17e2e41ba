import { describe, expect, it } from 'vitest';
import { readContents } from './read-contents.ts';

/** What the comments of a text silence, by code: the first and the last line, from 1, and the reason. */
function scopesOf(text: string): readonly string[] {
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  return readContents('a.yaml', text).suppressions.flatMap(({ codes, scope, reason }) => {
    const last = lineOf(text.slice(0, scope.end).trimEnd().length);
    const lines = `${lineOf(scope.start)}-${last}${reason === undefined ? '' : `: ${reason}`}`;
    return codes.length === 0 ? [`nothing ${lines}`] : codes.map(({ code }) => `${code} ${lines}`);
  });
}

const GATEWAY = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: a
spec:
  selector: {istio: egress}
`;

/** The Gateway with a comment above or beside its line with this text. */
function withComment(where: 'above' | 'beside', line: string, comment: string): string {
  return where === 'above' ? GATEWAY.replace(line, `${comment}\n${line}`) : GATEWAY.replace(line, `${line} ${comment}`);
}

const IGNORE = '# istio-egress: ignore host-not-served';

describe('what a comment is about', () => {
  it.each([
    ['the line that it shares', withComment('beside', '  selector: {istio: egress}', IGNORE), '6-6'],
    ['the line below it', withComment('above', '  selector: {istio: egress}', `  ${IGNORE}`), '7-7'],
    [
      'the line below more comments',
      withComment('above', '  selector: {istio: egress}', `  ${IGNORE}\n\n  # more`),
      '9-9',
    ],
    ['the document at whose head it is', `${IGNORE}\n${GATEWAY}`, '1-7'],
    ['the document below its dashes', `# licence\n${IGNORE}\n---\n${GATEWAY}`, '4-9'],
    ['the document on whose dashes it is', `${GATEWAY}--- ${IGNORE}\n${GATEWAY}`, '8-13'],
    ['the resource, above its kind', withComment('above', 'kind: Gateway', IGNORE), '1-7'],
    ['the resource, beside its kind', withComment('beside', 'kind: Gateway', IGNORE), '1-6'],
    ['the resource, above its metadata', withComment('above', 'metadata:', IGNORE), '1-7'],
    ['the resource, beside its metadata', withComment('beside', 'metadata:', IGNORE), '1-6'],
    ['nothing, at the end', `${GATEWAY}${IGNORE}\n`, '8-7'],
  ])('is %s', (_title, text, lines) => {
    expect(scopesOf(text)).toEqual([`host-not-served ${lines}`]);
  });

  it('is one resource of a list', () => {
    const item = (name: string) =>
      `  - apiVersion: networking.istio.io/v1\n    kind: Gateway\n    metadata: {name: ${name}}\n    spec: {}\n`;
    const list = `apiVersion: v1\nkind: List\nitems:\n${item('a')}  ${IGNORE}\n${item('b')}`;
    expect(scopesOf(list)).toEqual(['host-not-served 9-12']);
  });
});

describe('what a comment says', () => {
  it.each([
    ['several codes', '# istio-egress: ignore one-code, another-code', ['one-code 1-6', 'another-code 1-6']],
    [
      'a reason',
      '# istio-egress: ignore one-code -- lives elsewhere -- for now',
      ['one-code 1-6: lives elsewhere -- for now'],
    ],
    ['a reason without dashes', '# istio-egress: ignore one-code lives elsewhere', ['one-code 1-6']],
    ['little space', '#istio-egress:ignore one-code,another-code', ['one-code 1-6', 'another-code 1-6']],
    ['no code', '# istio-egress: ignore', ['nothing 1-6']],
    ['no code and a reason', '# istio-egress: ignore -- because', ['nothing 1-6: because']],
  ])('reads %s', (_title, comment, expected) => {
    expect(scopesOf(withComment('beside', 'kind: Gateway', comment))).toEqual(expected);
  });

  it.each([
    ['a comment that says something else', withComment('beside', 'kind: Gateway', '# istio-egress: ignored one-code')],
    ['a string', GATEWAY.replace('name: a', `name: "${IGNORE}"`)],
    ['a block of text', `${GATEWAY}  text: |\n    ${IGNORE}\n`],
    ['a template', `{{ if .Values.on }}\n${IGNORE}\n${GATEWAY}{{ end }}\n`],
    ['a document of others', `${IGNORE}\napiVersion: v1\nkind: Secret\nmetadata: {name: istio.io}\n---\n${GATEWAY}`],
  ])('reads nothing in %s', (_title, text) => {
    expect(scopesOf(text)).toEqual([]);
  });

  it('tells that the document does not parse', () => {
    const text = `${IGNORE}\n${GATEWAY}  broken: [a\n`;
    expect(readContents('a.yaml', text).suppressions.map(({ broken }) => broken)).toEqual([true]);
  });
});
