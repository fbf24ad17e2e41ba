/** Findings to what the protocol has. */
import {
  type Diagnostic,
  type DiagnosticRelatedInformation,
  DiagnosticSeverity,
  type Position,
  type Range as LspRange,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { allRules } from '../rules/all.generated.ts';
import type { Finding, Severity } from '../rules/finding.ts';
import type { Range } from '../yaml/nodes.ts';

export const SOURCE = 'Istio Egress';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** Codes with a page. */
const CODES: ReadonlySet<string> = new Set(allRules.map((rule) => rule.code));

/** A text, and where its offsets are for the editor. */
export interface Lines {
  readonly text: string;
  range(range: Range): LspRange;
  offset(position: Position): number;
}

/** The lines of an open document: its text is what the editor counts in. */
export function linesOfDocument(document: TextDocument): Lines {
  return {
    text: document.getText(),
    range: ({ start, end }) => ({ start: document.positionAt(start), end: document.positionAt(end) }),
    offset: (position) => document.offsetAt(position),
  };
}

/** The lines of a file that is not open. The analysis counts a byte order mark, editors do not. */
export function linesOfFile(text: string): Lines {
  const skipped = text.startsWith('\ufeff') ? 1 : 0;
  const document = TextDocument.create('', '', 0, text.slice(skipped));
  const position = (offset: number) => document.positionAt(Math.max(0, offset - skipped));
  return {
    text,
    range: ({ start, end }) => ({ start: position(start), end: position(end) }),
    offset: (at) => document.offsetAt(at) + skipped,
  };
}

export interface Places {
  /** The lines of a file; undefined where it cannot be read any more. */
  lines(path: string): Lines | undefined;
  uri(path: string): string;
  /** Where pages of rules are: the code is added to it. */
  readonly rulePageBase: string | undefined;
}

/** A finding as a diagnostic of the file with these lines. Related places that cannot be read any more are left out. */
export function toDiagnostic(finding: Finding, lines: Lines, places: Places): Diagnostic {
  const related = finding.related.flatMap((each): DiagnosticRelatedInformation[] => {
    const range = places.lines(each.path)?.range(each.range);
    return range ? [{ location: { uri: places.uri(each.path), range }, message: each.message }] : [];
  });
  const hasPage = places.rulePageBase !== undefined && CODES.has(finding.code);
  return {
    range: lines.range(finding.range),
    severity: SEVERITIES[finding.severity],
    source: SOURCE,
    code: finding.code,
    message: finding.message,
    ...(hasPage ? { codeDescription: { href: `${places.rulePageBase}${finding.code}` } } : {}),
    ...(related.length > 0 ? { relatedInformation: related } : {}),
  };
}

/** A name for what is reported on a file: the same as long as that is the same. */
export function resultIdOf(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return 'none';
  const text = JSON.stringify(diagnostics);
  // Two sums of 32 bits, so that different diagnostics of one file practically never share a name.
  let [first, second] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    first = Math.imul(first ^ code, 2654435761);
    second = Math.imul(second ^ code, 1597334677);
  }
  return (first >>> 0).toString(36) + (second >>> 0).toString(36);
}
