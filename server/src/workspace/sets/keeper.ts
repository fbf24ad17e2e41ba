/** Keeps the apply sets: plans them anew where the structure changed, and says what that changed. */
import type { MeshSettings } from '../mesh-settings.ts';
import type { Settings } from '../settings.ts';
import type { ApplySet, Membership, WorkspaceChange, WorkspaceFile } from '../types.ts';
import { ambiguousNames, type ConflictsByPath, conflictsByPath } from './ambiguous.ts';
import { BESIDE, FOLDER_SET } from './inferred.ts';
import { planSets } from './plan.ts';
import { canBeMember, type Conflicts, type PlannedSet } from './planned.ts';

type SetChange = Pick<WorkspaceChange, 'changedSets' | 'removedSets' | 'moved'>;
type KeptSet = ApplySet & { readonly members: Map<string, Membership> };

/** With few sets, looking at each is faster than keeping an index. */
const FEW = 8;

export class SetKeeper {
  #sets: readonly KeptSet[] = [];
  #setsOf: Map<string, ApplySet[]> | undefined;
  #takesOneByOne = false;
  #defaultNamespace: string | undefined;

  constructor(
    readonly root: string,
    readonly files: ReadonlyMap<string, WorkspaceFile>,
    readonly assembled: ReadonlyMap<string, WorkspaceFile>,
  ) {}

  get sets(): readonly ApplySet[] {
    return this.#sets;
  }

  /** Whether a file that comes or goes changes nothing but the members of one set. */
  get takesOneByOne(): boolean {
    return this.#takesOneByOne;
  }

  /** The sets that a file is a member of. */
  setsOf(path: string): readonly ApplySet[] {
    if (this.#sets.length <= FEW) return this.#sets.filter((set) => set.members.has(path));
    this.#setsOf ??= indexOf(this.#sets);
    return this.#setsOf.get(path) ?? [];
  }

  /** Files that came or went while everything is one set. */
  move(files: readonly { readonly path: string; readonly file: WorkspaceFile | undefined }[]): SetChange {
    const [set] = this.#sets;
    if (!set || files.length === 0) return { changedSets: [], removedSets: [], moved: [] };
    for (const { path, file } of files) {
      if (file && canBeMember(file)) set.members.set(path, this.#complete({ because: BESIDE }));
      else set.members.delete(path);
    }
    return { changedSets: [], removedSets: [], moved: files.map(({ path }) => ({ set: set.id, path })) };
  }

  /** Plans all sets anew. A set in which nothing changed stays the same object. */
  plan(settings: Settings, meshSettings: MeshSettings, conflicts: Conflicts): SetChange {
    this.#defaultNamespace = settings.defaultNamespace;
    const members = new Map([...this.files].filter(([, file]) => !file.context && canBeMember(file)));
    const context = [...this.files.values()].filter((file) => file.context && canBeMember(file));
    const assembled = new Map([...this.assembled].sort(([a], [b]) => (a < b ? -1 : 1)));
    const input = { root: this.root, settings, files: members, assembled, conflicts };
    const planned = planSets(input);
    const before = new Map(this.#sets.map((set) => [set.id, set]));
    const changedSets: ApplySet[] = [];
    const moved: { readonly set: string; readonly path: string }[] = [];
    const contested = conflictsByPath(conflicts);
    const sets = planned.map((each) => {
      const set = this.#finish(each, context, meshSettings, contested);
      const kept = before.get(set.id);
      before.delete(set.id);
      if (!kept || !sameFrame(kept, set)) {
        changedSets.push(set);
        return set;
      }
      const different = differences(kept.members, set.members);
      if (different.length > Math.max(8, set.members.size / 2)) {
        changedSets.push(set);
        return set;
      }
      for (const path of different) {
        const membership = set.members.get(path);
        if (membership) kept.members.set(path, membership);
        else kept.members.delete(path);
        moved.push({ set: set.id, path });
      }
      return kept;
    });
    this.#sets = sets;
    this.#setsOf = undefined;
    const [only] = sets;
    this.#takesOneByOne =
      sets.length === 1 &&
      only?.id === FOLDER_SET &&
      context.length === 0 &&
      conflicts.size === 0 &&
      this.assembled.size === 0;
    return { changedSets, removedSets: [...before.keys()], moved };
  }

  #finish(
    planned: PlannedSet,
    context: readonly WorkspaceFile[],
    settings: MeshSettings,
    conflicts: ConflictsByPath,
  ): KeptSet {
    const members = new Map<string, Membership>();
    for (const [path, each] of planned.members) members.set(path, this.#complete(each));
    for (const { path } of context) {
      if (!members.has(path)) members.set(path, this.#complete({ because: 'the settings name it under `context`' }));
    }
    return { ...planned, settings, members, ambiguous: ambiguousNames(conflicts, members) };
  }

  #complete(membership: Membership): Membership {
    return this.#defaultNamespace === undefined || membership.defaultNamespace !== undefined
      ? membership
      : { ...membership, defaultNamespace: this.#defaultNamespace };
  }
}

function indexOf(sets: readonly ApplySet[]): Map<string, ApplySet[]> {
  const result = new Map<string, ApplySet[]>();
  for (const set of sets) {
    for (const path of set.members.keys()) {
      const list = result.get(path);
      if (list) list.push(set);
      else result.set(path, [set]);
    }
  }
  return result;
}

/** Whether all but the members is the same. */
function sameFrame(a: ApplySet, b: ApplySet): boolean {
  return (
    a.name === b.name &&
    a.origin === b.origin &&
    a.certainty === b.certainty &&
    a.openBy === b.openBy &&
    a.changedBy === b.changedBy &&
    isSameSet(a.ambiguous, b.ambiguous) &&
    isSameSet(a.divided, b.divided) &&
    JSON.stringify(a.settings) === JSON.stringify(b.settings)
  );
}

function isSameSet(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  if (!a || !b || a === b) return a === b;
  return a.size === b.size && [...a].every((each) => b.has(each));
}

/** Members that are only in one of the two, or not alike. */
function differences(a: ReadonlyMap<string, Membership>, b: ReadonlyMap<string, Membership>): readonly string[] {
  const result: string[] = [];
  for (const [path, each] of b) {
    const other = a.get(path);
    if (!other || !sameMembership(each, other)) result.push(path);
  }
  for (const path of a.keys()) if (!b.has(path)) result.push(path);
  return result;
}

function sameMembership(a: Membership, b: Membership): boolean {
  return (
    a.namespace === b.namespace &&
    a.defaultNamespace === b.defaultNamespace &&
    a.role === b.role &&
    a.because === b.because
  );
}
