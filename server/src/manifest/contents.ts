/** What reading one file gives: plain data, so that it can be made in a worker thread. */
import type { Range, Resource } from './types.ts';
import type { YamlProblem } from '../yaml/nodes.ts';

/**
 * How much of a file was read.
 *
 * - `read`: everything that it holds for us is in `resources`.
 * - `irrelevant`: no text in it names a kind of ours; it was not parsed.
 * - `template`: a Helm template or the like; what parsed is in `resources` (marked `templated`), nothing is reported on it.
 * - `patch`, `values`, `other`: YAML that talks of our kinds without being manifests to apply.
 * - `too-large`: over the size limit; not parsed, and said so.
 */
export type FileClass = 'read' | 'irrelevant' | 'template' | 'patch' | 'values' | 'other' | 'too-large';

/** A kustomization, Argo CD Application, Flux Kustomization or chart, as far as it says which files go together. */
export type Assembly =
  | Kustomization
  | {
      readonly kind: 'argo';
      readonly range: Range;
      readonly name: string;
      readonly paths: readonly string[];
      readonly namespace?: string;
      readonly local: boolean;
    }
  | {
      readonly kind: 'flux';
      readonly range: Range;
      readonly name: string;
      readonly path: string;
      readonly namespace?: string;
    }
  | { readonly kind: 'chart'; readonly range: Range; readonly name: string };

export interface Kustomization {
  readonly kind: 'kustomize';
  readonly range: Range;
  readonly component: boolean;
  /** As written: relative paths of files and folders, or remote addresses. */
  readonly resources: readonly { readonly path: string; readonly range: Range }[];
  readonly components: readonly { readonly path: string; readonly range: Range }[];
  /** Files that are patches, not resources. */
  readonly patches: readonly string[];
  readonly namespace?: string;
  /** What may add, rename or change resources: `namePrefix`, `patches`, `helmCharts`, generators, replacements … (field names). */
  readonly openBy: readonly string[];
}

/** A comment that silences findings. */
export interface Suppression {
  /** The comment, from its number sign. */
  readonly range: Range;
  /** As written: whether there is such a rule is not known here. */
  readonly codes: readonly { readonly code: string; readonly range: Range }[];
  readonly reason?: string;
  /** Findings that begin here are silenced: a line, a resource or a document. */
  readonly scope: Range;
  /** Its document does not parse: what is found in it is not all that there is. */
  readonly broken: boolean;
}

export interface FileContents {
  readonly class: FileClass;
  readonly resources: readonly Resource[];
  readonly assemblies: readonly Assembly[];
  /** Problems to report; empty for templates, patches and values. */
  readonly problems: readonly YamlProblem[];
  /** `kind/name` hints of templates and broken documents: the kinds that they may hold but that could not be read. */
  readonly mayHold: readonly string[];
  /** None for templates. */
  readonly suppressions: readonly Suppression[];
}

export const EMPTY_CONTENTS: FileContents = {
  class: 'irrelevant',
  resources: [],
  assemblies: [],
  problems: [],
  mayHold: [],
  suppressions: [],
};
