/**
 * Fixtures as annotated YAML: several files under `# -- path` headers, and below a line the findings that it must have.
 *
 * ```yaml
 * # -- app/route.yaml
 * spec:
 *   gateways: [mesh, egress]
 * #                  ^^^^^^ error gateway-not-found: the whole message, or nothing after the code
 * ```
 *
 * Carets stand under the token; a finding over several lines is marked to the end of its first one. Annotations are taken out before the
 * text is read.
 */
import { expect } from 'vitest';
import { createAnalysis } from '../../server/src/analysis/analysis.ts';
import type { Analysis } from '../../server/src/analysis/types.ts';
import { readContents } from '../../server/src/manifest/read-contents.ts';
import type { Finding, Fix } from '../../server/src/rules/finding.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import { applyTextEdits } from '../../server/src/yaml/apply-edits.ts';
import { resolveEdits } from '../../server/src/yaml/resolve-edits.ts';

const ROOT = '/workspace';
const SETTINGS = '.istio-egress.yaml';

/** A settings file for a workspace that holds everything: what is not there is nowhere. */
export const COMPLETE = `# -- ${SETTINGS}\ncomplete: ["*"]\n`;
const ANNOTATION = /^\s*#\s*(\^+) (error|warning|information|hint) ([a-z-]+)(?:: (.*))?$/;

export type Files = ReadonlyMap<string, string>;

interface Expected {
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly severity: string;
  readonly code: string;
  readonly message: string | undefined;
}

interface Fixture {
  readonly files: Files;
  readonly expected: ReadonlyMap<string, readonly Expected[]>;
}

export interface Options {
  readonly rules?: readonly Rule[];
  /** The code of the findings that are fixed; all unless given. */
  readonly fixOf?: string;
}

/** Splits a fixture into files without their annotations. */
export function filesOf(fixture: string): Files {
  return parse(fixture).files;
}

/** The analysis of files, paths relative to its root; `.istio-egress.yaml` is taken for the settings. */
export function analyze(files: Files, { rules }: Options = {}): Analysis {
  const text = files.get(SETTINGS);
  const settings = text === undefined ? {} : { file: { path: `${ROOT}/${SETTINGS}`, text } };
  const analysis = createAnalysis({ root: ROOT, settings, ...(rules ? { rules } : {}) });
  analysis.update(
    [...files]
      .filter(([path]) => path !== SETTINGS)
      .map(([path, content]) => ({ path: absolute(path), contents: readContents(absolute(path), content) })),
  );
  return analysis;
}

/** Where a relative path of a fixture is. */
export function absolute(path: string): string {
  return `${ROOT}/${path}`;
}

/** All findings of a fixture, in the order of its files. */
export function findingsOf(fixture: string, options: Options = {}): readonly Finding[] {
  const files = filesOf(fixture);
  const analysis = analyze(files, options);
  return [...files.keys()].flatMap((path) => analysis.findings(absolute(path)));
}

/** Compares the complete set of findings in all files with the annotations. */
export function expectFindings(fixture: string, options: Options = {}): void {
  const { files, expected } = parse(fixture);
  const analysis = analyze(files, options);
  const actual = [...files].map(([path, text]) => render(path, text, analysis.findings(absolute(path)), expected));
  expect(actual.join('')).toBe([...files].map(([path, text]) => renderExpected(path, text, expected)).join(''));
}

/** Applies the preferred fix of every finding and compares what comes out; `after` is compared file by file. */
export function expectFixed(before: string, after: string, options: Options = {}): void {
  const files = filesOf(before);
  const findings = findingsOf(before, options).filter(({ code }) => code === (options.fixOf ?? code));
  const fixes = findings.flatMap((each) => each.fixes.find((fix) => fix.preferred) ?? each.fixes[0] ?? []);
  expect(fixes.length, 'findings with a fix').toBeGreaterThan(0);
  expect(Object.fromEntries(applyFixes(files, fixes))).toEqual(Object.fromEntries(filesOf(after)));
}

/** The files after the edits of these fixes. */
export function applyFixes(files: Files, fixes: readonly Fix[]): Files {
  return new Map(
    [...files].map(([path, text]) => {
      const edits = fixes.flatMap((fix) => fix.edits).filter((edit) => edit.path === absolute(path));
      const resolved = resolveEdits(
        text,
        edits.map((each) => each.edit),
      );
      expect(resolved, `edits of ${path}`).toBeDefined();
      return [path, applyTextEdits(text, resolved ?? [])];
    }),
  );
}

function parse(fixture: string): Fixture {
  const files = new Map<string, string>();
  const expected = new Map<string, Expected[]>();
  let path: string | undefined;
  let lines: string[] = [];
  const close = () => {
    if (path !== undefined) files.set(path, lines.join('\n'));
  };
  for (const line of fixture.replace(/^\n/, '').split('\n')) {
    const header = /^# -- (\S+)$/.exec(line);
    if (header?.[1] !== undefined) {
      if (path !== undefined) lines.push('');
      close();
      path = header[1];
      lines = [];
      continue;
    }
    const annotation = ANNOTATION.exec(line);
    if (annotation && path !== undefined) {
      const [, carets = '', severity = '', code = '', message] = annotation;
      const from = line.indexOf('^');
      const list = expected.get(path) ?? [];
      list.push({ line: lines.length - 1, from, to: from + carets.length, severity, code, message });
      expected.set(path, list);
      continue;
    }
    lines.push(line);
  }
  close();
  if (files.size === 0) throw new Error('A fixture begins with a line `# -- path`.');
  return { files, expected };
}

function render(path: string, text: string, findings: readonly Finding[], expected: Fixture['expected']): string {
  const wanted = expected.get(path) ?? [];
  const actual = findings.map((finding): Expected => {
    const line = text.slice(0, finding.range.start).split('\n').length - 1;
    const lineStart = text.lastIndexOf('\n', finding.range.start - 1) + 1;
    const lineEnd = text.indexOf('\n', finding.range.start);
    const to = Math.min(finding.range.end, lineEnd < 0 ? text.length : lineEnd);
    const { severity, code } = finding;
    const place = { line, from: finding.range.start - lineStart, to: to - lineStart, severity, code };
    const silent = wanted.some((each) => each.message === undefined && samePlace(each, place));
    return { ...place, message: silent ? undefined : finding.message };
  });
  return renderExpected(path, text, new Map([[path, actual]]));
}

function samePlace(a: Expected, b: Omit<Expected, 'message'>): boolean {
  return a.line === b.line && a.from === b.from && a.to === b.to && a.severity === b.severity && a.code === b.code;
}

function renderExpected(path: string, text: string, expected: Fixture['expected']): string {
  const marks = [...(expected.get(path) ?? [])].sort(
    (a, b) => a.line - b.line || a.from - b.from || (a.code < b.code ? -1 : 1),
  );
  const lines = text.split('\n').flatMap((line, index) => [
    line,
    ...marks
      .filter((mark) => mark.line === index)
      .map(({ from, to, severity, code, message }) => {
        const carets = '^'.repeat(Math.max(1, to - from));
        return `#${' '.repeat(Math.max(0, from - 1))}${carets} ${severity} ${code}${message === undefined ? '' : `: ${message}`}`;
      }),
  ]);
  return `# -- ${path}\n${lines.join('\n')}`;
}
