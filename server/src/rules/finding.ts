/** What rules report. `lsp` turns it into a diagnostic, `cli` into lines. */
import type { YamlEdit } from '../yaml/edits.ts';
import type { Range } from '../yaml/nodes.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** A place in a file. */
export interface Location {
  readonly path: string;
  readonly range: Range;
}

/** Another place that has to do with a finding, and what. */
export interface Related extends Location {
  readonly message: string;
}

export interface FixEdit {
  readonly path: string;
  readonly edit: YamlEdit;
}

export interface Fix {
  readonly title: string;
  /** The one right answer, as far as it can be known. */
  readonly preferred: boolean;
  /** `review`: opens a host or `*`, changes TLS, deletes, or edits a file outside the finding's own apply set. */
  readonly safety: 'safe' | 'review';
  /** Applied together, or not at all. */
  readonly edits: readonly FixEdit[];
}

export interface Finding extends Location {
  /** `<noun>-<problem>`, stable for ever. */
  readonly code: string;
  readonly severity: Severity;
  /** At most 200 characters: symptom with the proxy that gives it, cause with the names as written, one remedy. */
  readonly message: string;
  readonly related: readonly Related[];
  readonly fixes: readonly Fix[];
  /** What is missing and may live elsewhere, as `external` in the settings names it. */
  readonly elsewhere?: string;
}
