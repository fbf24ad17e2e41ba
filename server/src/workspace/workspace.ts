/** The files of one workspace folder, kept current edit by edit, and the apply sets that they form. */
import { withLastGood } from '../manifest/last-good.ts';
import { definitionsOf, Definitions } from './definitions.ts';
import { explainMembership } from './explain.ts';
import { meshSettings } from './mesh-settings.ts';
import { isWithin, resolvePath } from './paths.ts';
import { SetKeeper } from './sets/keeper.ts';
import { signatureOf } from './sets/assembly-signature.ts';
import { canBeMember } from './sets/planned.ts';
import type { Settings } from './settings.ts';
import type { FileChange, Snapshot, Workspace, WorkspaceChange, WorkspaceFile } from './types.ts';

export interface WorkspaceOptions {
  /** The workspace folder, absolute, with forward slashes and none at its end. */
  readonly root: string;
  readonly settings: Settings;
}

/** An empty workspace. */
export function createWorkspace({ root, settings: first }: WorkspaceOptions): Workspace {
  const files = new Map<string, WorkspaceFile>();
  const assembled = new Map<string, WorkspaceFile>();
  let settings = first;
  let contexts = contextFolders(root, first);
  let definitions = new Definitions();
  let revision = 0;
  const keeper = new SetKeeper(root, files, assembled);
  keeper.plan(settings, meshSettings(settings), definitions.conflicts);

  const fileOf = ({ path, contents }: FileChange, before: WorkspaceFile | undefined): WorkspaceFile | undefined =>
    contents && {
      path,
      contents: withLastGood(before?.contents, contents),
      context: contexts.some((folder) => isWithin(folder, path)),
    };

  /** Puts a file in place of what was there; returns whether that may change which files go together. */
  function place(path: string, before: WorkspaceFile | undefined, after: WorkspaceFile | undefined): boolean {
    const assembly = signatureOf(before) !== signatureOf(after);
    const { defaultNamespace } = settings;
    // What is only looked things up in makes no alternative of what is written here.
    const definedIn = (file: WorkspaceFile | undefined) =>
      definitionsOf(file && !file.context ? file.contents.resources : [], defaultNamespace);
    const partition = definitions.replace(path, definedIn(before), definedIn(after));
    if (after) files.set(path, after);
    else files.delete(path);
    if (after && after.contents.assemblies.length > 0) assembled.set(path, after);
    else assembled.delete(path);
    return assembly || partition;
  }

  const snapshot = (): Snapshot => ({
    revision,
    files,
    sets: keeper.sets,
    setsOf: (path) => keeper.setsOf(path),
  });
  let current = snapshot();

  function close(change: WorkspaceChange): WorkspaceChange {
    revision++;
    current = snapshot();
    return change;
  }

  return {
    get snapshot() {
      return current;
    },
    apply(changes) {
      const changed = new Map<string, WorkspaceChange['files'][number]>();
      let structure = false;
      for (const change of changes) {
        const before = files.get(change.path);
        const after = fileOf(change, before);
        if (!before && !after) continue;
        if (place(change.path, before, after)) structure = true;
        const first = changed.get(change.path);
        changed.set(change.path, { path: change.path, before: first ? first.before : before, after });
      }
      const list = [...changed.values()];
      const joins = list.filter(({ before, after }) => joinedOrLeft(before, after));
      const sets =
        structure || (joins.length > 0 && !keeper.takesOneByOne)
          ? keeper.plan(settings, meshSettings(settings), definitions.conflicts)
          : keeper.move(joins.map(({ path, after }) => ({ path, file: after })));
      return close({ files: list, ...sets });
    },
    configure(next) {
      settings = next;
      contexts = contextFolders(root, next);
      definitions = new Definitions();
      const changed: WorkspaceChange['files'][number][] = [];
      for (const [path, before] of files) {
        const after = { ...before, context: contexts.some((folder) => isWithin(folder, path)) };
        const differs = after.context !== before.context;
        place(path, undefined, differs ? after : before);
        if (differs) changed.push({ path, before, after });
      }
      return close({ files: changed, ...keeper.plan(settings, meshSettings(settings), definitions.conflicts) });
    },
    explain: (path) => explainMembership(root, files.get(path), keeper.setsOf(path), keeper.sets.length),
  };
}

function contextFolders(root: string, { context }: Settings): readonly string[] {
  return context.map((path) => resolvePath(root, path));
}

function joinedOrLeft(before: WorkspaceFile | undefined, after: WorkspaceFile | undefined): boolean {
  const was = before !== undefined && canBeMember(before);
  const is = after !== undefined && canBeMember(after);
  return was !== is || (was && before.context !== after?.context);
}
