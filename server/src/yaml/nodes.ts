/**
 * The YAML tree that the rest of the project reads: plain data, every node with its range.
 *
 * All offsets are UTF-16 code units from the start of the file's text.
 */

/** A half-open stretch of a file's text: `start` included, `end` not. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What a scalar means to Kubernetes (YAML 1.1 as sigs.k8s.io/yaml reads it). */
export type ScalarValue = string | number | boolean | null;

export interface YamlScalar {
  readonly kind: 'scalar';
  /** The scalar as written, quotes included, comments and trailing blanks excluded. Empty for an absent value. */
  readonly range: Range;
  /** The text after YAML's unescaping and folding, before it is taken for a number or a boolean. */
  readonly text: string;
  readonly value: ScalarValue;
  readonly style: 'plain' | 'single' | 'double' | 'block';
}

export interface YamlEntry {
  readonly key: YamlScalar;
  /** A missing value is a plain scalar with an empty range and the value `null`. */
  readonly value: YamlNode;
}

export interface YamlMapping {
  readonly kind: 'mapping';
  readonly range: Range;
  readonly style: 'block' | 'flow';
  /** In text order; of duplicate keys all are here, and the last one counts. Merge keys (`<<`) are resolved. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlSequence {
  readonly kind: 'sequence';
  readonly range: Range;
  readonly style: 'block' | 'flow';
  readonly items: readonly YamlNode[];
}

export type YamlNode = YamlScalar | YamlMapping | YamlSequence;

/** Something that keeps a document, or a part of it, from being read. */
export interface YamlProblem {
  readonly code: 'syntax' | 'duplicate-key' | 'tab-indentation' | 'unresolved-alias' | 'too-large';
  readonly range: Range;
  /** One plain sentence for the user. */
  readonly message: string;
}

/** One document of a stream. */
export interface YamlDocument {
  /** From the first character after the `---` line (or the file's start) to the next marker. */
  readonly range: Range;
  /** Absent where the document is empty or nothing of it could be read. */
  readonly root?: YamlNode;
  readonly problems: readonly YamlProblem[];
}
