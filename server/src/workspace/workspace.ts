/** Files to apply sets, kept current change by change. */
import { withLastGood } from '../manifest/last-good.ts';
import { meshSettings } from './mesh-settings.ts';
import { isWithin, resolvePath } from './paths.ts';
import type { Settings } from './settings.ts';
import type { ApplySet, FileChange, Membership, Snapshot, WorkspaceChange, WorkspaceFile } from './types.ts';

export interface Workspace {
  readonly snapshot: Snapshot;
  apply(changes: readonly FileChange[]): WorkspaceChange;
  configure(settings: Settings): WorkspaceChange;
  /** Markdown: why a file is in its apply sets. */
  explain(path: string): string;
}

export function createWorkspace({ root, settings }: { readonly root: string; readonly settings: Settings }): Workspace {
  let current = settings;
  let revision = 0;
  const files = new Map<string, WorkspaceFile>();
  let set = folderSet(current, new Map());
  const snapshot: Snapshot = {
    get revision() {
      return revision;
    },
    files,
    get sets() {
      return [set];
    },
    setsOf: (path) => (set.members.has(path) ? [set] : []),
  };
  const isContext = (path: string) => current.context.some((each) => isWithin(resolvePath(root, each), path));
  const rebuild = (): readonly ApplySet[] => {
    const members = new Map<string, Membership>();
    for (const path of files.keys()) {
      members.set(path, {
        because: 'It is in the workspace folder.',
        ...(current.defaultNamespace === undefined ? {} : { defaultNamespace: current.defaultNamespace }),
      });
    }
    set = folderSet(current, members);
    return [set];
  };
  return {
    snapshot,
    apply(changes) {
      revision++;
      let moved = false;
      const changed: WorkspaceChange['files'][number][] = [];
      for (const { path, contents } of changes) {
        const before = files.get(path);
        const after = contents && {
          path,
          contents: withLastGood(before?.contents, contents),
          context: isContext(path),
        };
        if (after) files.set(path, after);
        else files.delete(path);
        moved ||= !before !== !after;
        changed.push({ path, before, after });
      }
      return { files: changed, changedSets: moved ? rebuild() : [], removedSets: [] };
    },
    configure(next) {
      revision++;
      current = next;
      const changed = [...files.values()].map((before) => {
        const after = { ...before, context: isContext(before.path) };
        files.set(before.path, after);
        return { path: before.path, before, after };
      });
      return { files: changed, changedSets: rebuild(), removedSets: [] };
    },
    explain: (path) => set.members.get(path)?.because ?? 'It is in no apply set.',
  };
}

function folderSet(settings: Settings, members: ReadonlyMap<string, Membership>): ApplySet {
  return {
    id: 'folder',
    name: undefined,
    origin: 'folder',
    certainty: 'inferred',
    openBy: undefined,
    ambiguous: new Set(),
    members,
    settings: meshSettings(settings),
  };
}
