/** Fixes of findings as quick fixes. */
import {
  type CancellationToken,
  type CodeAction,
  CodeActionKind,
  CodeActionTriggerKind,
  type CodeActionParams,
  type Diagnostic,
  LSPErrorCodes,
  type Position,
  type Range as LspRange,
  ResponseError,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { safeFixOf } from '../analysis/fix-all.ts';
import { hasCallAbout } from '../features/calls-about.ts';
import { ignoreFixes } from '../features/ignore-fixes.ts';
import { type CallAtParams, TRACE_COMMAND } from '../protocol.ts';
import type { Finding, Fix } from '../rules/finding.ts';
import { nameOf } from '../workspace/paths.ts';
import { SOURCE } from './convert.ts';
import type { EditAbilities, FixEdits } from './fix-edits.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import type { Asked, RouteActionData, RouteActions } from './route-actions.ts';
import type { SafeFixes } from './safe-fixes.ts';
import type { Texts } from './texts.ts';
import { toPath } from './uris.ts';

export interface CodeActionAbilities extends EditAbilities {
  /** The client has `TRACE_COMMAND`. */
  readonly traces: boolean;
  /** The client asks for the edit of the action that was chosen. */
  readonly resolves: boolean;
}

/** What tells a fix again when the client asks for its edit. */
interface FixData {
  readonly uri: string;
  readonly code: string;
  readonly start: number;
  readonly title: string;
}

/** What stands for all safe fixes of a file. */
interface FixAllData {
  readonly uri: string;
  readonly all: true;
}

const TRACE_TITLE = 'Trace this call';
const FIX_ALL_TITLE = 'Fix all safe problems in this file';

export class CodeActions {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #edits: FixEdits;
  readonly #safeFixes: SafeFixes;
  readonly #routes: RouteActions;
  readonly #abilities: CodeActionAbilities;

  constructor(options: {
    readonly folders: Folders;
    readonly texts: Texts;
    readonly edits: FixEdits;
    readonly safeFixes: SafeFixes;
    readonly routes: RouteActions;
    readonly abilities: CodeActionAbilities;
  }) {
    this.#folders = options.folders;
    this.#texts = options.texts;
    this.#edits = options.edits;
    this.#safeFixes = options.safeFixes;
    this.#routes = options.routes;
    this.#abilities = options.abilities;
  }

  /** The quick fixes of the findings at a place, and what leads on from it. None where only other kinds are asked for: nothing of ours runs on save. */
  async at({ textDocument, range, context }: CodeActionParams, token: CancellationToken): Promise<CodeAction[]> {
    const wants = (kind: string) => !context.only || context.only.some((only) => isWithinKind(kind, only));
    if (!wants(CodeActionKind.QuickFix) && !wants(CodeActionKind.Refactor)) return [];
    const path = toPath(textDocument.uri);
    const folder = this.#folders.of(path);
    await folder?.settled();
    const lines = await this.#texts.lines(path);
    if (!folder || !lines) return [];
    const actions: CodeAction[] = [];
    for (const finding of wants(CodeActionKind.QuickFix) ? folder.analysis.findings(path) : []) {
      const place = lines.range(finding.range);
      if (!overlap(place, range)) continue;
      const diagnostics = context.diagnostics.filter((each) => isOf(each, finding, place));
      const asked: Asked = { uri: textDocument.uri, folder, finding, diagnostics, token };
      actions.push(...(await this.#of(asked, place.start)));
    }
    if (wants(CodeActionKind.Refactor)) {
      const isAsked = context.triggerKind !== CodeActionTriggerKind.Automatic;
      actions.push(...(await this.#routes.leading(folder, { path, position: range.start, isAsked })));
    }
    return actions;
  }

  /** The right answer first, then looking, then the other answers, and what silences it last. */
  async #of(asked: Asked, position: Position): Promise<readonly CodeAction[]> {
    const { folder, finding } = asked;
    const fixes = [...finding.fixes].sort((a, b) => Number(b.preferred) - Number(a.preferred));
    const preferred = fixes.filter((fix) => fix.preferred);
    const others = fixes.filter((fix) => !fix.preferred);
    const contents = folder.analysis.snapshot.files.get(finding.path)?.contents;
    return [
      ...(await this.#fixes(asked, preferred)),
      ...this.#fixAll(asked),
      ...this.#trace(asked, position),
      ...(await this.#routes.completing(asked, this.#abilities.resolves ? 'resolved' : 'whole')),
      ...(await this.#fixes(asked, others)),
      ...(await this.#fixes(asked, ignoreFixes(finding, contents, folder.settingsPath))),
    ];
  }

  async #fixes({ uri, finding, diagnostics }: Asked, fixes: readonly Fix[]): Promise<readonly CodeAction[]> {
    const actions: CodeAction[] = [];
    for (const fix of fixes) {
      const edit = this.#abilities.resolves ? undefined : await this.#edits.of(fix);
      if (!this.#abilities.resolves && !edit) continue;
      const data: FixData = { uri, code: finding.code, start: finding.range.start, title: fix.title };
      actions.push({
        title: titleOf(fix, finding.path),
        kind: CodeActionKind.QuickFix,
        diagnostics: [...diagnostics],
        ...(fix.preferred ? { isPreferred: true } : {}),
        ...(edit ? { edit } : { data }),
      });
    }
    return actions;
  }

  /** Beside a fix that is one of several such: only its choice tells what all of them come to. */
  #fixAll({ uri, finding, diagnostics }: Asked): readonly CodeAction[] {
    if (!this.#abilities.resolves || !safeFixOf(finding) || this.#safeFixes.count(finding.path) < 2) return [];
    const data: FixAllData = { uri, all: true };
    return [{ title: FIX_ALL_TITLE, kind: CodeActionKind.QuickFix, diagnostics: [...diagnostics], data }];
  }

  /** Leads to the trace of a call that shows the finding. */
  #trace({ uri, folder: { analysis }, finding, diagnostics }: Asked, position: Position): readonly CodeAction[] {
    const isOffered =
      this.#abilities.traces &&
      analysis.traceables().some((subject) => hasCallAbout(subject, finding, analysis.snapshot));
    if (!isOffered) return [];
    const asked: CallAtParams = { uri, position, code: finding.code };
    const command = { title: TRACE_TITLE, command: TRACE_COMMAND, arguments: [asked] };
    return [{ title: TRACE_TITLE, kind: CodeActionKind.QuickFix, diagnostics: [...diagnostics], command }];
  }

  /** Adds the edit to an action that was chosen. @throws ResponseError where its finding is no longer there */
  async resolve(action: CodeAction, token: CancellationToken): Promise<CodeAction> {
    const data = action.data as FixData | FixAllData | RouteActionData;
    const path = toPath(data.uri);
    const folder = this.#folders.of(path);
    await folder?.settled();
    const edit = folder && (await this.#chosen(folder, path, { ...action, data }, token));
    if (!edit) throw new ResponseError(LSPErrorCodes.ContentModified, 'The text has changed since.');
    return { ...action, edit };
  }

  async #chosen(
    folder: Folder,
    path: string,
    { data, title }: { readonly data: FixData | FixAllData | RouteActionData; readonly title: string },
    token: CancellationToken,
  ): Promise<WorkspaceEdit | undefined> {
    if ('all' in data) return this.#safeFixes.ofFile(path);
    return 'route' in data ? this.#routes.editOf(folder, data, title, token) : this.#edit(folder, path, data);
  }

  async #edit({ analysis, settingsPath }: Folder, path: string, data: FixData): Promise<WorkspaceEdit | undefined> {
    const finding = analysis.findings(path).find(({ code, range }) => code === data.code && range.start === data.start);
    if (!finding) return undefined;
    const ignoring = ignoreFixes(finding, analysis.snapshot.files.get(path)?.contents, settingsPath);
    const fix = [...finding.fixes, ...ignoring].find(({ title }) => title === data.title);
    return fix && this.#edits.of(fix);
  }
}

/** A fix that changes other files names them. */
function titleOf({ title, edits }: Fix, path: string): string {
  const names = [...new Set(edits.map((each) => each.path))].filter((each) => each !== path).map(nameOf);
  const [first] = names;
  if (first === undefined || names.every((name) => title.includes(name))) return title;
  return names.length === 1 ? `${title} (${first})` : `${title} (${names.length} files)`;
}

function isWithinKind(kind: string, wanted: string): boolean {
  return wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`);
}

function isOf(diagnostic: Diagnostic, finding: Finding, range: LspRange): boolean {
  const isSame = compare(diagnostic.range.start, range.start) === 0 && compare(diagnostic.range.end, range.end) === 0;
  return isSame && diagnostic.source === SOURCE && diagnostic.code === finding.code;
}

function overlap(a: LspRange, b: LspRange): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: LspRange['start'], b: LspRange['start']): number {
  return a.line - b.line || a.character - b.character;
}
