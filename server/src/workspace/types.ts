/** Files and apply sets as everything to the right sees them. */
import type { FileContents } from '../manifest/contents.ts';
import type { MeshSettings } from './mesh-settings.ts';
import type { Settings } from './settings.ts';

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
  /** What may change resources that are in these files (patches, replacements), in words for the user; absent where nothing does. */
  readonly changedBy?: string;
  /**
   * Folders whose files or folders are alternatives of each other: what is in two of them may never be applied together. Absent where
   * something says that all members are.
   */
  readonly divided?: ReadonlySet<string>;
  /** `Kind namespace/name` (an unknown namespace is empty) that alternatives define differently: unknown to this set. */
  readonly ambiguous: ReadonlySet<string>;
  /** Kept current: files come and go one by one (`WorkspaceChange.moved`) without a new set. */
  readonly members: ReadonlyMap<string, Membership>;
  readonly settings: MeshSettings;
}

export interface Membership {
  /** The namespace of every resource in the file, whatever is written (Kustomize's `namespace`). */
  readonly namespace?: string;
  /** The namespace of resources that name none. */
  readonly defaultNamespace?: string;
  /** `seen`: looked things up in by this set, and judged in others. Absent: judged here. */
  readonly role?: 'seen';
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
  /** Sets that are new or differ as a whole: settings, openness, ambiguous names, or most members. To be indexed anew. */
  readonly changedSets: readonly ApplySet[];
  /** Files that joined or left a set that stays, or have another namespace in it; those in `files` and those whose contents are the same. */
  readonly moved: readonly { readonly set: string; readonly path: string }[];
  readonly removedSets: readonly string[];
}

/** The files of one workspace folder and the sets they form. Created by `createWorkspace` in `workspace.ts`. */
export interface Workspace {
  /** As of the last change. */
  readonly snapshot: Snapshot;
  /** Takes in changed, new and deleted files as one change. A file that does not parse keeps its last good resources. */
  apply(changes: readonly FileChange[]): WorkspaceChange;
  /** Takes in other settings. */
  configure(settings: Settings): WorkspaceChange;
  /** Why a file belongs where it does: Markdown, one line for each set. */
  explain(path: string): string;
}

/** The workspace at a revision. Valid until the next change is applied; everything that answers a question takes one. */
export interface Snapshot {
  readonly revision: number;
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  readonly sets: readonly ApplySet[];
  /** The sets that a file is a member of. */
  setsOf(path: string): readonly ApplySet[];
}
