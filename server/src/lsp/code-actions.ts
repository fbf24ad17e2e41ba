/** Fixes of findings as quick fixes. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type CreateFile,
  type Diagnostic,
  LSPErrorCodes,
  type Position,
  type Range as LspRange,
  ResponseError,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { hasCallAbout } from '../features/calls-about.ts';
import { type CallAtParams, TRACE_COMMAND } from '../protocol.ts';
import type { Finding, Fix } from '../rules/finding.ts';
import { nameOf } from '../workspace/paths.ts';
import type { YamlEdit } from '../yaml/edits.ts';
import { resolveEdits } from '../yaml/resolve-edits.ts';
import { linesOfFile, SOURCE } from './convert.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import type { Texts } from './texts.ts';
import { toPath } from './uris.ts';

export interface CodeActionAbilities {
  /** The client has `TRACE_COMMAND`. */
  readonly traces: boolean;
  /** The client asks for the edit of the action that was chosen. */
  readonly resolves: boolean;
  /** The client takes edits with versions of documents; else plain ones. */
  readonly versions: boolean;
  /** The client makes files in an edit. */
  readonly creates: boolean;
}

/** What tells a fix again when the client asks for its edit. */
interface FixData {
  readonly uri: string;
  readonly code: string;
  readonly start: number;
  readonly title: string;
}

const TRACE_TITLE = 'Trace this call';

export class CodeActions {
  readonly #folders: Folders;
  readonly #texts: Texts;
  readonly #abilities: CodeActionAbilities;

  constructor(folders: Folders, texts: Texts, abilities: CodeActionAbilities) {
    this.#folders = folders;
    this.#texts = texts;
    this.#abilities = abilities;
  }

  /** The quick fixes of the findings at a place. None where only other kinds are asked for: nothing of ours runs on save. */
  async at({ textDocument, range, context }: CodeActionParams): Promise<CodeAction[]> {
    if (context.only && !context.only.some((kind) => isWithinKind(CodeActionKind.QuickFix, kind))) return [];
    const path = toPath(textDocument.uri);
    const folder = this.#folders.of(path);
    await folder?.settled();
    const lines = await this.#texts.lines(path);
    if (!folder || !lines) return [];
    const actions: CodeAction[] = [];
    for (const finding of folder.analysis.findings(path)) {
      const place = lines.range(finding.range);
      if (!overlap(place, range)) continue;
      const diagnostics = context.diagnostics.filter((each) => isOf(each, finding, place));
      const trace = this.#trace(textDocument.uri, folder, finding, place.start, diagnostics);
      if (trace && !finding.fixes.some((fix) => fix.preferred)) actions.push(trace);
      for (const fix of finding.fixes) {
        const edit = this.#abilities.resolves ? undefined : await this.#edit(fix);
        if (!this.#abilities.resolves && !edit) continue;
        const data: FixData = {
          uri: textDocument.uri,
          code: finding.code,
          start: finding.range.start,
          title: fix.title,
        };
        actions.push({
          title: titleOf(fix, path),
          kind: CodeActionKind.QuickFix,
          diagnostics,
          ...(fix.preferred ? { isPreferred: true } : {}),
          ...(edit ? { edit } : { data }),
        });
        if (trace && fix.preferred && !actions.includes(trace)) actions.push(trace);
      }
    }
    return actions;
  }

  /** Leads to the trace of a call that shows the finding. After the preferred fix: looking is the next best thing to do. */
  #trace(
    uri: string,
    { analysis }: Folder,
    finding: Finding,
    position: Position,
    diagnostics: Diagnostic[],
  ): CodeAction | undefined {
    const isOffered =
      this.#abilities.traces &&
      analysis.traceables().some((subject) => hasCallAbout(subject, finding, analysis.snapshot));
    if (!isOffered) return undefined;
    const asked: CallAtParams = { uri, position, code: finding.code };
    return {
      title: TRACE_TITLE,
      kind: CodeActionKind.QuickFix,
      diagnostics,
      command: { title: TRACE_TITLE, command: TRACE_COMMAND, arguments: [asked] },
    };
  }

  /** Adds the edit to an action that was chosen. @throws ResponseError where its finding is no longer there */
  async resolve(action: CodeAction): Promise<CodeAction> {
    const { uri, code, start, title } = action.data as FixData;
    const path = toPath(uri);
    const folder = this.#folders.of(path);
    await folder?.settled();
    const finding = folder?.analysis.findings(path).find((each) => each.code === code && each.range.start === start);
    const fix = finding?.fixes.find((each) => each.title === title);
    const edit = fix && (await this.#edit(fix));
    if (!edit) throw new ResponseError(LSPErrorCodes.ContentModified, 'The text has changed since.');
    return { ...action, edit };
  }

  async #edit({ edits }: Fix): Promise<WorkspaceEdit | undefined> {
    const byPath = new Map<string, YamlEdit[]>();
    for (const { path, edit } of edits) byPath.set(path, [...(byPath.get(path) ?? []), edit]);
    const changes: (TextDocumentEdit | CreateFile)[] = [];
    for (const [path, list] of byPath) {
      const found = await this.#texts.lines(path);
      if (!found && !this.#abilities.creates) return undefined;
      const lines = found ?? linesOfFile('');
      const resolved = resolveEdits(lines.text, list);
      if (!resolved) return undefined;
      const uri = this.#folders.uri(path);
      if (!found) changes.push({ kind: 'create', uri, options: { ignoreIfExists: true } });
      changes.push({
        textDocument: { uri, version: this.#folders.document(path)?.version ?? null },
        edits: resolved.map(({ range, newText }) => ({ range: lines.range(range), newText })),
      });
    }
    if (this.#abilities.versions) return { documentChanges: changes };
    const texts = changes.filter((each): each is TextDocumentEdit => 'textDocument' in each);
    // None of our edits is of the kinds that plain changes cannot hold.
    const plain = texts.map((each) => [each.textDocument.uri, each.edits.filter((edit) => 'newText' in edit)] as const);
    return { changes: Object.fromEntries(plain) };
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
