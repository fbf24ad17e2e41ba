/** What the editor asks about routes that are to be created. */
import type { CancellationToken } from 'vscode-languageserver';
import type {
  AddressAtParams,
  AddressAtResult,
  Place,
  PlannedRoute,
  PlanRouteResult,
  RouteEditParams,
  RouteEditResult,
  RouteQuestion,
  RouteWayOut,
} from '../protocol.ts';
import { NOBODYS_NAMESPACE } from '../calls/callers.ts';
import { resourceAt } from '../features/calls-about.ts';
import { isCandidate } from '../manifest/relevance.ts';
import { parseAddress } from '../scaffold/address.ts';
import { addressIn, addressOf } from '../scaffold/address-at.ts';
import { changeRequest } from '../scaffold/change-request.ts';
import type { RouteRequest } from '../scaffold/request.ts';
import type { Conflict, PlannedFile, RoutePlan, WayOut } from '../scaffold/types.ts';
import { takeTyped, type TypedField } from '../scaffold/typed.ts';
import { undoOf } from '../scaffold/undo.ts';
import { folderOf, isWithin } from '../workspace/paths.ts';
import type { TextEdit } from '../yaml/edits.ts';
import type { FixEdits } from './fix-edits.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import type { Planning } from './planning.ts';
import type { Texts } from './texts.ts';
import { toPath } from './uris.ts';

interface Asked {
  readonly folder: Folder;
  readonly question: RouteQuestion;
  readonly plan: RoutePlan;
}

export class NewRoutes {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #edits: FixEdits;
  readonly #planning: Planning;

  constructor(folders: Folders, texts: Texts, edits: FixEdits, planning: Planning) {
    this.#folders = folders;
    this.#texts = texts;
    this.#edits = edits;
    this.#planning = planning;
  }

  async plan(question: RouteQuestion, token: CancellationToken): Promise<PlanRouteResult> {
    const asked = await this.#ask(question, token);
    return 'problem' in asked ? asked : this.#shown(asked);
  }

  async edit({ question, key }: RouteEditParams, token: CancellationToken): Promise<RouteEditResult> {
    const asked = await this.#ask(question, token);
    if ('problem' in asked) return asked;
    const { plan } = asked;
    if (plan.status !== 'ready' || keyOf(plan) !== key) return { plan: await this.#shown(asked) };
    if (!this.#edits.creates) return { problem: 'This editor cannot make files in an edit.' };
    this.#planning.done();
    return {
      edit: await editOf(this.#edits, plan),
      undo: undoOf(plan).map(({ path, before, after }) => ({
        uri: this.#folders.uri(path),
        expected: before,
        text: after ?? null,
      })),
    };
  }

  async addressAt({ uri, position, text }: AddressAtParams): Promise<AddressAtResult | null> {
    const written = addressIn(text, position.character);
    if (written !== undefined) return { address: written };
    const path = toPath(uri);
    const folder = this.#folders.of(path);
    await folder?.settled();
    const lines = folder && (await this.#texts.lines(path));
    const resource = lines && resourceAt(folder.analysis.snapshot, path, lines.offset(position));
    const address = resource && addressOf(resource);
    return address === undefined ? null : { address };
  }

  /** Reads the question and plans. */
  async #ask(question: RouteQuestion, token: CancellationToken): Promise<Asked | { readonly problem: string }> {
    const read = parseAddress(question.address);
    if ('problem' in read) return read;
    await this.#folders.settled();
    const folder = this.#folderOf(question);
    if (!folder) return { problem: 'Open a folder first: a route is written into files.' };
    const { typed, changes: before = {}, address } = question;
    // The client gives back what it was given.
    let changes: Partial<RouteRequest> = before;
    if (typed) {
      const taken = takeTyped(changeRequest(read.request, changes), typed.field as TypedField, typed.text);
      if ('problem' in taken) return taken;
      changes = { ...changes, ...taken.change };
    }
    const asked = placeIn(folder, question.folder);
    const request = changeRequest(read.request, changes);
    const plan = await this.#planning.plan(
      folder,
      asked === undefined ? request : { ...request, folder: asked },
      token,
    );
    const place = asked === undefined ? this.#folders.uri(folder.root) : question.folder;
    return {
      folder,
      question: { address, ...(place === undefined ? {} : { folder: place }), changes: { ...changes } },
      plan,
    };
  }

  #folderOf({ folder: uri }: RouteQuestion): Folder | undefined {
    const path = uri === undefined ? undefined : toPath(uri);
    const roots = this.#folders.roots;
    const within = path === undefined ? undefined : this.#folders.of(path);
    return roots.find(({ root }) => root === path) ?? within ?? roots[0];
  }

  async #shown({ question, plan }: Asked): Promise<PlannedRoute> {
    const { status, created, reused, traced, choices, conflicts, notes, files, request } = plan;
    const own = traced.filter(({ audience }) => audience);
    return {
      question,
      state: status,
      created: created.length,
      changed: reused.filter(({ edited }) => edited).length,
      traced: own
        .map(({ from, text }) => ({ from: from === NOBODYS_NAMESPACE ? 'any namespace' : from, text }))
        .sort((a, b) => Number(a.from.includes(' ')) - Number(b.from.includes(' '))),
      target: own.flatMap(({ text }) => / to (\S+)$/.exec(text)?.[1] ?? [])[0] ?? request.host,
      choices: await Promise.all(
        choices.map(async ({ id, title, value, alternatives, typed }) => ({
          id,
          title,
          value,
          alternatives: await this.#waysOut(question, alternatives),
          ...(typed ? { typed } : {}),
        })),
      ),
      conflicts: await Promise.all(conflicts.map((each) => this.#conflict(question, each))),
      notes,
      files: files.map(({ path, before, after }) => ({
        uri: this.#folders.uri(path),
        before: before ?? null,
        after,
      })),
      key: keyOf(plan),
    };
  }

  async #conflict(question: RouteQuestion, { text, at, waysOut }: Conflict) {
    const place = at && (await this.#place(at));
    return { text, ...(place ? { place } : {}), waysOut: await this.#waysOut(question, waysOut) };
  }

  async #waysOut({ changes = {} }: RouteQuestion, waysOut: readonly WayOut[]): Promise<readonly RouteWayOut[]> {
    return Promise.all(
      waysOut.map(async ({ title, change, open }) => {
        const place = open && (await this.#place(open));
        return {
          title,
          ...(change ? { changes: { ...changes, ...change } } : {}),
          ...(place ? { open: place } : {}),
        };
      }),
    );
  }

  async #place({ path, range }: NonNullable<Conflict['at']>): Promise<Place | undefined> {
    const shown = (await this.#texts.lines(path))?.range(range);
    return shown && { uri: this.#folders.uri(path), range: shown };
  }
}

/** The folder below the root that is asked for, or that the file is in. */
function placeIn({ root, analysis }: Folder, uri: string | undefined): string | undefined {
  const path = uri === undefined ? undefined : toPath(uri);
  if (path === undefined || path === root || !isWithin(root, path)) return undefined;
  const isFile = analysis.snapshot.files.has(path) || isCandidate(path);
  const folder = isFile ? folderOf(path) : path;
  return folder === root ? undefined : folder;
}

/** The edit that writes a plan: new files, and of others the part that changes. */
export async function editOf(edits: FixEdits, { files }: Pick<RoutePlan, 'files'>): ReturnType<FixEdits['ofTexts']> {
  const created = new Set(files.filter(({ before }) => before === undefined).map(({ path }) => path));
  return edits.ofTexts(new Map(files.map((each) => [each.path, [changeOf(each)]])), created);
}

/** One edit from the first to the last thing that differs. */
function changeOf({ before = '', after }: PlannedFile): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  // Not between the two characters of a line break.
  if (before[start - 1] === '\r') start--;
  if (end > 0 && before[before.length - end] === '\n' && before[before.length - end - 1] === '\r') end--;
  return { range: { start, end: before.length - end }, newText: after.slice(start, after.length - end) };
}

/** The same for the same files with the same texts before and after. */
function keyOf({ status, files }: RoutePlan): string {
  let sum = 0x811c9dc5;
  const text = JSON.stringify([status, files]);
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return `${status} ${text.length} ${(sum >>> 0).toString(36)}`;
}
