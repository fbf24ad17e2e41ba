/** Findings to what the protocol has. */
import {
  type Diagnostic,
  DiagnosticSeverity,
  type DiagnosticRelatedInformation,
  type Range as LspRange,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding, Severity } from '../rules/finding.ts';
import type { Range } from '../yaml/nodes.ts';

export const SOURCE = 'Istio Egress';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** A text as positions count in it: editors do not count a byte order mark, the analysis does. */
export class Lines {
  readonly text: string;
  readonly #document: TextDocument;
  readonly #skipped: number;

  constructor(text: string) {
    this.text = text;
    this.#skipped = text.startsWith('\ufeff') ? 1 : 0;
    this.#document = TextDocument.create('', '', 0, text.slice(this.#skipped));
  }

  range({ start, end }: Range): LspRange {
    return {
      start: this.#document.positionAt(Math.max(0, start - this.#skipped)),
      end: this.#document.positionAt(Math.max(0, end - this.#skipped)),
    };
  }
}

/** What a conversion needs to know of other files. */
export interface Places {
  /** The lines of a file; undefined where it cannot be read any more. */
  lines(path: string): Lines | undefined;
  uri(path: string): string;
}

/**
 * A finding as a diagnostic.
 *
 * @param rulePage address of a rule's page with `{code}` in it
 */
export function toDiagnostic(finding: Finding, lines: Lines, places: Places, rulePage: string | undefined): Diagnostic {
  const related = finding.related.flatMap((each): DiagnosticRelatedInformation[] => {
    const range = places.lines(each.path)?.range(each.range);
    return range ? [{ location: { uri: places.uri(each.path), range }, message: each.message }] : [];
  });
  return {
    range: lines.range(finding.range),
    severity: SEVERITIES[finding.severity],
    source: SOURCE,
    code: finding.code,
    message: finding.message,
    ...(rulePage === undefined ? {} : { codeDescription: { href: rulePage.replace('{code}', finding.code) } }),
    ...(related.length > 0 ? { relatedInformation: related } : {}),
  };
}
