/** Apply sets as they are planned, before they are compared with those that are there. */
import type { Settings } from '../settings.ts';
import type { ApplySet, Membership, WorkspaceFile } from '../types.ts';

export type PlannedSet = Omit<ApplySet, 'members' | 'settings' | 'ambiguous'> & {
  readonly members: ReadonlyMap<string, Membership>;
};

/** Names that files define differently, with what each file says. */
export type Conflicts = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What sets are planned from. */
export interface PlanInput {
  readonly root: string;
  readonly settings: Settings;
  /** Files that can be members: they hold resources, or may. Context files are not among them. */
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  /** Files with a kustomization, Application or chart, by path. */
  readonly assembled: ReadonlyMap<string, WorkspaceFile>;
  readonly conflicts: Conflicts;
}

/** Whether a file holds something that a set can have. */
export function canBeMember({ contents }: WorkspaceFile): boolean {
  return contents.class !== 'patch' && (contents.resources.length > 0 || contents.mayHold.length > 0);
}
