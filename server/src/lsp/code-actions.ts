/** Fixes of findings as quick fixes. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type Range as LspRange,
  type TextDocumentEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Finding, Fix } from '../rules/finding.ts';
import type { YamlEdit } from '../yaml/edits.ts';
import { resolveEdits } from '../yaml/resolve-edits.ts';
import { Lines, SOURCE } from './convert.ts';
import type { Files } from './files.ts';
import type { Folders } from './folders.ts';
import { toPath } from './uris.ts';

export interface CodeActionsOptions {
  readonly folders: Folders;
  filesOf(path: string): Files;
  /** Whether the client can make files in an edit. */
  readonly canCreate: boolean;
}

/** The quick fixes for the diagnostics at a place. */
export async function codeActions(params: CodeActionParams, options: CodeActionsOptions): Promise<CodeAction[]> {
  const { only, diagnostics } = params.context;
  if (only && !only.some((kind) => kind === '' || kind === CodeActionKind.QuickFix)) return [];
  const path = toPath(params.textDocument.uri);
  const folder = options.folders.folderOf(path);
  const text = options.folders.document(path)?.getText();
  if (!folder || text === undefined) return [];
  await folder.settled();
  const lines = new Lines(text);
  const actions: CodeAction[] = [];
  for (const finding of folder.findings(path)) {
    const range = lines.range(finding.range);
    if (!overlap(range, params.range)) continue;
    const shown = diagnostics.filter((each) => isOf(each, finding, range));
    for (const fix of finding.fixes) {
      const edit = await workspaceEdit(fix, options);
      if (!edit) continue;
      actions.push({
        title: titleOf(fix, path),
        kind: CodeActionKind.QuickFix,
        diagnostics: shown,
        ...(fix.preferred ? { isPreferred: true } : {}),
        edit,
      });
    }
  }
  return actions;
}

/** A fix that changes other files alone names them. */
function titleOf({ title, edits }: Fix, path: string): string {
  const others = new Set(edits.map((each) => each.path).filter((each) => each !== path));
  const [first] = others;
  if (first === undefined || edits.some((each) => each.path === path)) return title;
  const name = first.slice(first.lastIndexOf('/') + 1);
  if (title.includes(name)) return title;
  return others.size === 1 ? `${title} (${name})` : `${title} (${others.size} files)`;
}

async function workspaceEdit(
  { edits }: Fix,
  { folders, filesOf, canCreate }: CodeActionsOptions,
): Promise<WorkspaceEdit | undefined> {
  const byPath = new Map<string, YamlEdit[]>();
  for (const { path, edit } of edits) byPath.set(path, [...(byPath.get(path) ?? []), edit]);
  const documentChanges: NonNullable<WorkspaceEdit['documentChanges']> = [];
  for (const [path, list] of byPath) {
    const document = folders.document(path);
    const text = document?.getText() ?? (await filesOf(path).readText(path));
    if (text === undefined && !canCreate) return undefined;
    const uri = folders.uri(path);
    if (text === undefined) documentChanges.push({ kind: 'create', uri, options: { ignoreIfExists: true } });
    const resolved = resolveEdits(text ?? '', list);
    if (!resolved) return undefined;
    const lines = new Lines(text ?? '');
    const change: TextDocumentEdit = {
      textDocument: { uri, version: document?.version ?? null },
      edits: resolved.map(({ range, newText }) => ({ range: lines.range(range), newText })),
    };
    documentChanges.push(change);
  }
  return { documentChanges };
}

function isOf(diagnostic: Diagnostic, finding: Finding, range: LspRange): boolean {
  return diagnostic.source === SOURCE && diagnostic.code === finding.code && same(diagnostic.range, range);
}

function same(a: LspRange, b: LspRange): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}

function overlap(a: LspRange, b: LspRange): boolean {
  return compare(a.start, b.end) <= 0 && compare(b.start, a.end) <= 0;
}

function compare(a: LspRange['start'], b: LspRange['start']): number {
  return a.line - b.line || a.character - b.character;
}
