/** Files and apply sets as everything to the right sees them. */
import type { FileContents } from '../manifest/contents.ts';
import type { MeshSettings } from './mesh-settings.ts';

/** One file, read. Paths are absolute, normalised, with forward slashes; for schemes other than `file`: `scheme://authority/path`. */
export interface WorkspaceFile {
  readonly path: string;
  readonly contents: FileContents;
  /** Looked things up in, never reported on. */
  readonly context: boolean;
}

/** A file's new contents, or undefined where it is gone. */
export interface FileChange {
  readonly path: string;
  readonly contents: FileContents | undefined;
}

/**
 * Files that are applied together: what one Istio control plane would see.
 *
 * `known` sets are told by settings, Kustomize, Argo CD or Flux: a finding is shown when it holds in any of them.
 * `inferred` sets come from alternatives beside each other: a finding must hold in all that its resource is part of.
 */
export interface ApplySet {
  /** Stable while the files keep their structure. */
  readonly id: string;
  /** For the user; undefined for the only set of a workspace. */
  readonly name: string | undefined;
  readonly origin: 'settings' | 'kustomize' | 'argo' | 'flux' | 'chart' | 'inferred' | 'folder';
  readonly certainty: 'known' | 'inferred';
  /** Why resources may exist that are not in these files, in words for the user; undefined where nothing says so. */
  readonly openBy: string | undefined;
  /** `Kind namespace/name` (an unknown namespace is empty) that alternatives define differently: unknown to this set. */
  readonly ambiguous: ReadonlySet<string>;
  readonly members: ReadonlyMap<string, Membership>;
  readonly settings: MeshSettings;
}

export interface Membership {
  /** The namespace of every resource in the file, whatever is written (Kustomize's `namespace`). */
  readonly namespace?: string;
  /** The namespace of resources that name none. */
  readonly defaultNamespace?: string;
  /** One sentence: why this file is in this set. */
  readonly because: string;
}

/** What `Workspace.apply` changed. */
export interface WorkspaceChange {
  /** Files whose contents differ from before, with what they were. */
  readonly files: readonly {
    readonly path: string;
    readonly before: WorkspaceFile | undefined;
    readonly after: WorkspaceFile | undefined;
  }[];
  /** Sets that are new or have other members, settings or namespaces; where empty, only file contents changed. */
  readonly changedSets: readonly ApplySet[];
  readonly removedSets: readonly string[];
}

/** The workspace at a revision. Valid until the next change is applied; everything that answers a question takes one. */
export interface Snapshot {
  readonly revision: number;
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  readonly sets: readonly ApplySet[];
  /** The sets that a file is a member of. */
  setsOf(path: string): readonly ApplySet[];
}
