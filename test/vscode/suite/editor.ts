/** What a user does and sees in VS Code, for tests. */
import { deepStrictEqual } from 'node:assert';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** A finding as the Problems panel has it. */
export interface Shown {
  readonly file: string;
  readonly code: string;
  readonly severity: 'Error' | 'Warning' | 'Information' | 'Hint';
  /** Line and character of the start, from 0. */
  readonly at: readonly [number, number];
  /** The text that is underlined. */
  readonly text: string;
}

/** The absolute path of a file in the folder that is open. */
export function pathOf(file: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error('No folder is open.');
  return join(folder.uri.fsPath, file);
}

/** The URI of a file in the folder that is open. */
export const uriOf = (file: string): vscode.Uri => vscode.Uri.file(pathOf(file));

/** Opens a file and gives the focus to it. */
export async function open(file: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uriOf(file)), { preview: false });
}

/** Our diagnostics, of all files, in order. */
export function diagnostics(): readonly { readonly file: string; readonly diagnostic: vscode.Diagnostic }[] {
  return vscode.languages
    .getDiagnostics()
    .flatMap(([uri, list]) =>
      list.map((diagnostic) => ({ file: vscode.workspace.asRelativePath(uri, false), diagnostic })),
    )
    .filter(({ diagnostic }) => /^istio[- ]egress$/i.test(diagnostic.source ?? ''))
    .sort((a, b) => a.file.localeCompare(b.file) || a.diagnostic.range.start.compareTo(b.diagnostic.range.start));
}

/** The code of a diagnostic, with or without a link. */
export function codeOf(diagnostic: vscode.Diagnostic): string {
  const { code } = diagnostic;
  return String(typeof code === 'object' ? code.value : code);
}

/** Waits until exactly these findings are shown. */
export async function seeFindings(expected: readonly Shown[]): Promise<void> {
  await eventually(async () => deepStrictEqual(await shown(), expected));
}

async function shown(): Promise<readonly Shown[]> {
  return Promise.all(
    diagnostics().map(async ({ file, diagnostic }): Promise<Shown> => {
      const document = await vscode.workspace.openTextDocument(uriOf(file));
      return {
        file,
        code: codeOf(diagnostic),
        severity: severityOf(diagnostic),
        at: [diagnostic.range.start.line, diagnostic.range.start.character],
        text: document.getText(diagnostic.range),
      };
    }),
  );
}

function severityOf(diagnostic: vscode.Diagnostic): Shown['severity'] {
  if (diagnostic.severity === vscode.DiagnosticSeverity.Error) return 'Error';
  if (diagnostic.severity === vscode.DiagnosticSeverity.Warning) return 'Warning';
  return diagnostic.severity === vscode.DiagnosticSeverity.Information ? 'Information' : 'Hint';
}

/** Applies the preferred quick fix of a finding, as the light bulb would. */
export async function applyPreferredFix(file: string, code: string): Promise<void> {
  const found = diagnostics().find(({ file: at, diagnostic }) => at === file && codeOf(diagnostic) === code);
  if (found === undefined) throw new Error(`${file} shows no ${code}.`);
  const actions = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    uriOf(file),
    found.diagnostic.range,
    vscode.CodeActionKind.QuickFix.value,
    100,
  );
  const preferred = actions.filter((action) => action.isPreferred === true);
  const [action] = preferred;
  if (action === undefined || preferred.length > 1) {
    throw new Error(`One preferred fix expected, of: ${actions.map(({ title }) => title).join(' · ')}`);
  }
  if (action.edit === undefined) throw new Error(`The fix changes nothing: ${action.title}`);
  if (!(await vscode.workspace.applyEdit(action.edit))) throw new Error(`The fix cannot be applied: ${action.title}`);
}

/** Takes back the last change of a file, as Ctrl+Z would. */
export async function undoIn(file: string): Promise<void> {
  await open(file);
  await vscode.commands.executeCommand('undo');
}

/** Waits until something holds: asks again and again, and throws its last error when time is up. */
export async function eventually(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
